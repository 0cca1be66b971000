/** A reading that waits for its answer. */
export interface Entry {
	/** Its number in the stream: later ones have higher ones. */
	readonly seq: number;
	/** The readings as JSON, an object. */
	readonly payload: string;
	/** When it was measured: milliseconds since 1970; `undefined` while that is not known. */
	readonly date: number | undefined;
	/** When it was measured by the host's `now()`, for one of this start; `undefined` for one of an earlier start. */
	readonly now: number | undefined;
}
