/** Time, for what drives a core: real, or a world's. */
export interface Timers {
	/** Milliseconds of a clock that is never set. */
	now(): number;
	/** Milliseconds since 1970. */
	date(): number;
	/** Calls back once, in `delay` milliseconds at the earliest. Returns what calls it off. */
	after(delay: number, callback: () => void): () => void;
}

/** The process's own. */
export const REAL_TIMERS: Timers = Object.freeze({
	now: () => performance.now(),
	date: () => Date.now(),
	after: (delay: number, callback: () => void) => {
		const timer = setTimeout(callback, delay);
		return () => clearTimeout(timer);
	},
});
