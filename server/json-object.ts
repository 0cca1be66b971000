/** The longest payload that is looked at, in bytes. A reading has about 13. */
export const MAX_PAYLOAD = 65_536;

/** The deepest nesting accepted. JSON.stringify recurses, so what is printed later must not be deeper than the stack. */
export const MAX_DEPTH = 32;

/** Why a payload is no JSON object, for programs. */
export type ObjectCode = "empty" | "too-large" | "not-utf-8" | "not-json" | "not-an-object" | "too-deep";

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** A payload that is not as expected: why, for programs and in words. */
export interface Malformed<Code extends string = ObjectCode> {
	readonly kind: "malformed";
	readonly code: Code;
	readonly reason: string;
}

/** Either a JSON object with its text, or why a payload is none. */
export type ParsedObject = { kind: "object"; value: Members; text: string } | Malformed;

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a payload that is to be a JSON object. Never throws.
 * @param most bytes that it may have
 */
export function parseObject(payload: Uint8Array, most = MAX_PAYLOAD): ParsedObject {
	if (payload.length === 0) return malformed("empty", "the payload is empty");
	if (payload.length > most) return malformed("too-large", `the payload is longer than ${most} bytes`);
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
	return { kind: "object", value, text };
}

/** What is wrong with a payload. */
export const malformed = <Code extends string>(code: Code, reason: string): Malformed<Code> => ({
	kind: "malformed",
	code,
	reason,
});

/** Whether a value is a JSON object, and no array. */
export const isObject = (value: unknown): value is Members =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether arrays and objects are nested in more than `levels` levels. It looks no deeper than that. */
const isDeeper = (value: unknown, levels: number): boolean =>
	typeof value === "object" &&
	value !== null &&
	(levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
