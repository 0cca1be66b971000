import type { Timer, TimerId } from "../../firmware/host.js";

/** Bits of a byte on the line: start, eight of data, stop (8N1). */
const BITS = 10;
/** Milliseconds between two deliveries. */
const TICK = 1;

/**
 * One direction of a UART: bytes take the time that the baud rate says (16.3 us at 614400), and arrive in
 * order, each millisecond those that are through. None arrives early, on the clock that is given.
 */
export class Line {
	readonly #timer: Timer;
	readonly #now: () => number;
	readonly #deliver: (bytes: Uint8Array) => void;
	readonly #baud: () => number;
	#waiting: Uint8Array[] = [];
	#length = 0;
	/** Since when the line is busy, and how many bytes it has delivered since. */
	#start = 0;
	#delivered = 0;
	#pending: TimerId | undefined;

	/**
	 * @param baud bits a second
	 * @param deliver is given bytes that have arrived; they are its own
	 */
	constructor(timer: Timer, now: () => number, baud: () => number, deliver: (bytes: Uint8Array) => void) {
		this.#timer = timer;
		this.#now = now;
		this.#baud = baud;
		this.#deliver = deliver;
	}

	/** Bytes that have not arrived. */
	get length(): number {
		return this.#length;
	}

	/** Sends bytes, behind what is still under way. They must not be changed afterwards. */
	send(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#waiting.push(bytes);
		this.#length += bytes.length;
		if (this.#pending !== undefined) return;
		this.#start = this.#now();
		this.#delivered = 0;
		this.#schedule();
	}

	/** What is under way is lost. */
	clear(): void {
		this.#waiting = [];
		this.#length = 0;
		if (this.#pending !== undefined) this.#timer.clear(this.#pending);
		this.#pending = undefined;
	}

	#schedule(): void {
		this.#pending = this.#timer.set(() => this.#run(), TICK);
	}

	#run(): void {
		this.#pending = undefined;
		// A tick counter may wrap at 32 bits; with a fraction it is no tick counter.
		const passed = this.#now() - this.#start;
		const elapsed = passed < 0 ? passed + 2 ** 32 : passed;
		const through = Math.floor((elapsed * this.#baud()) / (1000 * BITS)) - this.#delivered;
		const bytes = this.#take(Math.min(through, this.#length));
		this.#delivered += bytes.length;
		if (this.#length > 0) this.#schedule();
		if (bytes.length > 0) this.#deliver(bytes);
	}

	#take(count: number): Uint8Array {
		const bytes = new Uint8Array(Math.max(0, count));
		for (let at = 0; at < bytes.length; ) {
			const first = this.#waiting[0] as Uint8Array;
			const piece = first.subarray(0, bytes.length - at);
			bytes.set(piece, at);
			at += piece.length;
			if (piece.length === first.length) this.#waiting.shift();
			else this.#waiting[0] = first.subarray(piece.length);
		}
		this.#length -= bytes.length;
		return bytes;
	}
}
