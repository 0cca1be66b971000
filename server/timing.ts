/** Every duration of the server, in milliseconds. */
export interface Timing {
	/** Resolving, connecting, logging in and subscribing together. */
	readonly handshakeTimeout: number;
	/** The longest silence before a ping. */
	readonly keepAlive: number;
	/** How long a DISCONNECT may take when stopping. */
	readonly stopGrace: number;
	/** A link that lived so long counts as good: the next backoff starts from the shortest delay. */
	readonly stable: number;
	/** A link that lived so long was not ended by another client with our id, which would come back sooner. */
	readonly undisturbed: number;
}

/** The durations in use when nothing else is said. */
export const TIMING: Timing = Object.freeze({
	handshakeTimeout: 10_000,
	keepAlive: 30_000,
	stopGrace: 1_000,
	stable: 10_000,
	// Twice the longest pause between two tries, ours and most clients'.
	undisturbed: 60_000,
});
