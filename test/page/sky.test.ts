import { describe, expect, it } from "vitest";
import { colourAt, contrast, inkOn, mix, skyAt } from "../../host-sim/page/sky.js";

const LEVELS = Array.from({ length: 41 }, (_, index) => index / 40);
const BELOW = 0.44;

describe("the sky", () => {
	it.each([
		[0, "#04071a"],
		[150 / 1023, "#0a1033"],
		[1, "#1059a2"],
		[-1, "#04071a"],
		[2, "#1059a2"],
	])("at %d has the top %s", (share, top) => {
		expect(skyAt(share).top).toBe(top);
	});

	it("can be written on in white down to where the words end, at every light", () => {
		const worst = LEVELS.flatMap((share) =>
			LEVELS.filter((height) => height <= BELOW).map((height) =>
				contrast("#ffffff", colourAt(skyAt(share), height)),
			),
		);
		expect(Math.min(...worst)).toBeGreaterThanOrEqual(4.5);
	});

	it("has an ink for the scale that can be read at every height and light", () => {
		const worst = LEVELS.flatMap((share) =>
			LEVELS.map((height) => colourAt(skyAt(share), height)).map((colour) => contrast(inkOn(colour), colour)),
		);
		expect(Math.min(...worst)).toBeGreaterThanOrEqual(4.5);
	});

	it("has stars at night and none by day", () => {
		expect(skyAt(0).stars).toBe(1);
		expect(skyAt(0.5).stars).toBe(0);
	});

	it("is lit by the LED at night most", () => {
		expect(skyAt(0).glow).toBe(1);
		expect(skyAt(1).glow).toBeCloseTo(0.28);
	});

	it("mixes channel by channel", () => {
		expect(mix("#000000", "#ff8040", 0.5)).toBe("#804020");
	});

	it.each([
		["#ffffff", "#000000", 21],
		["#777777", "#ffffff", 4.48],
	])("has the contrast of WCAG: %s on %s is %d", (one, other, ratio) => {
		expect(contrast(one, other)).toBeCloseTo(ratio, 2);
	});
});
