/** The first delay, before jitter, in milliseconds. */
export const BASE_DELAY = 1_000;

/** The longest delay, in milliseconds. */
export const MAX_DELAY = 30_000;

/**
 * How long to wait before trying again: doubling from one second to thirty,
 * less up to half of it, so that many clients of one broker do not come back
 * all at once.
 *
 * @param failures how many tries failed before this wait, not counting the last: 0, 1, 2 …
 * @param jitter 0 up to 1
 * @returns milliseconds
 */
export const backoffDelay = (failures: number, jitter: number): number =>
	Math.round(Math.min(MAX_DELAY, BASE_DELAY * 2 ** failures) * (1 - jitter / 2));
