import { describe, expect, it } from "vitest";
import { Random } from "../../../host-sim/simulation/random.js";

const numbers = (seed: number, name: string, count = 5): number[] => {
	const random = new Random(seed, name);
	return Array.from({ length: count }, () => random.below(1000));
};

describe("numbers from a seed", () => {
	it("are the same on every machine", () => {
		expect(numbers(1, "light a")).toEqual([368, 374, 349, 419, 367]);
	});

	it.each([
		{ name: "another seed", seed: 2, part: "light a" },
		{ name: "a seed that differs above 32 bits", seed: 1 + 2 ** 32, part: "light a" },
		{ name: "another part of the world", seed: 1, part: "light b" },
	])("are others with $name", ({ seed, part }) => {
		expect(numbers(seed, part)).not.toEqual(numbers(1, "light a"));
	});

	it("stay in their range, and use all of it", () => {
		const random = new Random(7, "range");
		const seen = new Set(Array.from({ length: 500 }, () => random.between(-2, 2)));
		expect([...seen].sort((one, other) => one - other)).toEqual([-2, -1, 0, 1, 2]);
		for (let count = 0; count < 500; count++) expect(random.next()).toBeLessThan(1);
	});

	it.each([
		{ probability: 0, least: 0, most: 0 },
		{ probability: 0.3, least: 250, most: 350 },
		{ probability: 1, least: 1000, most: 1000 },
	])("are a chance of $probability", ({ probability, least, most }) => {
		const random = new Random(3, "chance");
		const hits = Array.from({ length: 1000 }, () => random.chance(probability)).filter(Boolean).length;
		expect(hits).toBeGreaterThanOrEqual(least);
		expect(hits).toBeLessThanOrEqual(most);
	});
});
