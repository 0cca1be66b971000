import { lateOf, measuredOf, type Sequence, sequenceOf } from "./sequence.js";

/** Telemetry as parsed: `light` is a finite number, other fields are whatever the device sent. */
export type Telemetry = Readonly<Record<string, unknown>> & {
	readonly light: number;
};

/** The longest payload that is looked at, in bytes. A reading has about 13. */
export const MAX_PAYLOAD = 65_536;

/** The deepest nesting accepted. JSON.stringify recurses, so what is printed later must not be deeper than the stack. */
export const MAX_DEPTH = 32;

/** How much of a refused message is shown, in characters. */
const EXCERPT = 200;

/** Why a payload is no telemetry, for programs. */
export type PayloadCode =
	| "empty"
	| "too-large"
	| "not-utf-8"
	| "not-json"
	| "not-an-object"
	| "too-deep"
	| "wrong-reading"
	| "wrong-sequence";

/** A reading, and what its message says of it. */
export interface Reading {
	readonly telemetry: Telemetry;
	/** The payload. */
	readonly text: string;
	/** With which number the device sent it, if it counts. */
	readonly sequence: Sequence | undefined;
	/** Whether it was measured before the newest reading that the device has sent. */
	readonly isLate: boolean;
	/** Milliseconds since 1970, if the message says when it was measured. */
	readonly measured: number | undefined;
}

/** Either telemetry, or why a payload is none, for programs and in words. */
export type ParsedTelemetry =
	| ({ kind: "telemetry" } & Reading)
	| { kind: "malformed"; code: PayloadCode; reason: string };

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a telemetry payload. Never throws. */
export function parseTelemetry(payload: Uint8Array): ParsedTelemetry {
	if (payload.length === 0) return malformed("empty", "the payload is empty");
	if (payload.length > MAX_PAYLOAD)
		return malformed("too-large", `the payload is longer than ${MAX_PAYLOAD} bytes`);
	let text: string;
	try {
		text = UTF_8.decode(payload);
	} catch {
		return malformed("not-utf-8", "the payload is not UTF-8");
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return malformed("not-json", "the payload is not JSON");
	}
	if (!isObject(value)) return malformed("not-an-object", "the payload is not a JSON object");
	if (isDeeper(value, MAX_DEPTH))
		return malformed("too-deep", `the payload is nested deeper than ${MAX_DEPTH} levels`);
	if (!Object.hasOwn(value, "light")) return malformed("wrong-reading", "light is missing");
	if (typeof value.light !== "number") return malformed("wrong-reading", "light is not a number");
	// JSON.parse reads 1e999 as Infinity.
	if (!Number.isFinite(value.light)) return malformed("wrong-reading", "light is not finite");
	const sequence = sequenceOf(value);
	if (typeof sequence === "string") return malformed("wrong-sequence", sequence);
	const isLate = lateOf(value);
	if (typeof isLate === "string") return malformed("wrong-sequence", isLate);
	const telemetry = value as Telemetry;
	return { kind: "telemetry", telemetry, text, sequence, isLate, measured: measuredOf(value) };
}

/** The beginning of a payload as text, cut at 200 characters; ill-formed bytes become U+FFFD. */
export const excerptOf = (payload: Uint8Array): string =>
	// A character has at most 4 bytes; what the cut splits lies behind the 200th.
	cut(new TextDecoder().decode(payload.subarray(0, EXCERPT * 4)));

/** A text cut at 200 characters, never inside one. */
export const cut = (text: string): string =>
	text.length <= EXCERPT
		? text
		: Array.from(text.slice(0, EXCERPT * 2))
				.slice(0, EXCERPT)
				.join("");

const malformed = (code: PayloadCode, reason: string): ParsedTelemetry => ({
	kind: "malformed",
	code,
	reason,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether arrays and objects are nested in more than `levels` levels. It looks no deeper than that. */
const isDeeper = (value: unknown, levels: number): boolean =>
	typeof value === "object" &&
	value !== null &&
	(levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
