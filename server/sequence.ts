/** Where a reading stands among those that a device's store had: the members `stream`, `seq` and `base` of its message. */
export interface Sequence {
	/** One life of the store: 1 to 32 of `0-9a-z`. */
	readonly stream: string;
	/** The reading's number in the stream: 1 to 2^53-1, and higher with each reading. */
	readonly seq: number;
	/** The lowest number that the device still has: 1 to `seq`. What is below it never comes. */
	readonly base: number;
}

const STREAM = /^[0-9a-z]{1,32}$/;

/** A date and a time of ISO 8601, with its zone: without one it would depend on where the server runs. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

type Members = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/**
 * Reads `seq`, `stream` and `base`.
 * @returns `undefined` if none of them is there; what is wrong, in words, if they are not as they should be
 */
export function sequenceOf(members: Members): Sequence | string | undefined {
	const names = ["seq", "stream", "base"];
	const missing = names.filter((name) => !Object.hasOwn(members, name));
	if (missing.length === names.length) return undefined;
	if (missing.length > 0) return `${missing.join(" and ")} missing: seq, stream and base go together`;
	const { seq, stream, base } = members;
	if (!isNumber(seq)) return "seq is not a whole number from 1 to 9007199254740991";
	if (typeof stream !== "string" || !STREAM.test(stream)) return "stream is not 1 to 32 of 0-9 and a-z";
	if (!isNumber(base) || base > seq) return "base is not a whole number from 1 to seq";
	return { stream, seq, base };
}

/** Reads `late`: whether it was measured before the newest reading that the device has sent. A text says what is wrong. */
export function lateOf(members: Members): boolean | string {
	if (!Object.hasOwn(members, "late")) return false;
	return members.late === true || "late is not true";
}

/** When it was measured, in milliseconds since 1970; `undefined` when `time` is missing or does not say so. */
export function measuredOf({ time }: Members): number | undefined {
	if (typeof time === "number") return Number.isSafeInteger(time) ? time : undefined;
	if (typeof time !== "string" || !ISO_8601.test(time)) return undefined;
	const parsed = Date.parse(time);
	return Number.isNaN(parsed) ? undefined : parsed;
}
