import { expect, it } from "vitest";
import { Rig } from "./rig.js";

/** A device's life of two minutes: failures, pings, a dead link, a restart, and a stop. */
function life(start: number) {
	const rig = new Rig({}, { start });
	rig.network.lookup = "hang";
	rig.start().clock.advance(12_000);
	rig.network.lookup = "answer";
	rig.network.attempt = "hang";
	rig.network.writable = 3;
	rig.clock.advance(22_000);
	rig.network.attempt = "accept";
	rig.clock.advance(45_000);
	rig.broker.withheld.add("pingreq");
	rig.clock.advance(50_000);
	rig.broker.withheld.clear();
	rig.clock.advance(60_000);
	rig.network.cut();
	rig.publish("stuck");
	const { links, broker, clock } = rig;
	const stopped = rig.stop();
	clock.advance(2000);
	return { links, heard: broker.heard, stopped, timers: clock.timers };
}

const plain = life(0);

it("lives as it should", () => {
	expect(plain.links.filter((link) => link.startsWith("backoff"))).toEqual([
		"backoff 1000: resolving the name took longer than 10000 ms",
		"backoff 2000: resolving the name took longer than 10000 ms",
		"backoff 4000: opening the connection took longer than 10000 ms",
		"backoff 1000: no PINGRESP in time",
	]);
	expect(plain.heard.filter((line) => line === "pingreq").length).toBeGreaterThan(2);
	expect(plain.stopped.doneAt).toBe(190_000);
	expect(plain.timers).toBe(0);
});

/** Every few seconds of that life, the clock goes over an edge. */
const starts = [2 ** 31, 2 ** 32].flatMap((edge) =>
	Array.from({ length: 53 }, (_, index) => edge - index * 4001),
);

it.each(starts)("lives the same on a clock that starts at %i", (start) => {
	expect(life(start)).toEqual(plain);
});
