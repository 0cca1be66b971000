import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJsonText } from "../../../host-sim/cli/json-text.js";

const PIECES = [
	..."{}[]:,\"'/*\\\\ \n\t\r\u00a0\u2028truefalsenull01.-e+a",
	'"a"',
	'{"a":',
	"1",
	"{}",
	"//",
	"0x1",
	"1e9",
	"\\u00",
];

it("takes exactly the JSON objects, where comments are not allowed", () => {
	const text = fc.oneof(
		fc.array(fc.constantFrom(...PIECES)).map((pieces) => pieces.join("")),
		fc.array(fc.constantFrom(...PIECES)).map((pieces) => `{"a":${pieces.join("")}}`),
		fc.json(),
	);
	fc.assert(
		fc.property(text, (text) => {
			let isObject = false;
			try {
				const value: unknown = JSON.parse(text);
				isObject = typeof value === "object" && value !== null && !Array.isArray(value);
			} catch {
				// It is no JSON.
			}
			expect(parseJsonText(text, false).kind).toBe(isObject ? "object" : "mistakes");
		}),
		{ numRuns: 3000 },
	);
});
