/** The time of a hub. Node's and a world's clock both can be one. */
export interface HubClock {
	/** Milliseconds that only go forward. */
	now(): number;
	/** Milliseconds since 1970, for the expiry of tokens and messages. It may be set back or forward. */
	date(): number;
	/** Calls back once, `delay` milliseconds later, never from within this call. Returns what cancels it. */
	post(callback: () => void, delay: number): () => void;
}

/** The longest single delay asked of a clock: Node's timers end at 2^31 ms. */
const LONGEST_DELAY = 86_400_000;

/**
 * Calls back when `due` no longer lies in the future; it looks again at least once a day, so `due` may move.
 * @param due milliseconds, of `now`
 * @param now the clock that `due` is of
 * @returns what cancels it
 */
export function whenDue(
	post: HubClock["post"],
	now: () => number,
	due: () => number,
	callback: () => void,
): () => void {
	let cancel = () => {};
	const look = () => {
		const left = due() - now();
		if (left <= 0) callback();
		else cancel = post(look, Math.min(left, LONGEST_DELAY));
	};
	cancel = post(look, Math.min(Math.max(due() - now(), 0), LONGEST_DELAY));
	return () => cancel();
}
