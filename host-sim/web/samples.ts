import type { Sample } from "./protocol.js";

/** Milliseconds between two samples at least. */
export const SAMPLE_INTERVAL = 250;

/** Milliseconds in which every sample is kept; of older ones, one in each second. */
const FINE = 5 * 60_000;
const COARSE_INTERVAL = 1000;

/** Milliseconds after which a sample is dropped. */
const KEPT = 60 * 60_000;

/** The light of the last hour. */
export class Samples {
	/** Oldest first. */
	#coarse: Sample[] = [];
	#fine: Sample[] = [];

	/** Oldest first. */
	get all(): readonly Sample[] {
		return [...this.#coarse, ...this.#fine];
	}

	get last(): Sample | undefined {
		return this.#fine.at(-1);
	}

	/** Takes a sample, unless it comes too soon after the last one. Returns whether it did. */
	push(sample: Sample): boolean {
		const { last } = this;
		if (last !== undefined && sample.t - last.t < SAMPLE_INTERVAL) return false;
		this.#fine.push(sample);
		// In bulk: an array that loses its first element is copied.
		if ((this.#fine[0] as Sample).t < sample.t - 2 * FINE) this.#thin(sample.t);
		return true;
	}

	#thin(now: number): void {
		const isOld = ({ t }: Sample) => t < now - FINE;
		for (const sample of this.#fine.filter(isOld)) {
			const before = this.#coarse.at(-1);
			if (before === undefined || sample.t - before.t >= COARSE_INTERVAL) this.#coarse.push(sample);
		}
		this.#fine = this.#fine.filter((sample) => !isOld(sample));
		this.#coarse = this.#coarse.filter(({ t }) => t >= now - KEPT);
	}
}
