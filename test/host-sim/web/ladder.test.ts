import { describe, expect, it } from "vitest";
import { keptOf, Ladder } from "../../../host-sim/web/ladder.js";
import type { Rung } from "../../../host-sim/web/protocol.js";
import { Samples } from "../../../host-sim/web/samples.js";

const PUBLISH = { type: "PUBLISH", topic: "lamp/commands", hex: "", length: 0 };

describe("the ladder", () => {
	it.each([
		[1, 400],
		[100, 400],
		[200, 200],
		[500, 100],
		[1000, 100],
	])("of each of %i devices keeps %i rungs", (devices, rungs) => {
		expect(keptOf(devices)).toBe(rungs);
	});

	it("keeps the last 400 rungs, numbered in order", () => {
		const heard: number[] = [];
		const ladder = new Ladder(
			() => 5,
			({ n }) => heard.push(n),
			() => 400,
		);
		for (let count = 0; count < 1000; count++) ladder.packet("device", "broker", PUBLISH);
		ladder.note("server", "online", "plain");
		expect(ladder.rungs).toHaveLength(400);
		expect(ladder.rungs[0]?.n).toBe(602);
		expect(ladder.rungs.at(-1)).toEqual({
			n: 1001,
			t: 5,
			kind: "note",
			lane: "server",
			text: "online",
			tone: "plain",
		});
		expect(heard).toHaveLength(1001);
	});

	it("says of the last packet that fits why it is refused, and tells it again", () => {
		const heard: Rung[] = [];
		const ladder = new Ladder(
			() => 0,
			(rung) => heard.push(rung),
			() => 400,
		);
		ladder.packet("broker", "device", PUBLISH);
		ladder.packet("broker", "device", PUBLISH);
		ladder.packet("device", "broker", PUBLISH);
		const fits = ({ to }: { to: string }) => to === "device";
		expect(ladder.refuse(fits, "not JSON")).toBe(true);
		expect(ladder.refuse(fits, "too long")).toBe(true);
		expect(ladder.refuse(fits, "nothing left")).toBe(false);
		const refused = ladder.rungs.map((rung) => rung.kind === "packet" && rung.refused);
		expect(refused).toEqual(["too long", "not JSON", undefined]);
		expect(heard.map(({ n }) => n)).toEqual([1, 2, 3, 2, 1]);
	});
});

describe("the samples", () => {
	it("are at least 250 ms apart, and an hour of them is kept: older ones a second apart", () => {
		const samples = new Samples();
		const HOURS_2 = 7_200_000;
		for (let t = 0; t <= HOURS_2; t += 100) samples.push({ t, light: t });
		const { all } = samples;
		const gaps = new Set(all.slice(1).map(({ t }, index) => t - (all[index] as { t: number }).t));
		expect([...gaps].every((gap) => gap >= 300 && gap <= 1200)).toBe(true);
		expect(all.at(-1)?.t).toBe(HOURS_2);
		const oldest = HOURS_2 - (all[0]?.t as number);
		expect(oldest).toBeGreaterThanOrEqual(3_590_000);
		expect(oldest).toBeLessThanOrEqual(3_600_000 + 600_000);
		expect(all.length).toBeLessThan(6000);
	});
});
