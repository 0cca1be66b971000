import { isIPv6, type Socket } from "node:net";
import { type ByteBuffer, bytesOf } from "./byte-buffer.js";
import { ByteQueue } from "./byte-queue.js";
import { standardForm } from "./ip-address.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import { integer, positiveInteger } from "./options.js";
import { disconnected } from "./tcp-error.js";
import { landingOf, type Opening, PLAIN } from "./tcp-opening.js";
import {
	moreFollows,
	type OptionsFor,
	readTCPOptions,
	type TCPBuffers,
	type TCPFormat,
	type TCPWriteOptions,
	tcpFormat,
	USUAL_BUFFERS,
} from "./tcp-options.js";

export type { Opening } from "./tcp-opening.js";
export type { TCPBuffers, TCPFormat, TCPWriteOptions } from "./tcp-options.js";

/** Options of the `TCP` constructor (§10, "TCP socket"). */
export type TCPOptions<Format extends TCPFormat = "buffer"> = OptionsFor<TCP<Format>, Format>;

/** Milliseconds that a closed socket may go on sending what was written before. */
const LINGER = 1000;

const byte = integer(0, 255);

/**
 * TCP socket (§10, "TCP socket"), over Node's. There is no `from` option, as there is no listener.
 * A program that switches between the formats declares it as `TCP<TCPFormat>`.
 *
 * Everything that came before a disconnect is delivered before `onError`, and can be read until
 * `close`. So a program that leaves its whole input buffer unread does not hear of a disconnect.
 */
export class TCP<Format extends TCPFormat = "buffer"> {
	declare target?: unknown;
	readonly #lifetime: Lifetime<TCP<Format>>;
	readonly #socket: Socket;
	readonly #peer: string;
	readonly #buffers: TCPBuffers;
	readonly #received = new ByteQueue();
	readonly #onReadable: ((this: TCP<Format>, bytes: number) => void) | null;
	readonly #onWritable: ((this: TCP<Format>, bytes: number) => void) | null;
	readonly #onError: ((this: TCP<Format>, error: Error) => void) | null;
	#format: Format;
	#state: "connecting" | "connected" | "failed" = "connecting";
	/** Bytes that may be written, as far as the program knows: from `onWritable` and `write`. */
	#room = 0;
	#paused = false;
	#corked = false;

