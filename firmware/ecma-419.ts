/**
 * Types of the ECMA-419 subset that the firmware uses: the seam between the firmware and whatever
 * it runs on. Clause numbers are those of ECMA-419, 3rd edition.
 */

import type { LinkCode } from "./events.js";

/** Why IO failed, for people. An extension: `code`, for programs. */
export interface IOError extends Error {
	code?: LinkCode;
}

/** A byte buffer that `write` takes (§6, "Byte Buffer"). */
export type ByteBuffer = ArrayBuffer | Uint8Array;

/** Refers to a hardware connection; its value is the host's affair (§9, "Pin specifier"). */
export type PinSpecifier = number | string;

/** Frees an instance's resources. May be called twice; no callback comes after it (§8). */
interface Closable {
	close(): void;
}

/** Analog input (§10, "Analog input"). */
export interface Analog extends Closable {
	/** Bits in a reading. */
	readonly resolution: number;
	/** The present value: an integer from 0 to `2 ** resolution - 1`. */
	read(): number;
}
export interface AnalogOptions {
	pin: PinSpecifier;
	/** The wanted number of bits; the instance may give another. */
	resolution?: number;
}
export type AnalogConstructor = new (options: AnalogOptions) => Analog;

/** Digital output (§10, "Digital"); inputs are not in use here. */
export interface Digital extends Closable {
	write(value: 0 | 1): void;
}
export interface DigitalOptions {
	pin: PinSpecifier;
	mode: number;
	initialValue?: 0 | 1;
	activeLow?: boolean;
}
export interface DigitalConstructor {
	new (options: DigitalOptions): Digital;
	readonly Output: number;
}

/** Serial port in the "buffer" format (§10, "Serial"). */
export interface Serial extends Closable {
	/** What the `target` option said (§8). */
	readonly target?: unknown;
	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	read(byteLength?: number): ArrayBuffer | undefined;
	/** Takes all of the data or throws: at most what `onWritable` told of, less what was written since. */
	write(data: ByteBuffer): void;
}
export interface SerialOptions {
	transmit?: PinSpecifier;
	receive?: PinSpecifier;
	/** Bits a second. */
	baud: number;
	format?: "buffer";
	/** Not looked at: for the callbacks, whose `this` is the port (§8). */
	target?: unknown;
	/** New data has arrived; `bytes` may be read. */
	onReadable?: (this: Serial, bytes: number) => void;
	/** `bytes` may be written in all. */
	onWritable?: (this: Serial, bytes: number) => void;
}
export type SerialConstructor = new (options: SerialOptions) => Serial;

/** TCP socket in the "buffer" format (§10, "TCP socket"). */
export interface TCP extends Closable {
	/** What the `target` option said (§8). */
	readonly target?: unknown;
	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	read(byteLength?: number): ArrayBuffer | undefined;
	/**
	 * Takes all of the data or throws. Returns how many bytes may be written next; older
	 * implementations return nothing.
	 */
	// biome-ignore lint/suspicious/noConfusingVoidType: what implementations of the 2nd edition do
	write(data: ByteBuffer): number | void;
}
export interface TCPOptions {
	/** An IP address; names go through a `Resolver` first. */
	address: string;
	port: number;
	noDelay?: boolean;
	/** Not looked at: for the callbacks, whose `this` is the socket (§8). */
	target?: unknown;
	/** New data has arrived; `bytes` may be read. Not called again before more arrives. */
	onReadable?: (this: TCP, bytes: number) => void;
	/** `bytes` may be written in all. First called when the socket is connected. */
	onWritable?: (this: TCP, bytes: number) => void;
	/** Failed or disconnected; only `close` may follow. The argument is an extension: why. */
	onError?: (this: TCP, error?: IOError) => void;
	/**
	 * An extension: the TCP connection is open, and TLS begins its handshake; `onWritable` follows when
	 * that is done. A socket without TLS never calls it.
	 */
	onSecuring?: (this: TCP) => void;
}
export type TCPConstructor = new (options: TCPOptions) => TCP;

/** The `tls` option of a TLS client socket (§10, "TLS Client socket"); certificates and keys are DER. */
export interface TLSOptions {
	/** The name that the other side must prove to have, and that is sent to it (SNI). */
	host: string;
	/** Names for ALPN, the best first. */
	applicationLayerProtocol?: string | readonly string[];
	/** Whose certificates are trusted; those of the host's own store when absent. */
	ca?: readonly ByteBuffer[];
	/** Who we are, where the server asks for it: our certificate, with those it rests on, and its key. */
	clientCertificate?: readonly ByteBuffer[];
	clientKey?: ByteBuffer;
}
/** Options of a TLS client socket: TCP's and its own. */
export interface TLSSocketOptions extends TCPOptions {
	tls: TLSOptions;
}

