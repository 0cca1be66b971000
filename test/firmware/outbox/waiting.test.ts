import { expect, it } from "vitest";
import type { OutboxOptions } from "../../../firmware/outbox/outbox.js";
import { OutboxRig } from "./rig.js";

/** What holds up the next late reading once its time has come. */
const HELD_UP: readonly { name: string; options: Partial<OutboxOptions>; hold: (rig: OutboxRig) => void }[] =
	[
		{
			name: "a hole in the numbers, with the server's answer",
			options: { delivery: "server" },
			hold: (rig) => {
				rig.add(1, 2);
				rig.pass(10_000);
				rig.start();
				rig.add(3, 4);
				rig.outbox.online();
			},
		},
		{
			name: "a session that takes nothing",
			options: {},
			hold: (rig) => {
				rig.add(1, 4);
				rig.outbox.online();
				rig.takes = false;
			},
		},
	];

// The clock throws for callbacks without end.
it.each(HELD_UP)("it does not spin while late readings are held up by $name", ({ options, hold }) => {
	const rig = new OutboxRig(options);
	hold(rig);
	rig.pass(90);
	rig.takes = true;
	const before = rig.taken();
	rig.outbox.answered("abcdefgh", 2);
	rig.pass(100);
	expect([...before, ...rig.taken()]).toEqual([1, 2, 3, 4]);
});
