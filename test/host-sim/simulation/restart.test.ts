import { describe, expect, it } from "vitest";
import { Random } from "../../../host-sim/simulation/random.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { World } from "../../../host-sim/simulation/world.js";
import { HEADER, replayed } from "../recording/support.js";

const ORDER = '{"id":"a","stream":"s","seq":1,"reboot":true}';

const CONFIG = configOf("a");

/** A world of one device, what was traced of it, and what crossed between firmware and host. */
function begun() {
	const events: Record<string, unknown>[] = [];
	const crossings: string[] = [];
	const world = new World({
		...{ seed: 1, faults: [], devices: [{ config: CONFIG, ticks: 0 }] },
		onLine: (line) => events.push(JSON.parse(line)),
		recording: { header: HEADER, write: (line) => crossings.push(line) },
	});
	const order = (text = ORDER) => world.stranger.publish("a/commands", text, new Random(1, "order"));
	const run = (milliseconds: number) => world.runTo(world.clock.elapsed + milliseconds);
	const told = (event: string) => events.filter((one) => one.event === event);
	const power = () => events.flatMap(({ source, isOn }) => (source === "power" ? [isOn] : []));
	run(20_000);
	return { world, crossings, order, run, told, power };
}

describe("a device of a world that is to reboot", () => {
	it("answers, is without power for a moment, and is back; the same order again is answered alone", async () => {
		const { world, crossings, order, run, told, power } = begun();
		order();
		run(20_000);
		expect(power()).toEqual([true, false, true]);
		expect(told("response")).toMatchObject([{ id: "a", status: 200 }]);
		expect(world.deviceOf("a").link).toBe("online");
		order();
		run(20_000);
		expect(power()).toEqual([true, false, true]);
		expect(told("response")).toHaveLength(2);
		world.runTo(world.clock.elapsed + 300_000);
		world.end();
		expect(crossings.filter((line) => line.startsWith('{"call":"restart"'))).toHaveLength(1);
		expect(await replayed(crossings)).toMatchObject({ devices: 1, divergence: undefined });
	});

	it("stays off when its power is cut meanwhile", () => {
		const { world, order, run, power } = begun();
		order();
		while (world.deviceOf("a").hasPower) run(10);
		world.cutPower("a");
		run(20_000);
		expect(power()).toEqual([true, false]);
		world.switchOn("a");
		run(20_000);
		expect(world.deviceOf("a").link).toBe("online");
	});

	it("says goodbye: the broker has no will to publish", () => {
		const { order, run, told } = begun();
		order();
		run(20_000);
		const lost = told("disconnected").filter(({ client }) => client === "anightlight_client");
		expect(lost).toMatchObject([{ reason: "disconnect", will: false }]);
	});
});
