import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { switched } from "../../../host-sim/cli/power.js";
import { Trouble } from "../../../host-sim/trouble/trouble.js";

/** A device that writes down what becomes of it. */
function device(trouble?: Trouble) {
	const told: string[] = [];
	const starts: { restart: () => void; stopped: () => void; fail: (reason: unknown) => void }[] = [];
	const running = switched(trouble, (restart) => {
		told.push("start");
		if (told.length > 10) throw new Error("again and again");
		let stopped = () => {};
		let fail: (reason: unknown) => void = () => {};
		const failed = new Promise<never>((_, reject) => {
			fail = reject;
		});
		const stop = () =>
			new Promise<void>((resolve) => {
				stopped = resolve;
				told.push("stop");
			});
		starts.push({ restart, stopped: () => stopped(), fail });
		return { failed, stop, cut: () => void told.push("cut") };
	});
	const last = () => starts.at(-1) as (typeof starts)[number];
	return { running, told, starts, last };
}

describe("a device that wants to start again", () => {
	it("ends at once, and starts when the turn is over", async () => {
		const { told, last, running } = device();
		last().restart();
		expect(told).toEqual(["start", "cut"]);
		await setImmediate();
		expect(told).toEqual(["start", "cut", "start"]);
		const stopping = running.stop();
		last().stopped();
		await stopping;
		expect(told).toEqual(["start", "cut", "start", "stop"]);
	});

	it("does so once: what has ended has no say any more", async () => {
		const { told, starts } = device();
		const [first] = starts;
		first?.restart();
		first?.restart();
		first?.fail(new Error("killed"));
		await setImmediate();
		first?.restart();
		await setImmediate();
		expect(told).toEqual(["start", "cut", "start"]);
	});

	it("stays off while its power is cut, and starts once when it is back", async () => {
		const trouble = new Trouble();
		const { told, last } = device(trouble);
		last().restart();
		trouble.set("power-cut", true);
		await setImmediate();
		expect(told).toEqual(["start", "cut"]);
		trouble.set("power-cut", false);
		await setImmediate();
		expect(told).toEqual(["start", "cut", "start"]);
	});

	it("ends for good when it is being stopped", async () => {
		const { told, last, running } = device();
		const stopping = running.stop();
		last().restart();
		await stopping;
		await setImmediate();
		expect(told).toEqual(["start", "stop", "cut"]);
	});

	it("does not start when it was stopped meanwhile", async () => {
		const { told, last, running } = device();
		last().restart();
		await running.stop();
		await setImmediate();
		expect(told).toEqual(["start", "cut"]);
	});

	it("fails when its new start does", async () => {
		const { told, last, running } = device();
		told.push(...Array(10).fill("earlier"));
		last().restart();
		await expect(running.failed).rejects.toThrow("again and again");
	});
});
