/**
 * When the time for an answer begins. All times are milliseconds of a clock that may wrap at 2**32.
 *
 * The broker must answer within `responseTimeout`. That time begins when a packet is handed over for
 * sending, and begins again when the answer could not have come before. There are two such moments, and
 * the session hears of both by `delayed(now, idle)`:
 *
 * 1. A slow network takes a part of what waits to leave. What was handed over since `idle`, the last time
 *    that nothing waited, may be behind it. What was handed over before has left: its time goes on.
 * 2. A part of a message larger than the receive buffer comes. Every answer is behind it: `idle` is absent.
 *
 * Here A leaves at once, B in three parts, and then a large message L comes in two parts:
 *
 *     ms        0         10        20        30        40        50        60
 *     asked     A                   B
 *     idle           5
 *     leaves    A                   B1        B2        B3
 *     comes                                                       L1        L2
 *     delayed                       20, 5     30, 5     40, 5     50        60
 *     A's time  ├─────────────────────────────────────────────────├─────────├───────▶
 *     B's time                      ├─────────├─────────├─────────├─────────├───────▶
 *
 * `├` is where the time begins. While parts leave or come, nobody is given up; as soon as they stop, the
 * time runs out.
 */

/** Milliseconds until what is not awaited: more than any number. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Milliseconds from `then` to `now`, over a wrap of a 32-bit clock too. */
export const elapsed = (now: number, then: number): number => (now - then) | 0;

/** A packet that the broker is to answer. */
export interface Asked {
	/** When the time for the answer began. */
	since: number;
}

/**
 * When the time for an answer begins after a part has left or come at `now`.
 * @param since when it began so far
 * @param idle the last time that nothing waited to leave; absent if there was none, or if every answer was delayed
 */
export const beginAgain = (since: number, now: number, idle: number | undefined): number =>
	idle === undefined || elapsed(since, idle) > 0 ? now : since;

/** `beginAgain` for all of `asked`. */
export function allBeginAgain(asked: readonly Asked[], now: number, idle: number | undefined): void {
	for (let index = 0; index < asked.length; index++) {
		const one = asked[index] as Asked;
		one.since = beginAgain(one.since, now, idle);
	}
}

/** Milliseconds from `now` until the answer must have come, at most 0 if it is late; `NEVER` if none is awaited. */
export const patience = (asked: Asked | undefined, responseTimeout: number, now: number): number =>
	asked === undefined ? NEVER : responseTimeout - elapsed(now, asked.since);
