import { describe, expect, it } from "vitest";
import { Counted } from "../../../host-sim/simulation/invariants/counted.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

describe("the count of inputs", () => {
	const told: WorldEvent = { source: "device", device: "d1", event: "command", payload: {} };
	const excused: WorldEvent = {
		...{ source: "broker", event: "exception", device: "d1", name: "x", excuses: "input" },
	};
	const power: WorldEvent = { source: "power", device: "d1", isOn: true };
	const backoff: WorldEvent = { source: "device", device: "d1", event: "link", state: "backoff" };

	it.each<{ name: string; read: number; events: WorldEvent[]; says: string }>([
		{ name: "agrees", read: 1, events: [told], says: "well" },
		{ name: "misses one", read: 2, events: [told], says: "told of 1 fewer" },
		{ name: "has one too many", read: 0, events: [told], says: "told of -1 fewer" },
		{ name: "begins anew with the power", read: 2, events: [power], says: "well" },
		{ name: "begins anew with a connection", read: 2, events: [backoff], says: "well" },
		{ name: "has one told behind the connection's end", read: 2, events: [backoff, told], says: "well" },
		{
			name: "has too many told there",
			read: 1,
			events: [backoff, told, told],
			says: "told of -1 fewer",
		},
		{ name: "need not have what an exception excuses", read: 1, events: [excused], says: "well" },
		{ name: "may have it", read: 1, events: [excused, told], says: "well" },
		{ name: "has one exception each", read: 2, events: [excused], says: "told of 2 fewer" },
		{ name: "has no more because of it", read: 0, events: [excused, told], says: "told of -1 fewer" },
		{
			name: "has each device's own",
			read: 1,
			events: [{ ...excused, device: "d2" }],
			says: "told of 1 fewer",
		},
		{ name: "forgets it with the power", read: 0, events: [excused, power, told], says: "told of -1 fewer" },
	])("$name", ({ read, events, says }) => {
		const counted = new Counted([configOf("d1")]);
		const messages = (count: number) => Array.from({ length: count }, () => ({ retain: false, payload: "" }));
		const play = () => {
			counted.onRead("d1", messages(read));
			for (const event of events) counted.onEvent(1, event);
			counted.check(viewOf({}));
			// It reads on.
			counted.onRead("d1", messages(1));
			counted.check(viewOf({}));
			return "well";
		};
		if (says === "well") expect(play()).toBe(says);
		else expect(play).toThrow(says);
	});
});
