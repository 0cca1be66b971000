import type { ByteBuffer, IOError, TCP, TCPOptions, TLSOptions, WebSocketOptions } from "../ecma-419.js";
import type { LinkCode } from "../events.js";
import { ioError } from "../io-error.js";
import { base64 } from "./base64.js";
import { Decoder, type Incoming } from "./decode.js";
import { CloseCode, closePayload, encodeFrame, LONGEST_HEADER, Opcode } from "./frame.js";
import { Answer, acceptOf, encodeRequest } from "./handshake.js";

/** Options of the `WebSocket` constructor. */
export interface Options extends WebSocketOptions {
	/** The socket underneath: TCP, or TLS with its options. */
	socket: {
		readonly io: new (options: TCPOptions & { tls?: TLSOptions }) => TCP;
		readonly tls?: Partial<TLSOptions>;
	};
	/** A number from 0 up to, not including, 1, that nobody can predict (RFC 6455, 10.3). */
	random: () => number;
	/** The SHA-1 digest of some bytes: the host has it for TLS already. */
	sha1: (bytes: Uint8Array) => Uint8Array;
}

/** Bytes that are taken from the socket at a time while nobody says how many. */
const PIECE = 256;

/** Bytes that may be written also when the socket underneath has no room for them just then. */
const LEAST_ROOM = 64;

/**
 * A WebSocket client (RFC 6455) in the shape of a TCP socket: what is written goes out in binary
 * messages, and the bytes of those that come in are one stream. It answers pings and Close frames
 * itself; `close` says goodbye. The count given to `onReadable` may be too high, as it counts frames too.
 */
export class WebSocket implements TCP {
	readonly target: unknown;
	readonly #options: Options;
	readonly #socket: TCP;
	/** Until the handshake is over. */
	#answer: Answer | undefined;
	readonly #decoder = new Decoder();
	/** Bytes for which the socket had no room yet: the request, or the rest of a frame. */
	#unsent: Uint8Array | undefined;
	/** The last ping's payload, as long as it was not answered (RFC 6455, 5.5.3). */
	#ping: Uint8Array | undefined;
	/** What the socket has room for, and what it has to read. */
	#room = 0;
	#readable = 0;
	/** What the program knows that it may write. */
	#told = 0;
	#payload: Uint8Array = EMPTY;
	#state: "opening" | "open" | "failed" | "closed" = "opening";
	/** Why nothing can be written when it is not open. */
	#reason = "not connected";

