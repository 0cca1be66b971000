import type { Clock } from "../clock.js";
import type { Override } from "../override.js";
import type { Random } from "../random.js";

/** What a way through the network does to bytes; may change while they are under way. */
export interface Conditions {
	/** Milliseconds in one direction, at least. */
	readonly latency: Override<number>;
	/** Milliseconds that may come on top, each time other ones. Bytes never overtake each other. */
	readonly jitter: Override<number>;
	/** Probability that what is sent at once arrives in two pieces. */
	readonly split: Override<number>;
}

/** Milliseconds between the two pieces of what was split, at most. */
const MAX_GAP = 20;

/** One direction of a connection: bytes arrive in order, later, and perhaps in other pieces. */
export class Pipe {
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #conditions: Conditions;
	readonly #deliver: (bytes: Uint8Array) => void;
	#lastArrival = 0;
	#isCut = false;
	#stall: "none" | "next" | "on" = "none";
	/** Stalls that are not over. */
	#stalls = 0;
	/** What is to happen when the stall is over. */
	#held: (() => void)[] = [];

	/** @param deliver is given what arrives; the bytes are its own */
	constructor(clock: Clock, random: Random, conditions: Conditions, deliver: (bytes: Uint8Array) => void) {
		this.#clock = clock;
		this.#random = random;
		this.#conditions = conditions;
		this.#deliver = deliver;
	}

	/** Sends bytes, which must not be changed afterwards. */
	send(bytes: Uint8Array): void {
		if (bytes.length > 1 && this.#stall === "next") {
			const at = this.#random.between(1, bytes.length - 1);
			this.#post(() => this.#deliver(bytes.subarray(0, at)));
			this.#stall = "on";
			this.#post(() => this.#deliver(bytes.subarray(at)));
		} else if (bytes.length > 1 && this.#random.chance(this.#conditions.split.value)) {
			const at = this.#random.between(1, bytes.length - 1);
			this.#post(() => this.#deliver(bytes.subarray(0, at)));
			this.#lastArrival += this.#random.between(0, MAX_GAP);
			this.#post(() => this.#deliver(bytes.subarray(at)));
		} else {
			this.#post(() => this.#deliver(bytes));
		}
	}

	/** Calls back when everything that was sent before has arrived. */
	after(callback: () => void): void {
		this.#post(callback);
	}

	/** From now on nothing arrives, and nobody is told. */
	cut(): void {
		this.#isCut = true;
		this.#held = [];
	}

	/** Of what is sent next a part arrives, and nothing more for some milliseconds. */
	stall(duration: number): void {
		this.#stalls++;
		if (this.#stall === "none") this.#stall = "next";
		this.#clock.post(() => {
			if (--this.#stalls > 0) return;
			this.#stall = "none";
			const held = this.#held;
			this.#held = [];
			for (const callback of held) this.#post(callback);
		}, duration);
	}

	#post(callback: () => void): void {
		if (this.#isCut) return;
		if (this.#stall === "on") {
			this.#held.push(callback);
			return;
		}
		const { latency, jitter } = this.#conditions;
		const extra = jitter.value > 0 ? this.#random.between(0, jitter.value) : 0;
		const arrival = this.#clock.elapsed + latency.value + extra;
		this.#lastArrival = Math.max(arrival, this.#lastArrival);
		this.#clock.post(() => {
			if (!this.#isCut) callback();
		}, this.#lastArrival - this.#clock.elapsed);
	}
}
