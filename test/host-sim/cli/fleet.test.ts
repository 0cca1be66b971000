import { describe, expect, it } from "vitest";
import { type Config, parseConfig } from "../../../firmware/config.js";
import { Failure } from "../../../host-sim/cli/failure.js";
import { devicesOf, runFleet } from "../../../host-sim/cli/fleet.js";
import type { Running } from "../../../host-sim/cli/lifecycle.js";

const placeOf = (key: string): string => `a.json:1:1: ${key}`;

function settings(values: Record<string, unknown> = {}): { config: Config; placeOf: typeof placeOf } {
	const parsed = parseConfig({ id: "lamp", broker: { host: "h" }, ...values });
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return { config: parsed.config, placeOf };
}

describe("the configurations of several devices", () => {
	it("differ by the id alone", () => {
		const { config } = settings();
		expect(devicesOf(settings(), 3)).toEqual([
			{ ...config, id: "lamp-1" },
			{ ...config, id: "lamp-2" },
			{ ...config, id: "lamp-3" },
		]);
	});

	it("of one device are as they are, whatever it has of its own", () => {
		const own = settings({ mqtt: { clientId: "x" }, topics: { telemetry: "home" } });
		expect(devicesOf(own, 1)).toEqual([own.config]);
	});

	it.each([
		[
			{ mqtt: { clientId: "x" } },
			"a.json:1:1: mqtt.clientId: is for one device, but --devices wants 20: leave it out, and each has its own",
		],
		[
			{ topics: { status: "home/status" } },
			'a.json:1:1: topics.status: got "home/status", wants {id} in it, because --devices is 20',
		],
		[{ id: "x".repeat(62) }, `--devices: the id ${"x".repeat(62)}-20 must be 1 to 64`],
	])("cannot share %j", (values, says) => {
		expect(() => devicesOf(settings(values), 20)).toThrow(Failure);
		expect(() => devicesOf(settings(values), 20)).toThrow(says);
	});
});

/** A device that does as it is told. */
class Fake implements Running {
	readonly stops: number[] = [];
	fail: (error: Error) => void = () => {};
	run: () => void = () => {};
	readonly started = new Promise<void>((resolve) => {
		this.run = resolve;
	});
	readonly failed = new Promise<never>((_, reject) => {
		this.fail = reject;
	});
	works = true;
	stop = async (): Promise<void> => void this.stops.push(1);
	hasWorked = (): boolean => this.works;
}

/** Starts devices of which the test knows which ones have begun. */
function fleet(count: number): { devices: Fake[]; begun: Fake[]; running: Running } {
	const devices = Array.from({ length: count }, () => new Fake());
	const begun: Fake[] = [];
	const starts = devices.map((device) => () => {
		begun.push(device);
		return device;
	});
	return { devices, begun, running: runFleet(starts, 10) };
}

describe("several devices together", () => {
	it("begin one after the other, and run when the last one does", async () => {
		const { devices, begun, running } = fleet(3);
		expect(begun).toHaveLength(1);
		let isStarted = false;
		running.started?.then(() => {
			isStarted = true;
		});
		await expect.poll(() => begun.length).toBe(3);
		devices[0]?.run();
		devices[1]?.run();
		await new Promise((resolve) => setTimeout(resolve, 10));
		expect(isStarted).toBe(false);
		devices[2]?.run();
		await running.started;
	});

	it("have worked when each one has", async () => {
		const { devices, begun, running } = fleet(2);
		expect(running.hasWorked()).toBe(false);
		await expect.poll(() => begun.length).toBe(2);
		expect(running.hasWorked()).toBe(true);
		(devices[1] as Fake).works = false;
		expect(running.hasWorked()).toBe(false);
	});

	it("fail with the first that fails", async () => {
		const { devices, begun, running } = fleet(2);
		await expect.poll(() => begun.length).toBe(2);
		devices[1]?.fail(new Error("no engine"));
		await expect(running.failed).rejects.toThrow("no engine");
	});

	it("stop when they have not all begun, and no more begin", async () => {
		const { devices, begun, running } = fleet(50);
		await running.stop();
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(begun).toEqual([devices[0]]);
		expect(devices[0]?.stops).toHaveLength(1);
	});
});
