import { type Malformed, malformed, type ObjectCode, parseObject } from "./json-object.js";
import { lateOf, measuredOf, type Sequence, sequenceOf } from "./sequence.js";

/** Telemetry as parsed: `light` is a finite number, other fields are whatever the device sent. */
export type Telemetry = Readonly<Record<string, unknown>> & {
	readonly light: number;
};

/** How much of a refused message is shown, in characters. */
const EXCERPT = 200;

/** Why a payload is no telemetry, for programs. */
export type PayloadCode = ObjectCode | "wrong-reading" | "wrong-sequence";

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
export type ParsedTelemetry = ({ kind: "telemetry" } & Reading) | Malformed<PayloadCode>;

/** Reads a telemetry payload. Never throws. */
export function parseTelemetry(payload: Uint8Array): ParsedTelemetry {
	const parsed = parseObject(payload);
	if (parsed.kind === "malformed") return parsed;
	const { value, text } = parsed;
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
