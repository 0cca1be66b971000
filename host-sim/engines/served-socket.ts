import { NativeEvent } from "../../firmware/boards/native/seam.js";
import type { SocketOptions } from "../../firmware/connectivity/socket.js";
import type { TCP } from "../../firmware/ecma-419.js";

/** Tells the firmware of an event; `count` is asked when the firmware takes it, which may be later. */
export type TellOfSocket = (kind: number, count: () => number, text?: string) => void;

const NONE = () => 0;

/**
 * A socket of the host's, for a firmware in another engine. Events wait until the firmware has time
 * for them, and what it does meanwhile counts: they tell how much may be read or written when it
 * takes them, not how much it was when they came up.
 */
export class ServedSocket {
	readonly #socket: TCP;
	#readable = 0;
	#writable = 0;
	#hasFailed = false;

	/** Begins to connect. @throws what the host's IO class throws */
	constructor(client: SocketOptions, address: string, port: number, tell: TellOfSocket) {
		const { io: IO } = client;
		this.#socket = new IO({
			...client,
			address,
			port,
			noDelay: true,
			onReadable: (count) => {
				this.#readable = count;
				tell(NativeEvent.READABLE, () => this.#readable);
			},
			onWritable: (count) => {
				this.#writable = count;
				tell(NativeEvent.WRITABLE, () => this.#writable);
			},
			onSecuring: () => tell(NativeEvent.SECURING, NONE),
			onError: (error) => {
				this.#hasFailed = true;
				const { code = "connection-lost", message = "connection lost" } = error ?? {};
				tell(NativeEvent.FAILED, NONE, `${code} ${message}`);
			},
		});
	}

	/** Up to `byteLength` bytes that have arrived; `undefined` when there are none. */
	read(byteLength: number): ArrayBuffer | undefined {
		if (this.#hasFailed && this.#readable === 0) return undefined;
		const bytes = this.#socket.read(byteLength);
		this.#readable = Math.max(0, this.#readable - (bytes?.byteLength ?? this.#readable));
		return bytes;
	}

	/** Takes all of the bytes; returns the room left. */
	write(bytes: Uint8Array): number {
		// The firmware is about to hear why it failed. Until then its bytes are on their way to nowhere.
		if (this.#hasFailed) return 0;
		this.#writable = this.#socket.write(bytes) ?? this.#writable - bytes.length;
		return this.#writable;
	}

	close(): void {
		this.#socket.close();
	}
}
