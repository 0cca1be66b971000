import type { Test, Voter } from "./rule-set.js";

/**
 * Why a sensor has no vote: nothing has come of it since the rule began or the link came back (`awaited`), ever
 * (`silent`), for too long (`stale`), or too long the same (`stuck`).
 */
export type Absence = "awaited" | "silent" | "stale" | "stuck";

/** How long a sensor may say nothing, and the same. Milliseconds. */
export interface Patience {
	readonly stale: number;
	/** `undefined`: for ever. */
	readonly stuck: number | undefined;
}

type Limit = Pick<Test, "below" | "hysteresis">;

/** What is known of a sensor that a rule asks. Times in milliseconds of a clock that is never set. */
export class Ballot {
	readonly voter: Voter;
	/** Whether the first decision waits for it. */
	isAwaited = true;
	#value: number | undefined;
	#at = Number.NEGATIVE_INFINITY;
	/** Since when it says exactly this value. */
	#since = Number.NEGATIVE_INFINITY;
	/** Whether it is below the limit, by a hysteresis of its own. */
	#isBelow = false;

	constructor(voter: Voter) {
		this.voter = voter;
	}

	/** What it said last; `undefined` before the first time. */
	get value(): number | undefined {
		return this.#value;
	}

	/** When it said that. */
	get at(): number {
		return this.#at;
	}

	/** Takes what the sensor says. @param value finite */
	take(value: number, now: number, test: Limit): void {
		if (value !== this.#value) this.#since = now;
		this.#value = value;
		this.#at = now;
		this.#compare(test);
		this.isAwaited = false;
	}

	/** Takes over what another one knows of the same sensor. */
	inherit(other: Ballot, test: Limit): void {
		this.#value = other.#value;
		this.#at = other.#at;
		this.#since = other.#since;
		this.#isBelow = other.#isBelow;
		this.isAwaited = other.isAwaited;
		this.#compare(test);
	}

	/** Why it has no vote now; `undefined`: it has one. */
	absence(now: number, { stale, stuck }: Patience): Absence | undefined {
		if (this.#value === undefined) return this.isAwaited ? "awaited" : "silent";
		if (now >= this.#at + stale) return this.isAwaited ? "awaited" : "stale";
		return stuck !== undefined && now >= this.#since + stuck ? "stuck" : undefined;
	}

	/** When it loses its vote, if nothing more comes of it. */
	expires({ stale, stuck = Number.POSITIVE_INFINITY }: Patience): number {
		return Math.min(this.#at + stale, this.#since + stuck);
	}

	/** Whether its vote is for on: of a median by the limit that holds for that, else by its own hysteresis. */
	isOn(test: Test, isLit: boolean): boolean {
		if (test.kind === "atLeast") return this.#isBelow;
		return (this.#value ?? Number.NaN) < (isLit ? test.below + test.hysteresis : test.below);
	}

	#compare({ below, hysteresis }: Limit): void {
		const value = this.#value ?? Number.NaN;
		this.#isBelow = value < below || (this.#isBelow && value < below + hysteresis);
	}
}
