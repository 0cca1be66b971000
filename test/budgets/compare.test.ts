import { describe, expect, it } from "vitest";
import { type Allowance, broken, budgetsFor, compare, line } from "./compare.js";

const BUDGETS = {
	boot: { compute: 1000, slots: 50 },
	growth: 0,
	compiled: { toolchain: "gcc", image: { total: 9000, limit: 10_000 }, unused: { stack: 500 } },
};

const measured = (change: object) => ({ ...BUDGETS, ...change });

describe("a measured figure", () => {
	it.each([
		{ what: "its ceiling", change: {}, breaks: [] },
		{ what: "below its ceiling", change: { boot: { compute: 1, slots: 49 } }, breaks: [] },
		{ what: "above its ceiling", change: { boot: { compute: 1001, slots: 50 } }, breaks: ["boot.compute"] },
		{ what: "above its floor", change: { compiled: { unused: { stack: 501 } } }, breaks: [] },
		{
			what: "below its floor",
			change: { compiled: { unused: { stack: 499 } } },
			breaks: ["compiled.unused.stack"],
		},
		{ what: "growth at all", change: { growth: 1 }, breaks: ["growth"] },
		{ what: "less than no growth", change: { growth: -1 }, breaks: ["growth"] },
		{
			what: "another limit of the chip",
			change: { compiled: { image: { total: 1, limit: 9999 } } },
			breaks: ["compiled.image.limit"],
		},
	])("$what: breaks $breaks", ({ change, breaks }) => {
		expect(broken(compare(measured(change), BUDGETS)).map(({ name }) => name)).toEqual(breaks);
	});

	it("without a budget is an error", () => {
		expect(() => compare({ boot: { chunks: 1 } }, BUDGETS)).toThrow("boot.chunks has no budget");
	});

	it.each([
		{ boot: { slots: 45 }, end: "at most 50          5 to spare" },
		{ boot: { slots: 50 }, end: "at most 50" },
		{ boot: { slots: 52 }, end: "at most 50          BROKEN by 2" },
	])("$boot.slots is shown with its distance: $end", ({ boot, end }) => {
		expect(compare({ boot }, BUDGETS).map(line)).toEqual([expect.stringMatching(new RegExp(`${end}$`))]);
	});
});

describe("a step's allowance", () => {
	const allowance: Allowance = { flash: 800, slots: 20, ram: 100, percent: 2 };
	it("is added to each figure's budget, and to growth and cycles' slots not", () => {
		const figures = {
			boot: { compute: 1000, slots: 1400 },
			telemetryQos0: { compute: 101, slots: 50 },
			live: { slots: 476, chunkBytes: 1000 },
			growth: { slots: 0 },
			compiled: {
				toolchain: "gcc",
				image: { engine: 5000, app: 3000, total: 8000, limit: 10_000 },
				unused: { stack: 500, heap: 50 },
			},
		};
		expect(budgetsFor({ arm: figures }, allowance)).toEqual({
			arm: {
				boot: { compute: 1020, slots: 1420 },
				telemetryQos0: { compute: 103, slots: 50 },
				live: { slots: 496, chunkBytes: 1320 },
				growth: { slots: 0 },
				compiled: {
					toolchain: "gcc",
					image: { engine: 5100, app: 3800, total: 8800, limit: 10_000 },
					unused: { stack: 400, heap: 0 },
				},
			},
		});
	});
});