	/**
	 * Begins to connect.
	 * @throws Error without options, or when one is missing or out of range
	 */
	constructor(options: TCPOptions<Format>, buffers: TCPBuffers = USUAL_BUFFERS, opening: Opening = PLAIN) {
		const given = readTCPOptions<TCP<Format>, Format>(options);
		this.#buffers = buffers;
		this.#format = given.format;
		this.#onReadable = given.onReadable;
		this.#onWritable = given.onWritable;
		this.#onError = given.onError;
		const { address, port, noDelay, keepAlive, onSecuring } = given;
		this.#peer = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
		defineTarget(this, options);
		const landing = landingOf(buffers.readable, opening);
		this.#socket = opening.connect({
			host: address,
			port,
			noDelay,
			...(keepAlive !== undefined && { keepAlive: true, keepAliveInitialDelay: keepAlive }),
			// Past Node's streams: the kernel's bytes come here with neither allocation nor queue.
			onread: { buffer: landing, callback: (count) => this.#arrived(landing, count) },
		});
		if (opening.opened !== "connect") {
			this.#socket.once("connect", () => this.#lifetime.ended || onSecuring?.call(this));
		}
		this.#socket.once(opening.opened, () => {
			this.#state = "connected";
			this.#flushed();
		});
		this.#socket.on("end", () => {
			// Before that, an error follows, which knows more.
			if (this.#state === "connected") this.#fail(disconnected(this.#peer));
		});
		this.#socket.on("error", (error) => this.#fail(opening.describe(error, this.#peer)));
		this.#lifetime = new Lifetime(this);
	}

	/**
	 * Type of the data that `read` returns and `write` takes.
	 * @throws Error when set to another, or after `close`
	 */
	get format(): Format {
		this.#lifetime.check();
		return this.#format;
	}

	set format(value: Format) {
		this.#lifetime.check();
		this.#format = tcpFormat(value, "format") as Format;
	}

	/** IP address of the remote endpoint; `undefined` while there is none. */
	get remoteAddress(): string | undefined {
		const address = this.#lifetime.ended ? undefined : this.#socket.remoteAddress;
		return address && standardForm(address);
	}

	/** Port of the remote endpoint; `undefined` while there is none. */
	get remotePort(): number | undefined {
		return this.#lifetime.ended ? undefined : this.#socket.remotePort;
	}

	/**
	 * Takes bytes that have arrived; `undefined` when there are none. In the format "buffer", all of
	 * them or up to `byteLength`; in the format "number", the next byte, whatever the argument.
	 * @throws Error after `close`, or when `byteLength` is not a positive integer
	 */
	read(byteLength?: number): (Format extends "number" ? number : ArrayBuffer) | undefined;
	/** In the format "buffer": fills the buffer as far as possible and returns the number of bytes. */
	read(buffer: ByteBuffer): number | undefined;
	read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
		this.#lifetime.check();
		const data = this.#take(wanted);
		if (this.#paused && this.#received.length < this.#buffers.readable) {
			this.#paused = false;
			this.#socket.resume();
		}
		return data;
	}

	/**
	 * Sends all of the data, which is copied, or none. Returns the updated count of bytes that may
	 * be written: less by the data. `onWritable` tells when there is room again.
	 * @throws Error after `close`, when there is no connection, when the data is more than may be
	 * written at present, or when it does not fit the format
	 */
	write(data: Format extends "number" ? number : ByteBuffer, options?: TCPWriteOptions): number {
		this.#lifetime.check();
		const bytes = this.#format === "number" ? Uint8Array.of(byte(data, "data")) : bytesOf(data);
		const more = moreFollows(options);
		if (this.#state !== "connected") throw new Error(`not connected to ${this.#peer}`);
		const { byteLength } = bytes;
		if (byteLength > this.#room) {
			throw new Error(`cannot write ${byteLength} bytes, at present ${this.#room} fit`);
		}
		if (more) this.#cork();
		if (byteLength > 0) {
			this.#room -= byteLength;
			this.#socket.write(Buffer.from(bytes), this.#flushed);
		}
		if (!more) this.#uncork();
		return this.#room;
	}

	/**
	 * Disconnects. What was written before is still sent, for a second at most. May be called twice.
	 */
	close(): void {
		if (!this.#lifetime.end()) return;
		this.#received.clear();
		const socket = this.#socket;
		if (this.#state === "connecting" || socket.destroyed) {
			socket.destroy();
			return;
		}
		// Taking in and dropping what still comes: were it left in the kernel, the connection would be
		// reset and our last bytes lost with it (RFC 9293, 3.10.4; RFC 2525, 2.17).
		socket.resume();
		socket.end(() => socket.unref());
		const timer = setTimeout(() => socket.destroy(), LINGER).unref();
		socket.once("close", () => clearTimeout(timer));
	}

	#take(wanted: number | ByteBuffer | undefined): ArrayBuffer | number | undefined {
		const received = this.#received;
		const available = received.length;
		if (this.#format === "number") return available > 0 ? received.takeByte() : undefined;
		if (wanted === undefined) return available > 0 ? received.take(available) : undefined;
		if (typeof wanted === "number") {
			const count = positiveInteger(wanted, "byteLength");
			return available > 0 ? received.take(count) : undefined;
		}
		const target = bytesOf(wanted);
		return available > 0 ? received.takeInto(target) : undefined;
	}

	/** Returns whether to go on reading from the network. */
	#arrived(landing: Buffer<ArrayBuffer>, count: number): boolean {
		if (this.#lifetime.ended) return true;
		const received = this.#received;
		received.lend(landing, count);
		try {
			this.#onReadable?.call(this, received.length);
		} finally {
			received.keep();
		}
		this.#paused = received.length >= this.#buffers.readable;
		return !this.#paused;
	}

	/** Node calls it after each write, also for those it has already told of together. */
	readonly #flushed = (error?: Error | null): void => {
		if (error || this.#lifetime.ended || this.#state !== "connected") return;
		const room = this.#buffers.writable - this.#socket.writableLength;
		if (room <= this.#room) return;
		this.#room = room;
		this.#onWritable?.call(this, room);
	};

	#fail(error: Error): void {
		if (this.#lifetime.ended || this.#state === "failed") return;
		this.#state = "failed";
		this.#onError?.call(this, error);
	}

	#cork(): void {
		if (this.#corked) return;
		this.#corked = true;
		this.#socket.cork();
		// A sequence that fills the buffer, or is never finished, must not wait for ever.
		process.nextTick(() => this.#uncork());
	}

	#uncork(): void {
		if (!this.#corked) return;
		this.#corked = false;
		this.#socket.uncork();
	}
}

/**
 * Makes a `TCP` class whose sockets have buffers of other sizes, in bytes.
 * @throws RangeError when a size is not a positive integer
 */
export const createTCP = ({
	writable = USUAL_BUFFERS.writable,
	readable = USUAL_BUFFERS.readable,
}: Partial<TCPBuffers> = {}) => {
	const buffers = {
		writable: positiveInteger(writable, "writable"),
		readable: positiveInteger(readable, "readable"),
	};
	return class<Format extends TCPFormat = "buffer"> extends TCP<Format> {
		constructor(options: TCPOptions<Format>) {
			super(options, buffers);
		}
	};
};

export default TCP;
