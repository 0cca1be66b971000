import { type Malformed, malformed, type ObjectCode, parseObject } from "./json-object.js";
import { lateOf, measuredOf, type Sequence, sequenceOf } from "./sequence.js";

/** Telemetry as parsed: one of the sensors that are asked is a finite number, other fields are whatever the device sent. */
export type Telemetry = Readonly<Record<string, unknown>>;

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

/** What is asked of devices if no rule says otherwise. */
const LIGHT: readonly string[] = Object.freeze(["light"]);

/**
 * Reads a telemetry payload. Never throws.
 * @param sensors of which one at least must be a finite number; none: any member
 */
export function parseTelemetry(payload: Uint8Array, sensors = LIGHT): ParsedTelemetry {
	const parsed = parseObject(payload);
	if (parsed.kind === "malformed") return parsed;
	const { value, text } = parsed;
	const problem = problemOf(value, sensors);
	if (problem !== undefined) return malformed("wrong-reading", problem);
	const sequence = sequenceOf(value);
	if (typeof sequence === "string") return malformed("wrong-sequence", sequence);
	const isLate = lateOf(value);
	if (typeof isLate === "string") return malformed("wrong-sequence", isLate);
	return { kind: "telemetry", telemetry: value, text, sequence, isLate, measured: measuredOf(value) };
}

/** What a sensor measured; `undefined` if the message does not say so, with a finite number. */
export function measuredBy(telemetry: Telemetry, sensor: string): number | undefined {
	const value = Object.hasOwn(telemetry, sensor) ? telemetry[sensor] : undefined;
	return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Numbers in a message that no sensor has measured. */
export const NO_READINGS: readonly string[] = Object.freeze(["time", "seq", "base"]);

/** Why a message has no reading of these sensors, in words; `undefined` if it has one. */
function problemOf(value: Telemetry, sensors: readonly string[]): string | undefined {
	const asked =
		sensors.length > 0 ? sensors : Object.keys(value).filter((name) => !NO_READINGS.includes(name));
	if (asked.some((sensor) => measuredBy(value, sensor) !== undefined)) return undefined;
	const [sensor, ...others] = sensors;
	if (sensor === undefined) return "no member is a number";
	if (others.length > 0) return `none of ${sensors.join(", ")} is a number`;
	if (!Object.hasOwn(value, sensor)) return `${sensor} is missing`;
	// JSON.parse reads 1e999 as Infinity.
	return typeof value[sensor] === "number" ? `${sensor} is not finite` : `${sensor} is not a number`;
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
