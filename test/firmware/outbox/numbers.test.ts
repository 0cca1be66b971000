import { expect, it } from "vitest";
import { OutboxRig } from "./rig.js";

/** Readings in a start, and how each is answered before the next one: at once, so that none has to be stored. */
it.each([{ delivery: "server" }, { delivery: "broker" }] as const)(
	"no number names two readings where each is answered at once, whatever the power does: $delivery",
	({ delivery }) => {
		const rig = new OutboxRig({ delivery });
		const lights = new Map<string, unknown>();
		for (let light = 1; light <= 60; light++) {
			// Three readings a start, and of some starts the storage has a record besides.
			if (light % 3 === 1) {
				if (light % 5 === 0) rig.pass(10_000);
				rig.start();
				rig.outbox.online();
			}
			rig.add(light);
			const [message] = rig.sent.splice(0);
			expect(lights.get(message?.tag ?? "")).toBeUndefined();
			lights.set(message?.tag ?? "", light);
			rig.outbox.acknowledged(message?.tag ?? "");
			if (delivery === "server") rig.outbox.answered("abcdefgh", rig.backlog.newest);
		}
		expect(lights.size).toBe(60);
	},
);

it("no number names two readings while the storage takes none", () => {
	const rig = new OutboxRig();
	rig.outbox.stop();
	const tags = new Set<string>();
	for (let start = 0; start < 20; start++) {
		rig.start();
		rig.flash.isBroken = true;
		rig.add(start);
		// What it has can be read again before the device starts anew.
		rig.flash.isBroken = false;
		rig.outbox.online();
		for (const { tag } of rig.sent.splice(0)) tags.add(tag);
	}
	expect(tags.size).toBe(20);
});

it("no number names two readings after a start that follows a stop", () => {
	const rig = new OutboxRig();
	const tags = new Set<string>();
	for (let start = 0; start < 3; start++) {
		rig.outbox.online();
		rig.add(start);
		for (const { tag } of rig.sent.splice(0)) {
			expect(tags).not.toContain(tag);
			tags.add(tag);
			rig.outbox.acknowledged(tag);
		}
		if (start === 0) rig.outbox.stop();
		rig.start();
	}
	expect(tags.size).toBe(3);
});
