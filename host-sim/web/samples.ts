import type { Sample } from "./protocol.js";
import { Series } from "./series.js";

/** Milliseconds between two samples at least. */
export const SAMPLE_INTERVAL = 250;

/** Milliseconds in which every sample is kept; of older ones, one in each second. */
const FINE = 5 * 60_000;
const COARSE_INTERVAL = 1000;

/** How many times as much is there when the older ones are thinned out. */
const THINNED = 1.25;

/** Milliseconds after which a sample is dropped. */
const KEPT = 60 * 60_000;

/** The light of the last hour. */
export class Samples {
	readonly #coarse = new Series();
	readonly #fine = new Series();

	/** Oldest first. */
	get all(): readonly Sample[] {
		return [...this.#coarse, ...this.#fine];
	}

	get last(): Sample | undefined {
		return this.#fine.at(-1);
	}

	/** Takes a sample, unless it comes too soon after the last one. Returns whether it did. */
	push(sample: Sample): boolean {
		// A clock that was put back: what would be later has been before.
		for (const series of [this.#coarse, this.#fine]) series.dropAfter(sample.t);
		const { last } = this;
		if (last !== undefined && sample.t - last.t < SAMPLE_INTERVAL) return false;
		this.#fine.push(sample);
		// In bulk: what is dropped moves all that is kept.
		if ((this.#fine.at(0) as Sample).t < sample.t - THINNED * FINE) this.#thin(sample.t);
		return true;
	}

	#thin(now: number): void {
		const old = this.#fine.before(now - FINE);
		for (let index = 0; index < old; index++) {
			const sample = this.#fine.at(index) as Sample;
			const before = this.#coarse.at(-1);
			if (before === undefined || sample.t - before.t >= COARSE_INTERVAL) this.#coarse.push(sample);
		}
		this.#fine.drop(old);
		this.#coarse.drop(this.#coarse.before(now - KEPT));
	}
}
