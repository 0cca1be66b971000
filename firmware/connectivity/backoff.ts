/** How long to wait before try number `attempt` (0 is the first), in milliseconds. */
export type Backoff = (attempt: number, jitter: number) => number;

/**
 * Doubles from `initial` up to `maximum` milliseconds, less a random part of up to a half, so that
 * devices that were cut off together do not come back together.
 * `jitter` is a random number from 0 up to, not including, 1.
 */
export const exponentialBackoff =
	(initial: number, maximum: number): Backoff =>
	(attempt, jitter) =>
		Math.round(Math.min(maximum, initial * 2 ** attempt) * (1 - jitter / 2));
