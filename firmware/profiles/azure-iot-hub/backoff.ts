/** After this many closings in a row by the hub, a connection comes at most each 30 s. */
const MANY_CLOSINGS = 3;
const LONG_PAUSE = 30_000;

/** Milliseconds of the documented waiting times (Azure, "Manage device reconnections"): least, growth, most. */
const LEAST = 100;
const GROWTH = 100;
const MOST = 10_000;
/** The growth is random between these parts of itself. */
const LEAST_PART = 0.5;
const MOST_PART = 0.75;

/**
 * Milliseconds before the next try: exponential with jitter, as Azure documents it for its own clients. Who is closed
 * at once each time, since another one connects with the same identity or the hub throttles, waits longer.
 * @param attempt failures in a row before this one
 * @param jitter from 0 up to, not including, 1
 * @param closings how many of the last ones were: the hub closed a connection that it had accepted
 */
export function hubBackoff(attempt: number, jitter: number, closings: number): number {
	let growth = 0;
	for (let failure = 0; failure < attempt && growth * GROWTH * LEAST_PART < MOST; failure++)
		growth = growth * 2 + 1;
	const part = LEAST_PART + (MOST_PART - LEAST_PART) * jitter;
	const delay = Math.min(LEAST + growth * GROWTH * part, MOST);
	return Math.round(closings < MANY_CLOSINGS ? delay : LONG_PAUSE + delay);
}
