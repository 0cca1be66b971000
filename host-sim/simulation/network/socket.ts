import type { ByteBuffer, TCP, TCPOptions } from "../../../firmware/ecma-419.js";
import { copyOf } from "../bytes.js";
import type { Access, Connection, Endpoint, Loss, Network } from "./network.js";

/** Bytes that sockets hold for sending: less than a packet, a few packets, a segment. */
export const CAPACITIES = Object.freeze([48, 200, 1460]);

/** A device's TCP socket (ECMA-419 §10). All callbacks come from the clock. */
export class SimulatedSocket implements TCP, Endpoint {
	readonly target: unknown;
	readonly #options: TCPOptions;
	readonly #connection: Connection;
	#state: "connecting" | "open" | "failed" | "closed" = "connecting";
	/** What has come, oldest first, and how much of the first is taken. */
	#received: Uint8Array[] = [];
	#taken = 0;
	#readable = 0;
	#room: number;

	/** @param capacity bytes that it holds for sending */
	constructor(network: Network, access: Access, capacity: number, options: TCPOptions) {
		this.#options = options;
		this.#room = capacity;
		this.target = options.target;
		this.#connection = network.connect(access, this);
	}

	read(byteLength = this.#readable): ArrayBuffer | undefined {
		this.#check();
		if (this.#readable === 0) return undefined;
		const whole = this.#takeWhole(byteLength);
		if (whole !== undefined) return whole;
		const bytes = new Uint8Array(Math.min(byteLength, this.#readable));
		for (let at = 0; at < bytes.length; ) {
			const first = this.#received[0] as Uint8Array;
			const piece = first.subarray(this.#taken, this.#taken + bytes.length - at);
			bytes.set(piece, at);
			at += piece.length;
			this.#taken += piece.length;
			if (this.#taken < first.length) continue;
			this.#received.shift();
			this.#taken = 0;
		}
		this.#readable -= bytes.length;
		return bytes.buffer;
	}

	/** What came in one piece, when just that is asked for: it need not be copied. */
	#takeWhole(byteLength: number): ArrayBuffer | undefined {
		const [first] = this.#received;
		if (first === undefined || this.#taken > 0 || this.#received.length > 1) return undefined;
		if (byteLength < first.length || first.length < first.buffer.byteLength) return undefined;
		this.#received = [];
		this.#readable = 0;
		return first.buffer as ArrayBuffer;
	}

	write(data: ByteBuffer): number {
		this.#check();
		if (this.#state !== "open") throw new Error("not connected");
		const bytes = copyOf(data);
		if (bytes.length > this.#room) throw new RangeError(`write of ${bytes.length} bytes, ${this.#room} fit`);
		this.#room -= bytes.length;
		this.#connection.send(bytes);
		return this.#room;
	}

	close(): void {
		if (this.#state === "closed") return;
		this.#state = "closed";
		this.#connection.close();
	}

	opened(): void {
		this.#state = "open";
		this.#options.onWritable?.call(this, this.#room);
	}

	received(bytes: Uint8Array): void {
		this.#received.push(bytes);
		this.#readable += bytes.length;
		this.#options.onReadable?.call(this, this.#readable);
	}

	sent(count: number): void {
		this.#room += count;
		if (this.#state === "open") this.#options.onWritable?.call(this, this.#room);
	}

	lost({ code, reason }: Loss): void {
		this.#state = "failed";
		this.#options.onError?.call(this, Object.assign(new Error(reason), { code }));
	}

	#check(): void {
		if (this.#state === "closed") throw new Error("use of a closed socket");
	}
}
