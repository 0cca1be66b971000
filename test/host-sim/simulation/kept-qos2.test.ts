import { describe, expect, it } from "vitest";
import { Kept } from "../../../host-sim/simulation/invariants/kept.js";
import { configWith, type Outbox, play, type Step } from "./outbox-steps.js";

const KEEP: Outbox = { policy: "keep" };
const END: Step = ["end", 900_000];

describe("readings that are kept, with QoS 2 and a broker that forgets", () => {
	const before: Step[] = [
		["measured", 1],
		["sent again", 2, 1],
		["amnesia", 3],
	];
	it.each<{ name: string; steps: Step[]; says: string }>([
		{
			name: "the device reads that",
			steps: [["new session", 4], ["online", 5], END],
			says: "1 readings did not come",
		},
		{
			name: "the device reads that, and sends again",
			steps: [["new session", 4], ["online", 5], ["taken", 6, 1], END],
			says: "well",
		},
		{
			name: "the CONNACK that says so is lost",
			steps: [["new session", 4], ["session present", 5], ["online", 6], END],
			says: "well",
		},
		{
			name: "the CONNACK that says so is read before another one is lost",
			steps: [["new session", 4], ["online", 5], ["session present", 6], END],
			says: "1 readings did not come",
		},
		{
			name: "the device cannot store what it reads",
			steps: [["storage fails", 3], ["new session", 4], ["online", 5], ["session present", 6], END],
			says: "well",
		},
		{ name: "the device does not come back", steps: [END], says: "1 readings did not come" },
	])("$name: $says", ({ steps, says }) => {
		expect(play([new Kept([configWith(KEEP, 2)])], [...before, ...steps])).toContain(says);
	});
});

describe("readings that are kept, with QoS 2, by a start behind one that keeps nothing", () => {
	it.each<{ name: string; before: Step[]; says: string }>([
		{ name: "whose storage worked", before: [], says: "1 readings did not come" },
		{
			name: "whose storage failed, so that ids it used are unknown",
			before: [
				["storage fails", 1],
				["storage works", 2],
			],
			says: "well",
		},
	])("$name: $says", ({ before, says }) => {
		const starts: Step[] = [
			["power off", 3],
			["power", 4, KEEP],
			["measured", 5],
		];
		const latest = configWith({ policy: "latest" }, 2);
		expect(play([new Kept([latest])], [...before, ...starts, END])).toContain(says);
	});
});
