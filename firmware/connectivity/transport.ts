import type { IOError, TCP } from "../ecma-419.js";
import type { LinkCode } from "../events.js";
import { foreignReason, silenceHint } from "./foreign.js";
import type { SocketOptions } from "./socket.js";

export interface TransportOptions {
	socket: SocketOptions;
	/** An IP address. */
	address: string;
	port: number;
	/** Bytes to read at a time at most: what a chip has room for. */
	readSize: number;
	/** That of the broker's URL. With it, a side that speaks something else than MQTT is named. */
	scheme?: string;
}

/** Whom a transport tells. */
export interface TransportListener {
	/** `connected`: the TCP connection is open, TLS begins. `opened`: the connection is open. */
	onProgress(progress: "connected" | "opened"): void;
	/** There may be something to read, or room to write again. */
	onReady(): void;
	/** The connection failed or ended; `close` may follow. */
	onLost(code: LinkCode, reason: string): void;
}

/** One network connection: a socket that takes what there is room for, and a piece still to go. */
export class Transport {
	readonly #socket: TCP;
	readonly #listener: TransportListener;
	readonly #readSize: number;
	/** Bytes that may be written, and that may be read. */
	#writable = 0;
	#readable = 0;
	#opened = false;
	/** Until the first bytes have come. */
	#scheme: string | undefined;
	#unsent: Uint8Array | undefined;

	/** @throws what the IO class throws, for an address that is none or when there are no sockets left */
	constructor({ socket, address, port, readSize, scheme }: TransportOptions, listener: TransportListener) {
		this.#readSize = readSize;
		this.#scheme = scheme;
		this.#listener = listener;
		// The callbacks find their transport through `target`: a function of its own for each would take
		// memory for as long as the connection lasts.
		this.#socket = new socket.io({
			...socket,
			address,
			port,
			noDelay: true,
			target: this,
			onWritable: Transport.#onWritable,
			onReadable: Transport.#onReadable,
			onError: Transport.#onError,
			onSecuring: Transport.#onSecuring,
		});
	}

	static #onSecuring(this: TCP): void {
		(this.target as Transport).#listener.onProgress("connected");
	}

	static #onWritable(this: TCP, bytes: number): void {
		const transport = this.target as Transport;
		transport.#writable = bytes;
		if (transport.#opened) return transport.#listener.onReady();
		transport.#opened = true;
		transport.#listener.onProgress("opened");
	}

	static #onReadable(this: TCP, bytes: number): void {
		const transport = this.target as Transport;
		transport.#readable = bytes;
		transport.#listener.onReady();
	}

	static #onError(this: TCP, error?: IOError): void {
		const { code = "connection-lost", message = "connection lost" } = error ?? {};
		const transport = this.target as Transport;
		const isClosed = code === "connection-lost" || code === "closed-by-broker";
		const hint = transport.#scheme && isClosed ? silenceHint(transport.#scheme, transport.#opened) : "";
		transport.#listener.onLost(code, message + hint);
	}

	/** Bytes that have not been written yet. */
	get unsent(): number {
		return this.#unsent?.length ?? 0;
	}

	/** Takes bytes for sending; only after `flush` has returned `true`. */
	send(bytes: Uint8Array): void {
		this.#unsent = bytes;
		this.flush();
	}

	/** Writes what there is room for; whether everything has been written. Calls `onLost` when that fails. */
	flush(): boolean {
		for (;;) {
			const bytes = this.#unsent;
			if (bytes === undefined) return true;
			if (this.#writable === 0) return false;
			const piece = bytes.length <= this.#writable ? bytes : bytes.subarray(0, this.#writable);
			try {
				// `onWritable` need not come for room that `write` tells of (ECMA-419 §10).
				this.#writable = this.#socket.write(piece) ?? this.#writable - piece.length;
			} catch (error) {
				// lwIP's sockets refuse, for one, once they know of the end and before `onError` tells of it.
				this.#listener.onLost("connection-lost", error instanceof Error ? error.message : String(error));
				return false;
			}
			this.#unsent = piece === bytes ? undefined : bytes.subarray(piece.length);
		}
	}

	/** The next bytes that arrived; `undefined` when there are none. Calls `onLost` when they are no MQTT. */
	read(): Uint8Array | undefined {
		if (this.#readable === 0) return undefined;
		const bytes = this.#socket.read(Math.min(this.#readable, this.#readSize));
		if (bytes === undefined) {
			this.#readable = 0;
			return undefined;
		}
		this.#readable -= bytes.byteLength;
		const read = new Uint8Array(bytes);
		const foreign = this.#scheme && foreignReason(read[0], this.#scheme);
		this.#scheme = undefined;
		if (foreign === undefined) return read;
		this.#listener.onLost("other-protocol", foreign);
		return undefined;
	}

	close(): void {
		this.#socket.close();
	}
}
