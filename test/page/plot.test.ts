import { expect, describe as group, it } from "vitest";
import { describe, type Frame, marks, plot, sampleAt, ticks, xOf, yOf } from "../../host-sim/page/plot.js";
import { columnsIn, windowOf } from "../../host-sim/page/window.js";
import type { Sample } from "../../host-sim/web/protocol.js";

const FRAME: Frame = {
	from: 0,
	to: 1000,
	minimum: 0,
	maximum: 100,
	left: 40,
	top: 8,
	width: 100,
	height: 50,
};
const at = (t: number, light: number, led?: boolean): Sample => ({
	t,
	light,
	...(led === undefined ? {} : { led }),
});

group("the chart", () => {
	it.each([
		[0, 40],
		[500, 90],
		[1000, 140],
	])("draws %d ms at x %d", (time, x) => {
		expect(xOf(FRAME, time)).toBe(x);
	});

	it.each([
		[0, 58],
		[100, 8],
		[50, 33],
		[-5, 58],
		[200, 8],
	])("draws the level %d at y %d", (light, y) => {
		expect(yOf(FRAME, light)).toBe(y);
	});

	it("draws nothing of nothing", () => {
		expect(plot([], FRAME)).toEqual({ line: "", lit: [] });
	});

	it("enters from the left edge with the sample before", () => {
		expect(plot([at(-900, 0), at(-100, 100), at(500, 50)], FRAME)).toEqual({
			line: "M40.0 8.0L90.0 33.0",
			lit: [],
			last: { x: 90, y: 33 },
		});
	});

	it("draws first, lowest, highest and last of a pixel, in order", () => {
		const { line } = plot([at(500, 10), at(501, 90), at(502, 0), at(503, 40), at(504, 50)], FRAME);
		expect(line).toBe("M90.0 53.0L90.1 13.0L90.2 58.0L90.4 33.0");
	});

	it("draws an hour of samples in at most four points a pixel", () => {
		const samples = Array.from({ length: 14_400 }, (_, index) =>
			at((index * 1000) / 14_400, (index * 37) % 100),
		);
		expect(plot(samples, FRAME).line.split("L").length).toBeLessThanOrEqual(4 * 101);
	});

	it.each<[what: string, samples: Sample[], lit: [number, number][]]>([
		["to the end", [at(0, 1, false), at(500, 1, true)], [[90, 140]]],
		["from before", [at(-500, 1, true), at(500, 1, false)], [[40, 90]]],
		[
			"twice",
			[at(0, 1, true), at(100, 1, false), at(200, 1, true), at(300, 1, false)],
			[
				[40, 50],
				[60, 70],
			],
		],
		["over a sample in between", [at(100, 1, true), at(200, 1, true), at(300, 1, false)], [[50, 70]]],
		["not where it is not known", [at(0, 1), at(500, 1)], []],
	])("washes where the LED was on: %s", (_, samples, lit) => {
		expect(plot(samples, FRAME).lit).toEqual(lit.map(([from, to]) => ({ from, to })));
	});

	it.each<[what: string, late: Sample[], marked: [x: number, y: number][]]>([
		[
			"where they were measured",
			[at(0, 0), at(500, 50), at(1000, 100)],
			[
				[40, 58],
				[90, 33],
				[140, 8],
			],
		],
		["not what is out of view", [at(-1, 1), at(1001, 1)], []],
		[
			"the first of those that are too close",
			[at(500, 0), at(560, 50), at(570, 100)],
			[
				[90, 58],
				[97, 8],
			],
		],
	])("marks readings that came late: %s", (_, late, marked) => {
		expect(marks(late, FRAME)).toEqual(marked.map(([x, y]) => ({ x, y })));
	});

	it("finds the sample at a moment", () => {
		const samples = [at(0, 1), at(500, 2)];
		expect([-1, 0, 499, 500, 900].map((time) => sampleAt(samples, time)?.light)).toEqual([
			undefined,
			1,
			1,
			2,
			2,
		]);
	});

	it("says what it shows", () => {
		const samples = [at(0, 50, false), at(500, 10, true), at(900, 20, true)];
		expect(describe("Light", samples, FRAME, "1 min", 30, [])).toBe(
			"Light over the last 1 min was 10 to 50, and is 20 now. The threshold is 30; the LED was on once; the LED is on now.",
		);
		expect(describe("Light", samples, FRAME, "1 min", 30, [at(-1, 1), at(200, 1)])).toMatch(
			/ 1 reading came late\.$/,
		);
		expect(describe("Light", samples, FRAME, "1 min", 30, [at(0, 1), at(1000, 1)])).toMatch(
			/ 2 readings came late\.$/,
		);
		expect(describe("Light", [], FRAME, "1 h", 30, [])).toBe("Light over the last 1 h: no readings.");
	});

	it.each([
		[0, 1023, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]],
		[0, 100, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
		[-10, 30, [-10, -5, 0, 5, 10, 15, 20, 25, 30]],
	])("has round levels from %d to %d", (minimum, maximum, levels) => {
		expect(ticks(minimum, maximum).map((level) => level + 0)).toEqual(levels);
	});
});

group("the part of the grid that is drawn", () => {
	it.each([
		["at the top", 0, { begin: 0, end: 48, before: 0, after: 76 * 152 }],
		["in the middle", 40 * 152, { begin: 228, end: 288, before: 38 * 152, after: 36 * 152 }],
		["at the end", 80 * 152, { begin: 468, end: 500, before: 78 * 152, after: 0 }],
		["far beyond the end", 1000 * 152, { begin: 500, end: 500, before: 84 * 152, after: 0 }],
	])("%s, of 500 in 6 columns", (_, top, window) => {
		expect(windowOf(500, 6, 152, top, 900)).toEqual(window);
	});

	it.each([
		[1216, 6],
		[328, 1],
		[368, 2],
		[100, 1],
	])("%d px hold %d columns", (width, columns) => {
		expect(columnsIn(width, 176, 16)).toBe(columns);
	});
});