/** Options of a WebSocket as one stream of bytes: binary messages in the shape of a TCP socket. */
export interface WebSocketOptions extends TCPOptions {
	/** The server's name, for its `Host` header. */
	host: string;
	path: string;
	/** The subprotocol, which the server must select. */
	protocol: string;
}

/**
 * Clients as a host provider has them (§30): the constructor, as `io`, and options to give it beside
 * those that only the program knows. A `host` in `tls` replaces the broker's as the server's name.
 */
export interface TLSClient {
	readonly io: new (options: TLSSocketOptions) => TCP;
	readonly tls?: Partial<TLSOptions>;
}
/** An extension, and so under a name of its own: `client` is left to the class of §24, which gives messages. */
export interface WebSocketStream {
	/** Takes `WebSocketOptions`, and what else the host gives it here. */
	readonly io: new (
		options: never,
	) => TCP;
}

/** Domain name resolver (§18). */
export interface Resolver extends Closable {
	/** Calls back once, later: an error, or `null` and the address. An address resolves to itself. */
	resolve(
		options: { host: string },
		callback: (error: IOError | null, address?: string, host?: string) => void,
	): void;
}
export interface ResolverOptions {
	io: new (options: ResolverOptions) => Resolver;
}

/** Wi-Fi interface (3rd edition, "Network Interface"). */
export interface WiFi {
	/** 200: apart, 300: joining, 400: joined, without an address, 500: with an address. */
	readonly connection: number;
	readonly address?: string | undefined;
	/** An extension: why it is apart, for people, where that is known. */
	readonly reason?: string | undefined;
	/** @throws Error while joining, and when the radio refuses */
	connect(options: { SSID: string; password?: string }): void;
	disconnect(): void;
}
export type WiFiConstructor = new (options: { onChanged: () => void }) => WiFi;

/** A domain of the key-value storage in the "buffer" format (§28, "Key-Value"). */
export interface KeyValueDomain extends Closable, Iterable<string> {
	/** The whole value; `undefined` when there is no such key. */
	read(key: string): ArrayBuffer | undefined;
	/** Stores or replaces; when it returns, the value is durable. Throws when it cannot be. */
	write(key: string, value: ByteBuffer): void;
	/** Removes; no error when there is no such key. */
	delete(key: string): void;
}
export interface KeyValue {
	open(options: { path: string; mode?: "r" | "r+"; format?: "buffer" }): KeyValueDomain;
}

/** A partition of flash memory in the "buffer" format (§28, "Flash"). Offsets and lengths are in bytes. */
export interface Flash extends Closable {
	/** Every byte of blocks `start` up to, not including, `end` (`start + 1` when absent) becomes 0xFF. Throws when it fails. */
	eraseBlock(start: number, end?: number): void;
	/** The bytes from `byteOffset` on. Throws when they cannot be read. */
	read(byteLength: number, byteOffset: number): ArrayBuffer;
	/**
	 * Programs bytes: a bit becomes 0 or stays; only `eraseBlock` makes it 1. When it returns they are durable. When
	 * it throws, or the power fails meanwhile, any of the bits may have been written.
	 */
	write(data: ByteBuffer, byteOffset: number): void;
	status(): FlashStatus;
}
export interface FlashStatus {
	/** Bytes in all: `blocks * blockLength`. */
	readonly size: number;
	readonly blocks: number;
	/** Bytes that are erased together. */
	readonly blockLength: number;
}
export interface FlashStorage {
	/** Throws when there is no such partition. */
	open(options: { path: string; mode?: "r" | "r+" }): Flash;
}

/** The host provider instance (§30), as far as the firmware needs it. */
export interface HostProvider {
	readonly io: {
		readonly Analog: AnalogConstructor;
		readonly Digital: DigitalConstructor;
		readonly TCP: TCPConstructor;
		/** Of a board whose radio hangs on a serial port: that port. */
		readonly Serial?: SerialConstructor;
	};
	/** Pin names; `led` and one for each sensor of the configuration. */
	readonly pin: Readonly<Record<string, PinSpecifier>>;
	readonly network: {
		readonly dns: { readonly resolver: ResolverOptions };
		/** Absent where the host cannot. */
		readonly tls?: { readonly client: TLSClient };
		readonly ws?: { readonly stream: WebSocketStream };
		readonly wss?: { readonly stream: WebSocketStream };
	};
	readonly keyValue?: KeyValue;
	readonly flash?: FlashStorage;
}
