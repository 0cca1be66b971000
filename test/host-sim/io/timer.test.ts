import { describe, expect, it } from "vitest";
import { timer } from "../../../host-sim/io/timer.js";
import { settle, until } from "./support.js";

describe("timer", () => {
	it("set calls back once, not at once, not early", async () => {
		const start = performance.now();
		const times: number[] = [];
		timer.set(() => times.push(performance.now() - start), 20);
		timer.set(() => times.push(performance.now() - start), 0);
		expect(times).toEqual([]);
		await until(() => times.length === 2);
		await settle(30);
		expect(times.length).toBe(2);
		expect(times[1]).toBeGreaterThan(18);
	});

	it("repeat calls back until it is cleared, also by itself", async () => {
		let calls = 0;
		const id = timer.repeat(() => {
			calls++;
			if (calls === 3) timer.clear(id);
		}, 2);
		expect(calls).toBe(0);
		await until(() => calls === 3);
		await settle(20);
		expect(calls).toBe(3);
	});

	it("clear stops a timer; unknown, finished and repeated ids do nothing", async () => {
		let calls = 0;
		const count = () => {
			calls++;
		};
		const ids = [timer.set(count, 5), timer.repeat(count, 5), undefined, 7, {}];
		for (const id of [...ids, ...ids]) timer.clear(id);
		const done = timer.set(count, 1);
		await until(() => calls === 1);
		timer.clear(done);
		await settle(15);
		expect(calls).toBe(1);
	});

	it("waits longer than Node's longest timer", async () => {
		let calls = 0;
		const ids = [timer.set(() => calls++, 2 ** 31), timer.repeat(() => calls++, 2 ** 40)];
		await settle(20);
		expect(calls).toBe(0);
		for (const id of ids) timer.clear(id);
	});

	it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])("throws for a delay of %s", (delay) => {
		expect(() => timer.set(() => {}, delay)).toThrow(RangeError);
		expect(() => timer.repeat(() => {}, delay)).toThrow(RangeError);
	});

	it("throws without a function", () => {
		expect(() => timer.set(undefined as never, 1)).toThrow(TypeError);
	});
});
