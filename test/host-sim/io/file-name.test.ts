import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileNameOf, textOf } from "../../../host-sim/io/file-name.js";

describe("file names", () => {
	it("give the text back, are plain ASCII, and differ also without regard to case", () => {
		const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 });
		fc.assert(
			fc.property(text, text, (one, two) => {
				const [first, second] = [one, two].map((units) => String.fromCharCode(...units));
				const name = fileNameOf(first ?? "", ".value") ?? "";
				expect(name).toMatch(/^[a-z0-9_%-]*\.value$/);
				expect(textOf(name, ".value")).toBe(first);
				if (first !== second) expect(fileNameOf(second ?? "", ".value")).not.toBe(name);
			}),
		);
	});

	it.each([
		["README"],
		[".value.old"],
		["A.value"],
		["%41.val"],
		["%4A.value"],
		["%61.value"],
		["con.value"],
	])("do not include %s", (name) => {
		expect(textOf(name, ".value")).toBe(undefined);
	});
});
