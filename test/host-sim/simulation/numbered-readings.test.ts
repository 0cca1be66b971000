import { describe, expect, it } from "vitest";
import { NewestOnly } from "../../../host-sim/simulation/invariants/newest-only.js";
import { StoredOnce } from "../../../host-sim/simulation/invariants/stored-once.js";
import { configWith, play, type Step, said } from "./outbox-steps.js";

const SERVER = { policy: "keep", delivery: "server" } as const;

describe("the server's store", () => {
	const one = said(1, { stream: "a", seq: 1, base: 1 });
	const two = said(2, { stream: "a", seq: 2, base: 1 });
	const measured: Step[] = [
		["measured", 1],
		["measured", 2],
	];
	it.each<{ name: string; steps: Step[]; says: string }>([
		{
			name: "has each once",
			steps: [
				["stored", 3, one],
				["acknowledged", 4, 1],
				["stored", 5, two],
			],
			says: "well",
		},
		{
			name: "has one twice",
			steps: [
				["stored", 3, one],
				["stored", 4, one],
			],
			says: "1 of a was stored after 1",
		},
		{
			name: "has the older one later",
			steps: [
				["stored", 3, two],
				["stored", 4, one],
			],
			says: "1 of a was stored after 2",
		},
		{ name: "answers too early", steps: [["acknowledged", 3, 1]], says: "was told of 1 of a, stored to 0" },
		{
			name: "answers what never comes",
			steps: [
				["read", 3, { ...two, base: 2 }],
				["acknowledged", 3, 1],
			],
			says: "well",
		},
		{
			name: "has another reading",
			steps: [["stored", 3, { ...one, light: 7 }]],
			says: "number 1 names 7 at 1, never measured",
		},
		{
			name: "has two under a number",
			steps: [
				["stored", 3, one],
				["stored", 4, { ...two, seq: 1 }],
			],
			says: "1 of a was stored after 1",
		},
	])("$name: $says", ({ steps, says }) => {
		expect(play([new StoredOnce([configWith(SERVER)])], [...measured, ...steps])).toContain(says);
	});
});

describe("a command follows", () => {
	const reading = (seq: number, more: object = {}) => ({ light: 1, stream: "a", seq, base: 1, ...more });
	it.each<{ name: string; steps: Step[]; says: string }>([
		{
			name: "the newest reading",
			steps: [
				["read", 1, reading(1)],
				["commanded", 1, {}],
			],
			says: "well",
		},
		{
			name: "a late one",
			steps: [
				["read", 1, reading(1, { late: true })],
				["commanded", 1, {}],
			],
			says: "was sent a command",
		},
		{
			name: "one that came before",
			steps: [
				["read", 1, reading(2)],
				["read", 2, reading(2)],
				["commanded", 2, {}],
			],
			says: "was sent a command",
		},
		{
			name: "one that the server forgot",
			steps: [
				["read", 1, reading(2)],
				["server crash", 2],
				["read", 3, reading(2)],
				["commanded", 3, {}],
			],
			says: "well",
		},
		{
			name: "one without a number",
			steps: [
				["read", 1, { light: 1 }],
				["commanded", 1, {}],
			],
			says: "well",
		},
	])("$name: $says", ({ steps, says }) => {
		expect(play([new NewestOnly()], steps)).toContain(says);
	});
});
