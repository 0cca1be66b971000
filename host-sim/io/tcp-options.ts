import { ipAddress } from "./ip-address.js";
import {
	boolean,
	callback,
	integer,
	oneOf,
	optional,
	optionsObject,
	positiveInteger,
	required,
} from "./options.js";

/** "buffer" for groups of bytes, "number" for one byte at a time. */
export type TCPFormat = "buffer" | "number";

/** Options of the `TCP` constructor (§10, "TCP socket"); `TCP` is the class, whose instance the callbacks get. */
export interface OptionsFor<TCP, Format extends TCPFormat> {
	/** IP address of the remote endpoint; a name goes through a `Resolver` first. */
	readonly address: string;
	/** Remote port, 1 to 65535. */
	readonly port: number;
	/** Whether to send each write at once instead of waiting to fill a segment; `false` when absent. */
	readonly noDelay?: boolean;
	/** Milliseconds of silence before probing the peer, rounded up to seconds; no probes when absent. */
	readonly keepAlive?: number;
	/** The format at first; "buffer" when absent. */
	readonly format?: Format;
	readonly target?: unknown;
	/** New data has arrived; `bytes` may be read in all. Not called again before more arrives. */
	readonly onReadable?: ((this: TCP, bytes: number) => void) | null;
	/** `bytes` may be written in all: more than before. Called on connecting, then as written data leaves. */
	readonly onWritable?: ((this: TCP, bytes: number) => void) | null;
	/** Failed or disconnected, called once. The argument is an extension: the reason, one short line. */
	readonly onError?: ((this: TCP, error?: Error) => void) | null;
	/** An extension: the connection is there, and TLS begins its handshake; never called without TLS. */
	readonly onSecuring?: ((this: TCP) => void) | null;
}

/** Options of `write` (§10, "Properties of write options object"). */
export interface TCPWriteOptions {
	/** Whether more fragments follow, which are then sent together. */
	readonly more?: boolean;
	/** Bytes in the whole sequence; checked, but not needed here. */
	readonly byteLength?: number;
}

/** Sizes of a socket's buffers in bytes. */
export interface TCPBuffers {
	/** Output: how much may be written ahead of the network. */
	readonly writable: number;
	/** Input: with this much unread, nothing more is taken from the network. */
	readonly readable: number;
}

/** Some small devices have less; a program that copes with the counts does not notice. */
export const USUAL_BUFFERS: TCPBuffers = Object.freeze({ writable: 16_384, readable: 16_384 });

export const tcpFormat = oneOf("buffer", "number");

/** Longest time that Linux takes before the first probe, in milliseconds. */
const LONGEST_KEEP_ALIVE = 32_767_000;

type Callback<TCP, Argument> = (this: TCP, argument: Argument) => void;

/** Reads and checks the constructor's options, each once. @throws Error when one is out of range */
export const readTCPOptions = <TCP, Format extends TCPFormat>(options: unknown) => {
	const given = optionsObject(options);
	const keepAlive = optional(given, "keepAlive", positiveInteger, undefined);
	return {
		address: required(given, "address", ipAddress),
		port: required(given, "port", integer(1, 65_535)),
		noDelay: optional(given, "noDelay", boolean, false),
		// Node rounds down, and takes 0 for the system's two hours.
		keepAlive: keepAlive && Math.min(Math.ceil(keepAlive / 1000) * 1000, LONGEST_KEEP_ALIVE),
		format: optional(given, "format", tcpFormat, "buffer") as Format,
		onReadable: optional(given, "onReadable", callback<Callback<TCP, number>>, null),
		onWritable: optional(given, "onWritable", callback<Callback<TCP, number>>, null),
		onError: optional(given, "onError", callback<Callback<TCP, Error>>, null),
		onSecuring: optional(given, "onSecuring", callback<(this: TCP) => void>, null),
	};
};

/** Whether more fragments follow. @throws Error when an option of `write` is out of range */
export const moreFollows = (options: unknown): boolean => {
	if (options === undefined) return false;
	const given = optionsObject(options);
	optional(given, "byteLength", positiveInteger, undefined);
	return optional(given, "more", boolean, false);
};
