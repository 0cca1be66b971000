import type { TwinRefusalCode } from "./events.js";
import { byteLength, isObject, type JsonObject, type JsonValue } from "./json.js";
import type { HubLimits } from "./limits.js";

/** What is wrong with a patch or a section. */
export interface TwinProblem {
	readonly code: TwinRefusalCode;
	readonly reason: string;
}

/** Control characters, and what a path of properties is written with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BAD_KEY = /[.$ \u0000-\u001f\u007f-\u009f]/;

/** What a hub refuses in a patch, if something. A `$version` at the top is ignored, so it is no bad key. */
export function patchProblem(patch: JsonValue | undefined, limits: HubLimits): TwinProblem | undefined {
	if (patch === undefined) return { code: "not-json", reason: "the patch is not JSON" };
	if (!isObject(patch)) return { code: "not-an-object", reason: "the patch is not a JSON object" };
	return valueProblem(patch, 1, limits);
}

/** Whether a section, merged, is too large. */
export function sectionProblem(section: JsonObject, limits: HubLimits): TwinProblem | undefined {
	const bytes = sizeOf(section);
	if (bytes <= limits.twinSectionBytes) return undefined;
	return {
		code: "section-too-large",
		reason: `the section would have ${bytes} bytes; at most ${limits.twinSectionBytes} are allowed`,
	};
}

function valueProblem(value: JsonValue, depth: number, limits: HubLimits): TwinProblem | undefined {
	if (typeof value === "string" && byteLength(value) > limits.twinStringBytes)
		return { code: "string-too-long", reason: `a string has more than ${limits.twinStringBytes} bytes` };
	if (typeof value !== "object" || value === null) return undefined;
	if (depth > limits.twinDepth)
		return { code: "too-deep", reason: `the patch is deeper than ${limits.twinDepth} levels` };
	for (const [key, member] of Object.entries(value)) {
		const problem =
			(isObject(value) ? keyProblem(key, limits) : undefined) ?? valueProblem(member, depth + 1, limits);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

function keyProblem(key: string, limits: HubLimits): TwinProblem | undefined {
	if (byteLength(key) > limits.twinKeyBytes)
		return { code: "key-too-long", reason: `a key has more than ${limits.twinKeyBytes} bytes` };
	if (BAD_KEY.test(key))
		return { code: "bad-key", reason: 'a key has ".", "$", a space or a control character' };
	return undefined;
}

/** Bytes as Microsoft counts them: keys and strings in UTF-8, 8 for a number, 4 for true and false. */
function sizeOf(value: JsonValue): number {
	if (typeof value === "string") return byteLength(value);
	if (typeof value === "number") return 8;
	if (typeof value === "boolean") return 4;
	if (value === null) return 0;
	const isList = Array.isArray(value);
	return Object.entries(value).reduce(
		(sum, [key, member]) => sum + (isList ? 0 : byteLength(key)) + sizeOf(member),
		0,
	);
}
