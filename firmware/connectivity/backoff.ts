import type { Config } from "../config.js";
import type { ConnectionProfile } from "../endpoint.js";

/** How long to wait after `attempt` failures in a row and one more, in milliseconds. */
export type Backoff = (attempt: number, jitter: number) => number;

/**
 * Doubles from `initial` up to `maximum` milliseconds, less a random part of up to a half, so that
 * devices that were cut off together do not come back together.
 * `jitter` is a random number from 0 up to, not including, 1.
 */
export const exponentialBackoff =
	(initial: number, maximum: number): Backoff =>
	(attempt, jitter) => {
		let delay = initial;
		for (let doubled = 0; doubled < attempt && delay < maximum; doubled++) delay *= 2;
		return Math.round(Math.min(maximum, delay) * (1 - jitter / 2));
	};

/** The waiting times of a profile, if it has its own, or else those of the configuration. */
export const backoffOf = (
	profile: Pick<ConnectionProfile, "backoff">,
	{ initial, maximum }: Config["reconnect"],
): Backoff =>
	profile.backoff === undefined
		? exponentialBackoff(initial, maximum)
		: (attempt, jitter) => profile.backoff?.(attempt, jitter) as number;

/** From this one on, another client with the same id is likely: each login ends the other's connection [MQTT-3.1.4-2]. */
const TWINS = 3;

/**
 * Why a connection is over, with what is likely behind it.
 * @param closings how many connections in a row the broker has closed before they were stable
 * @param hint what the profile says of it
 */
export const suspect = (
	reason: string,
	closings: number,
	hint = closings < TWINS ? undefined : "perhaps another client has this id",
): string => (hint === undefined ? reason : `${reason}; ${hint}`);
