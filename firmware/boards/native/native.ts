/**
 * The hardware below the provider: what a board has to bring in C, or a bridge elsewhere. All calls
 * return at once; what takes time is told of later by an event.
 */
export interface Native {
	/** A reading of the converter on a pin, and its number of bits. */
	analogRead(pin: number): number;
	analogResolution(pin: number): number;
	digitalWrite(pin: number, level: 0 | 1): void;
	/**
	 * Begins to connect; `handle`, chosen by the caller, names the socket from then on. `endpoint` is an IP
	 * address for TCP; for TLS and WebSockets what they need follows, parted by spaces, of which none of it
	 * has any: `ADDRESS mqtts HOST`, `ADDRESS ws HOST PATH`, `ADDRESS wss HOST PATH`. `serial BAUD` is no socket but the
	 * serial port of the board's radio, which takes up to 4096 bytes at a time.
	 */
	socketOpen(handle: number, endpoint: string, port: number): void;
	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	socketRead(handle: number, byteLength: number): ArrayBuffer | undefined;
	/** Takes all of the data, which is never more than was announced; returns the room left. */
	socketWrite(handle: number, data: Uint8Array): number;
	socketClose(handle: number): void;
	/** Begins to look a name up. */
	resolve(handle: number, host: string): void;
	/** Schedules an ALARM event in `delay` ms, replacing any pending one; a negative delay cancels it. */
	alarm(delay: number): void;
	/** A number from 0 up to, not including, 1. */
	random(): number;
	/** Milliseconds since 1970; 0 while the clock is not set. */
	date(): number;
	/** HMAC-SHA-256 of a text in ASCII: 32 bytes. */
	hmacSha256(key: Uint8Array, text: string): ArrayBuffer;
	/** One line of JSON for whoever listens. */
	report(line: string): void;
	/** Starts the device again, as its power does. */
	restart(): void;
	/** The storage; keys and values of the domain `path`. */
	storeRead(path: string, key: string): ArrayBuffer | undefined;
	storeWrite(path: string, key: string, value: Uint8Array): void;
	storeDelete(path: string, key: string): void;
	/** All keys, separated by U+0000. */
	storeKeys(path: string): string;
	/** Bytes of a flash partition, in blocks of `FLASH_BLOCK`; 0 when there is none with this name. */
	flashSize(path: string): number;
	/** At most 0xffff bytes. */
	flashRead(path: string, offset: number, length: number): ArrayBuffer;
	/** Makes bits 0; durable when it returns. */
	flashWrite(path: string, offset: number, data: Uint8Array): void;
	/** Makes every bit of a block 1; durable when it returns. */
	flashErase(path: string, block: number): void;
}
