import { describe, expect, it } from "vitest";
import { Settled } from "../../../host-sim/simulation/invariants/settled.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { viewOf } from "./view.js";

const answers = (phase: "begin" | "end"): WorldEvent => ({
	...{ source: "fault", fault: "lostAnswer", target: "broker", phase },
});
const connected: WorldEvent = {
	...{ source: "broker", event: "connected", client: "d1nightlight_client" },
	...{ clean: false, sessionPresent: true },
};
const failed: WorldEvent = {
	source: "device",
	device: "d1",
	event: "storage",
	code: "storage-unwritable",
	reason: "full",
};

describe("after a time of calm", () => {
	it.each<{ name: string; toClient?: number; fromClient?: number; events?: WorldEvent[]; says: string }>([
		{ name: "nothing is open", says: "well" },
		{ name: "no message to a device is open", toClient: 1, says: "1 messages to d1 and 0 from it are open" },
		{ name: "one from it may just be under way", fromClient: 1, says: "well" },
		{ name: "no more from it are", fromClient: 2, says: "0 messages to d1 and 2 from it are open" },
		{
			name: "the broker may keep ids of a storage that failed",
			fromClient: 2,
			events: [failed],
			says: "well",
		},
		{ name: "but no messages to it", toClient: 1, events: [failed], says: "1 messages to d1" },
		{
			name: "what the broker left without an answer waits for the next connection",
			...{ toClient: 1, events: [answers("begin"), answers("end")], says: "well" },
		},
		{
			name: "and is sent again there",
			...{ toClient: 1, events: [answers("begin"), answers("end"), connected], says: "1 messages to d1" },
		},
		{
			name: "if that one gets its answers",
			...{ toClient: 1, events: [answers("begin"), connected, answers("end")], says: "well" },
		},
		{
			name: "also when two faults overlap",
			toClient: 1,
			events: [answers("begin"), answers("begin"), answers("end"), connected],
			says: "well",
		},
	])("$name", ({ toClient = 0, fromClient = 0, events = [], says }) => {
		const settled = new Settled(["d1"]);
		for (const event of events) settled.onEvent(1, event);
		const check = () => {
			settled.check(viewOf({ open: { toClient, fromClient } }));
			return "well";
		};
		if (says === "well") expect(check()).toBe(says);
		else expect(check).toThrow(says);
	});

	it("nothing is known of a broker that cannot tell, or while it is not calm", () => {
		const settled = new Settled(["d1"]);
		settled.check(viewOf({ open: undefined }));
		settled.check(viewOf({ open: { toClient: 1, fromClient: 0 }, calmSince: undefined }));
	});
});