	/** Begins to connect. @throws what the socket's constructor throws */
	constructor(options: Options) {
		const { address, port, noDelay = false, host, path, protocol, socket, random, sha1 } = options;
		this.target = options.target;
		this.#options = options;
		const usualPort = socket.tls === undefined ? 80 : 443;
		const key = base64(Uint8Array.from({ length: 16 }, () => random() * 256));
		this.#unsent = encodeRequest({ host, port, usualPort, path, protocol, key });
		this.#answer = new Answer(acceptOf(key, sha1), protocol);
		this.#socket = new socket.io({
			address,
			port,
			noDelay,
			...(socket.tls !== undefined && { tls: { host, ...socket.tls } }),
			target: this,
			onReadable: WebSocket.#onReadable,
			onWritable: WebSocket.#onWritable,
			onError: WebSocket.#onError,
			onSecuring: WebSocket.#onSecuring,
		});
	}

	static #onSecuring(this: TCP): void {
		const socket = this.target as WebSocket;
		socket.#options.onSecuring?.call(socket);
	}

	static #onWritable(this: TCP, bytes: number): void {
		const socket = this.target as WebSocket;
		socket.#room = bytes;
		socket.#flush();
		if (socket.#unsent === undefined) socket.#tellWritable();
	}

	static #onReadable(this: TCP, bytes: number): void {
		const socket = this.target as WebSocket;
		socket.#readable = bytes;
		if (socket.#state === "opening") socket.#open();
		if (socket.#state !== "open") return;
		const held = socket.#payload.length + socket.#decoder.pending;
		socket.#options.onReadable?.call(socket, bytes + held);
	}

	static #onError(this: TCP, error?: IOError): void {
		const socket = this.target as WebSocket;
		const { code = "connection-lost", message = "connection lost" } = error ?? {};
		const isOpening = socket.#state === "opening" && socket.#room > 0;
		if (socket.#state === "failed" || socket.#state === "closed") return;
		socket.#state = "failed";
		socket.#options.onError?.call(
			socket,
			isOpening ? ioError(code, `${message} in the WebSocket handshake`) : error,
		);
	}

	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	read(byteLength = PIECE): ArrayBuffer | undefined {
		while (this.#state === "open" && this.#payload.length === 0) {
			const incoming = this.#decoder.next();
			if (incoming !== undefined) {
				this.#take(incoming);
				continue;
			}
			const bytes = this.#receive(byteLength);
			if (bytes === undefined) return undefined;
			this.#decoder.push(bytes);
		}
		if (this.#state !== "open") return undefined;
		const piece = this.#payload.slice(0, byteLength);
		this.#payload = this.#payload.subarray(piece.length);
		return piece.buffer as ArrayBuffer;
	}

	/** @throws Error when there is no connection, or when the data is more than may be written */
	write(data: ByteBuffer): number {
		const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
		if (this.#state !== "open") throw new Error(this.#reason);
		if (bytes.length > this.#told) throw new Error(`cannot write ${bytes.length} bytes at present`);
		const frame = this.#frame(Opcode.BINARY, bytes);
		// A pong may have taken some of the room that the program knows of.
		this.#unsent = this.#unsent === undefined ? frame : join(this.#unsent, frame);
		this.#flush();
		this.#told = this.#writable;
		return this.#told;
	}

	close(): void {
		if (this.#state === "closed") return;
		if (this.#state === "open") this.#sayGoodbye(CloseCode.NORMAL);
		this.#state = "closed";
		this.#socket.close();
	}

	/** Bytes that may be written. What exceeds the socket's room waits here. */
	get #writable(): number {
		if (this.#state !== "open" || this.#unsent !== undefined) return 0;
		return Math.max(this.#room - LONGEST_HEADER, LEAST_ROOM);
	}

	#tellWritable(): void {
		const count = this.#writable;
		if (count <= this.#told) return;
		this.#told = count;
		this.#options.onWritable?.call(this, count);
	}

	/** Reads the broker's answer. */
	#open(): void {
		for (;;) {
			const bytes = this.#receive(PIECE);
			if (bytes === undefined) return;
			const verdict = this.#answer?.read(bytes);
			if (verdict === undefined) continue;
			if (verdict.kind === "refused") return this.#fail(verdict.code, verdict.reason);
			this.#answer = undefined;
			this.#state = "open";
			this.#decoder.push(bytes.subarray(verdict.end));
			return this.#tellWritable();
		}
	}

	#receive(byteLength: number): Uint8Array | undefined {
		if (this.#readable === 0) return undefined;
		const bytes = this.#socket.read(Math.min(byteLength, this.#readable));
		this.#readable = bytes === undefined ? 0 : Math.max(0, this.#readable - bytes.byteLength);
		return bytes && new Uint8Array(bytes);
	}

	#take(incoming: Incoming): void {
		switch (incoming.kind) {
			case "data":
				this.#payload = incoming.bytes;
				return;
			case "ping":
				this.#ping = incoming.payload;
				return this.#flush();
			case "close": {
				const { code, reason } = incoming;
				this.#sayGoodbye(code === CloseCode.NONE ? CloseCode.NORMAL : code);
				// A stranger's text, and so in quotes, where nothing in it steers a terminal.
				const why = reason === "" ? `${code}` : `${code}, ${JSON.stringify(reason)}`;
				return this.#fail("closed-by-broker", `the broker closed the WebSocket (${why})`);
			}
			case "malformed":
				this.#sayGoodbye(incoming.code);
				return this.#fail("protocol-violation", incoming.reason);
		}
	}

	/** Writes what there is room for. */
	#flush(): void {
		try {
			for (;;) {
				if (this.#unsent === undefined && this.#state === "open" && this.#ping !== undefined) {
					this.#unsent = this.#frame(Opcode.PONG, this.#ping);
					this.#ping = undefined;
				}
				const bytes = this.#unsent;
				if (bytes === undefined || this.#room <= 0) return;
				const piece = bytes.subarray(0, this.#room);
				this.#room = this.#socket.write(piece) ?? this.#room - piece.length;
				this.#unsent = piece.length === bytes.length ? undefined : bytes.subarray(piece.length);
			}
		} catch (error) {
			this.#fail("connection-lost", error instanceof Error ? error.message : String(error));
		}
	}

	/** Sends a Close frame, when it can be sent at once (RFC 6455, 7.1.2 and 7.1.7). */
	#sayGoodbye(code: number): void {
		const frame = this.#frame(Opcode.CLOSE, closePayload(code));
		if (this.#unsent !== undefined || this.#room < frame.length) return;
		this.#unsent = frame;
		this.#flush();
	}

	#frame(opcode: number, payload: Uint8Array): Uint8Array {
		return encodeFrame(opcode, payload, Math.floor(this.#options.random() * 0x1_0000_0000));
	}

	/** Ends it, and tells so later: nobody expects to be called back from within `read`. */
	#fail(code: LinkCode, reason: string): void {
		if (this.#state === "failed" || this.#state === "closed") return;
		this.#state = "failed";
		this.#reason = reason;
		this.#socket.close();
		Promise.resolve().then(() => {
			if (this.#state === "failed") this.#options.onError?.call(this, ioError(code, reason));
		});
	}
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
	const whole = new Uint8Array(a.length + b.length);
	whole.set(a);
	whole.set(b, a.length);
	return whole;
}

const EMPTY = Object.freeze(new Uint8Array(0));
