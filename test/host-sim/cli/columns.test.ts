import { describe, expect, it } from "vitest";
import { cut, widthOf } from "../../../host-sim/cli/columns.js";

describe("the columns of a line", () => {
	it.each([
		["", 0],
		["light 262", 9],
		["Grüße", 5],
		["Gru\u0308ße", 5],
		["夜の灯", 6],
		["ﾗﾝﾌﾟ", 4],
		["ﾌﾟ", 2],
		["조명", 4],
		["Ｎ", 2],
		["🌙 on", 5],
		["👩\u200d🚀", 2],
		["☀", 1],
		["☀\ufe0f", 2],
		["🇩🇪", 2],
		["…", 1],
		["\u{20000}", 2],
	])("%j takes %i", (text, width) => {
		expect(widthOf(text)).toBe(width);
	});
});

describe("a line that is cut", () => {
	it.each([
		["light 262", 9, "light 262"],
		["light 262", 20, "light 262"],
		["light 262", 8, "light 2…"],
		["light 262", 1, "…"],
		["light 262", 0, ""],
		["", 0, ""],
		["夜の灯", 6, "夜の灯"],
		["夜の灯", 5, "夜の…"],
		["夜の灯", 4, "夜…"],
		["夜の灯", 2, "…"],
		["Gru\u0308ße", 4, "Gru\u0308…"],
		["ab\u0308", 2, "ab\u0308"],
		["👩\u200d🚀 on", 4, "👩\u200d🚀 …"],
	])("%j to %i columns is %j", (text, columns, expected) => {
		const line = cut(text, columns);
		expect(line).toBe(expected);
		expect(widthOf(line)).toBeLessThanOrEqual(columns);
	});

	it("of any length is cut at once, and so are marks without end on one character", () => {
		const begun = performance.now();
		expect(cut("a".repeat(10_000_000), 5)).toBe("aaaa…");
		expect(widthOf(cut(`a${"\u0308".repeat(1_000_000)}`, 5))).toBe(1);
		expect(performance.now() - begun).toBeLessThan(500);
	});
});
