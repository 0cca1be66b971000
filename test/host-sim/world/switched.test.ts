import { describe, expect, it } from "vitest";
import type { Source } from "../../../host-sim/world/source.js";
import { SwitchedSource } from "../../../host-sim/world/switched.js";

const RANGE = { minimum: 0, maximum: 1023 };

function source(factor: number, stopped: string[] = [], first?: Promise<void>): Source {
	return {
		read: (elapsed) => elapsed * factor,
		stop: () => stopped.push(`${factor}`),
		...(first !== undefined && { first }),
	};
}

const switched = () =>
	new SwitchedSource(
		RANGE,
		new Map([
			["day", source(1)],
			["csv", source(2)],
		]),
	);

describe("a source that can be changed", () => {
	it("begins with the first, and follows the one in use", () => {
		const light = switched();
		expect([light.name, light.read(5)]).toEqual(["day", 5]);
		expect(light.use("csv")).toBe(true);
		expect([light.name, light.read(5)]).toEqual(["csv", 10]);
		expect(light.names).toEqual(["day", "csv"]);
	});

	it.each([
		[120, 120],
		[120.6, 121],
		[-1, 0],
		[5000, 1023],
	])("takes %d by hand as %d, until another is in use", (value, taken) => {
		const light = switched();
		light.set(value);
		expect([light.name, light.read(5), light.read(500)]).toEqual([undefined, taken, taken]);
		light.use("day");
		expect(light.read(7)).toBe(7);
	});

	it("stands still in a hand that has not moved", () => {
		const light = switched();
		light.hold(40);
		expect([light.name, light.read(90)]).toEqual([undefined, 40]);
	});

	it("knows no other names", () => {
		const light = switched();
		light.set(3);
		expect(light.use("moon")).toBe(false);
		expect(light.read(1)).toBe(3);
	});

	it("waits for what its first one waits for, and stops all", async () => {
		const stopped: string[] = [];
		const light = new SwitchedSource(
			RANGE,
			new Map([
				["other", source(1, stopped, Promise.resolve())],
				["day", source(2, stopped)],
			]),
		);
		await light.first;
		expect(light.first).toBeInstanceOf(Promise);
		light.stop();
		expect(stopped).toEqual(["1", "2"]);
	});

	it("wants one at least", () => {
		expect(() => new SwitchedSource(RANGE, new Map())).toThrow(RangeError);
	});
});
