import type { ByteBuffer, PinSpecifier } from "../../firmware/ecma-419.js";

/** Serial port in the "buffer" format (ECMA-419 §10, "Serial"). */
export interface Serial {
	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	read(byteLength?: number): ArrayBuffer | undefined;
	/** Sends all of the data, or throws when it is more than `onWritable` has announced. */
	write(data: ByteBuffer): void;
	/** Frees the port. May be called twice; no callback comes after it (§8). */
	close(): void;
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
