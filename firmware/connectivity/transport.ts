import type { TCP, TCPConstructor } from "../ecma-419.js";

export interface TransportOptions {
	io: TCPConstructor;
	/** An IP address. */
	address: string;
	port: number;
	/** Bytes to read at a time at most: what a chip has room for. */
	readSize: number;
	/** The connection is open. */
	onOpened: () => void;
	/** There may be something to read, or room to write again. */
	onReady: () => void;
	/** The connection failed or ended; `close` may follow. */
	onLost: (reason: string) => void;
}

/** One network connection: a socket that takes what there is room for, and a piece still to go. */
export class Transport {
	readonly #socket: TCP;
	readonly #onLost: (reason: string) => void;
	readonly #readSize: number;
	/** Bytes that may be written, and that may be read. */
	#writable = 0;
	#readable = 0;
	#opened = false;
	#unsent: Uint8Array | undefined;

	/** @throws what the IO class throws, for an address that is none or when there are no sockets left */
	constructor({ io: IO, address, port, readSize, onOpened, onReady, onLost }: TransportOptions) {
		this.#readSize = readSize;
		this.#onLost = onLost;
		this.#socket = new IO({
			address,
			port,
			noDelay: true,
			onWritable: (bytes) => {
				this.#writable = bytes;
				const opened = this.#opened;
				this.#opened = true;
				if (opened) onReady();
				else onOpened();
			},
			onReadable: (bytes) => {
				this.#readable = bytes;
				onReady();
			},
			onError: (error) => onLost(error?.message ?? "connection lost"),
		});
	}

	/** Takes bytes for sending; only after `flush` has returned `true`. */
	send(bytes: Uint8Array): void {
		this.#unsent = bytes;
		this.flush();
	}

	/** Writes what there is room for; whether everything has been written. Calls `onLost` when that fails. */
	flush(): boolean {
		const bytes = this.#unsent;
		if (bytes === undefined) return true;
		if (this.#writable === 0) return false;
		const piece = bytes.length <= this.#writable ? bytes : bytes.subarray(0, this.#writable);
		try {
			this.#writable = this.#socket.write(piece) ?? this.#writable - piece.length;
		} catch (error) {
			// lwIP's sockets refuse, for one, once they know of the end and before `onError` tells of it.
			this.#onLost(error instanceof Error ? error.message : String(error));
			return false;
		}
		this.#unsent = piece === bytes ? undefined : bytes.subarray(piece.length);
		return this.#unsent === undefined;
	}

	/** The next bytes that arrived; `undefined` when there are none. */
	read(): Uint8Array | undefined {
		if (this.#readable === 0) return undefined;
		const bytes = this.#socket.read(Math.min(this.#readable, this.#readSize));
		if (bytes === undefined) {
			this.#readable = 0;
			return undefined;
		}
		this.#readable -= bytes.byteLength;
		return new Uint8Array(bytes);
	}

	close(): void {
		this.#socket.close();
	}
}
