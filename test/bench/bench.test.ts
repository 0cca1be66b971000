import { describe, expect, it } from "vitest";
import { describeWith, mosquitto } from "../support/requires.js";
import { codec } from "./codec.js";
import { day } from "./day.js";
import { fleet } from "./fleet.js";
import { loop } from "./loop.js";
import { duel, median } from "./measure.js";
import { memory } from "./memory.js";
import { often } from "./often.js";
import { type Bench, table, withTable } from "./report.js";

describe("what the benchmarks share", () => {
	it.each([
		{ figures: [3], middle: 3 },
		{ figures: [5, 1, 3], middle: 3 },
		{ figures: [10, 2, 9, 100], middle: 10 },
	])("the median of $figures is $middle", ({ figures, middle }) => {
		expect(median(figures)).toBe(middle);
	});

	it("has the contenders take turns, leaves the warm-up out, and compares round by round", async () => {
		const turns: string[] = [];
		const contender = (name: string, figures: number[]) => () => {
			turns.push(name);
			return figures.shift() as number;
		};
		const result = await duel(contender("a", [99, 1, 10, 2]), contender("b", [99, 2, 30, 8]), 3, 1);
		expect(turns.join("")).toBe("abbaabba");
		expect(result).toEqual({ ours: 2, theirs: 8, quotient: 3 });
	});

	it("puts a table in its place in the document, and nowhere else", () => {
		const document = "before\n<!-- a -->\n\nold\n\n<!-- /a -->\nafter\n";
		expect(withTable(document, "a", "new")).toBe("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n");
		expect(() => withTable(document, "b", "new")).toThrow(/no place for the table of "b"/);
	});

	it("says of each figure what was wanted, and whether it is so", () => {
		const bench: Bench = { name: "x", sides: ["ours", "theirs"], run: async () => [] };
		const figure = { what: "speed", ours: "1 ns", theirs: "2 ns", ratio: "2" };
		const goal = { wanted: "at least 5", isMet: false };
		expect(
			table(bench, [figure, { ...figure, goal }])
				.split("\n")
				.slice(2),
		).toEqual(["| speed | 1 ns | 2 ns | 2 |  |", "| speed | 1 ns | 2 ns | 2 | at least 5: not met |"]);
	});
});

/** As few rounds as there can be. */
const LITTLE = 1e-9;

const sides = async (bench: Bench, effort = LITTLE) =>
	(await bench.run(effort)).flatMap(({ ours, theirs }) =>
		[ours, theirs].map((side) => Number.parseFloat(side)),
	);

it("measures the codec", async () => {
	for (const figure of await sides(codec)) expect(figure).toBeGreaterThan(0);
});

it("measures a day of a world", async () => {
	for (const figure of await sides(day)) expect(figure).toBeGreaterThan(0);
}, 60_000);

it("measures how often a message is worth it", async () => {
	const [bytes, wrong] = await often.run(0.01);
	expect(bytes?.goal?.isMet).toBe(true);
	expect(wrong?.goal?.isMet).toBe(true);
}, 60_000);

it.runIf(process.platform === "linux")(
	"measures several devices",
	async () => {
		const figures = await fleet.run(0.01);
		expect(figures.map(({ what }) => what)[0]).toBe("5 devices");
		for (const { ours } of figures) expect(ours).toMatch(/^-?\d+ % of a core$/);
	},
	60_000,
);

describeWith([mosquitto], "the benchmarks over Mosquitto", () => {
	it.each([
		{ bench: loop, effort: LITTLE },
		{ bench: memory, effort: 0.05 },
	])(
		"measure: $bench.name",
		async ({ bench, effort }) => {
			for (const figure of await sides(bench, effort)) expect(figure).toBeGreaterThan(0);
		},
		60_000,
	);
});
