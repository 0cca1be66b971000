import { expect, it } from "vitest";
import { captions } from "../../host-sim/page/captions.js";

const rowsOf = (spans: readonly [from: number, to: number][], taken: readonly [number, number][] = []) =>
	captions(
		spans.map(([from, to], index) => ({ from, to, text: `${index}` })),
		taken.map(([from, to]) => ({ from, to })),
	).map(({ text, row }) => `${text} in ${row}`);

it("captions stand side by side where they can, and beneath each other where spans overlap", () => {
	expect(
		rowsOf([
			[0, 100],
			[100, 200],
			[50, 150],
			[90, 300],
			[200, 300],
		]),
	).toEqual(["0 in 0", "1 in 0", "2 in 1", "3 in 2", "4 in 0"]);
});

it("captions leave alone what stands there already", () => {
	expect(
		rowsOf(
			[
				[0, 100],
				[120, 200],
			],
			[[90, 120]],
		),
	).toEqual(["0 in 1", "1 in 0"]);
});

it("spans that are too short for words have none", () => {
	expect(rowsOf([[0, 72]])).toEqual([]);
});
