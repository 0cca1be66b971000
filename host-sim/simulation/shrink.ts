import { type AnySeedOptions, planOf, runAnyWorld } from "./any-world.js";
import { HOUR } from "./faults/plan.js";
import { CALM_END, type Outcome, type WorldFailure } from "./seed.js";
import type { WorldSpec } from "./world.js";

/** A world that fails, made as small as could be. */
export interface Shrunk {
	readonly options: AnySeedOptions;
	readonly outcome: FailedOutcome;
}

/** What became of a world in which something did not hold. */
export type FailedOutcome = Outcome & { readonly failure: WorldFailure };

/** A seed, and what became of its world. */
export interface SeedOutcome {
	readonly seed: number;
	readonly outcome: Outcome;
	/** The smallest world found that fails in the same way. */
	readonly shrunk: Shrunk | undefined;
}

/** So many device-hours are tried, or so many times the failing world's own, if that is more. */
const [EFFORT, TIMES] = [400, 2];

/** A thousandth of an hour: what hours are rounded to. */
const FINEST = 1000;

/**
 * Runs the world of a seed; if it fails, makes it smaller, unless that has been done.
 * @param watch who hears of what happens, and where it is recorded; not of the smaller worlds
 * @param onFailure hears of the failure before the world is shrunk, which may take minutes
 */
export function runSeed(
	options: AnySeedOptions,
	watch: Pick<WorldSpec, "onLine" | "recording"> = {},
	onFailure: (outcome: FailedOutcome) => void = () => {},
): SeedOutcome {
	const outcome = runAnyWorld(options, watch);
	const { failure } = outcome;
	const { seed, only } = options;
	if (failure === undefined || only !== undefined) return { seed, outcome, shrunk: undefined };
	const failed = { ...outcome, failure };
	onFailure(failed);
	return { seed, outcome, shrunk: shrink({ options, outcome: failed }) };
}

/**
 * Makes a failing world smaller, as long as the same invariant does not hold: shorter, with fewer devices,
 * with fewer faults.
 * @param run how a world is run
 */
export function shrink(
	failing: Shrunk,
	run: (options: AnySeedOptions) => Outcome = (options) => runAnyWorld(options),
): Shrunk {
	const shrinker = new Shrinker(failing, run);
	shrinker.cut();
	shrinker.removeDevices();
	shrinker.halve();
	shrinker.removeFaults();
	shrinker.removeDevices();
	shrinker.cut();
	shrinker.halve();
	return shrinker.best;
}

class Shrinker {
	best: Shrunk;
	readonly #run: (options: AnySeedOptions) => Outcome;
	/** Device-hours that may still be tried. */
	#effort: number;

	constructor(failing: Shrunk, run: (options: AnySeedOptions) => Outcome) {
		this.best = failing;
		this.#run = run;
		this.#effort = Math.max(EFFORT, TIMES * effortOf(failing.options));
	}

	/** Ends the world soon after its failure. */
	cut(): void {
		const { options, outcome } = this.best;
		const enough = Math.ceil(((outcome.failure.time + CALM_END) / HOUR) * FINEST) / FINEST;
		if (enough < options.hours) this.#try({ hours: enough });
	}

	/** Halves a world that fails at its end. */
	halve(): void {
		for (;;) {
			const half = Math.ceil((this.best.options.hours / 2) * FINEST) / FINEST;
			if (half >= this.best.options.hours || !this.#try({ hours: half })) return;
		}
	}

	/** Keeps one device if one is enough, else leaves out one after another. */
	removeDevices(): void {
		const ids = planOf(this.best.options).devices;
		if (ids.length === 1) return;
		for (const id of ids) if (this.#try({ devices: [id] })) return;
		this.#remove(ids, (devices) => devices.length > 0 && this.#try({ devices }));
	}

	/** Leaves faults out, many at once at first. */
	removeFaults(): void {
		const { options, outcome } = this.best;
		const planned = planOf(options).faults;
		const before = planned.filter(({ at }) => at <= outcome.failure.time);
		this.#remove(
			before.map(({ name }) => name),
			(only) => this.#try({ only }),
		);
	}

	/** Looks for a shorter list that will do, by leaving out ever smaller parts of it. */
	#remove(items: readonly string[], attempt: (items: readonly string[]) => boolean): void {
		let kept = items;
		for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
			for (let at = 0; at < kept.length; ) {
				const fewer = kept.filter((_, index) => index < at || index >= at + size);
				if (attempt(fewer)) kept = fewer;
				else at += size;
			}
		}
	}

	#try(change: Partial<Pick<AnySeedOptions, "hours" | "devices" | "only">>): boolean {
		const options = fitting({ ...this.best.options, ...change });
		this.#effort -= effortOf(options);
		if (this.#effort < 0) return false;
		const outcome = this.#run(options);
		const { failure } = outcome;
		if (failure === undefined || kindOf(failure) !== kindOf(this.best.outcome.failure)) return false;
		this.best = { options, outcome: { ...outcome, failure } };
		return true;
	}
}

/** What failures of one kind have in common. */
const kindOf = ({ invariant, what }: WorldFailure): string => invariant ?? what.replace(/\d+/g, "0");

const effortOf = ({ hours, devices }: AnySeedOptions): number =>
	hours * (typeof devices === "number" ? devices : devices.length);

/** A world with fewer devices, or a shorter one, has fewer faults planned. */
function fitting(options: AnySeedOptions): AnySeedOptions {
	const { only, ...others } = options;
	if (only === undefined) return options;
	const planned = new Set(planOf(others).faults.map(({ name }) => name));
	return { ...others, only: only.filter((name) => planned.has(name)) };
}
