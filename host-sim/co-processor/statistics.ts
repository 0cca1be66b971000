/** What a chip has counted since it was made. */
export interface Statistics {
	/** Calls that have begun, and those that were answered. */
	calls: number;
	replies: number;
	/** Calls without a reply: no such service or method, parameters missing, a reply that is too long. */
	unknown: number;
	malformed: number;
	replyTooLong: number;
	/** Frames that were dropped, and messages that are no calls. */
	wrongChecksum: number;
	tooLong: number;
	noCall: number;
	/** Bytes that came while the ring was full, at another rate, or without power or before the start. */
	overrun: number;
	otherBaud: number;
	unheard: number;
	/** Starts, by power or by a reset of its own. */
	starts: number;
}

export const newStatistics = (): Statistics => ({
	calls: 0,
	replies: 0,
	unknown: 0,
	malformed: 0,
	replyTooLong: 0,
	wrongChecksum: 0,
	tooLong: 0,
	noCall: 0,
	overrun: 0,
	otherBaud: 0,
	unheard: 0,
	starts: 0,
});
