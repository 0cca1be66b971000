import { describe, expect, it } from "vitest";
import type { Config } from "../../../firmware/config.js";
import { Drained } from "../../../host-sim/simulation/invariants/drained.js";
import { Holds } from "../../../host-sim/simulation/invariants/holds.js";
import type { Invariant } from "../../../host-sim/simulation/invariants/invariant.js";
import { Kept } from "../../../host-sim/simulation/invariants/kept.js";
import { WhileItCounts } from "../../../host-sim/simulation/invariants/while-it-counts.js";
import { configWith, type Outbox, play, type Step, said } from "./outbox-steps.js";

const KEEP: Outbox = { policy: "keep" };
const SERVER: Outbox = { policy: "keep", delivery: "server" };
const END: Step = ["end", 900_000];

describe("readings that are kept", () => {
	it.each<{ name: string; outbox?: Outbox; steps: Step[]; says: string }>([
		{ name: "come", steps: [["measured", 1], ["taken", 5, 1], END], says: "well" },
		{ name: "do not come", steps: [["measured", 1], END], says: "1 readings did not come" },
		{
			name: "are dropped, and that is told",
			steps: [["measured", 1], ["told", 9, { dropped: 1 }], END],
			says: "well",
		},
		{
			name: "are dropped for newer ones",
			steps: [["measured", 1], ["measured", 2], ["taken", 8, 1], ["told", 9, { dropped: 1 }], END],
			says: "well",
		},
		{ name: "are damaged", steps: [["told", 9, { lost: 1 }]], says: "1 are lost" },
		{
			name: "come too late to be the next",
			steps: [
				["measured", 1],
				["measured", 2],
				["taken", 3, 2],
				["check", 10_000],
			],
			says: "1 readings did not come",
		},
		{
			name: "are not stored as the power goes",
			steps: [["measured", 1], ["power off", 10_001], END],
			says: "well",
		},
		{
			name: "are stored, and do not come after a power cut",
			steps: [["measured", 1], ["power off", 10_002], END],
			says: "1 readings did not come",
		},
		{
			name: "are not of the last 16",
			steps: [
				...Array.from({ length: 17 }, (_, index): Step => ["measured", index + 1]),
				["power off", 100],
				END,
			],
			says: "1 readings did not come",
		},
		{
			name: "cannot be stored",
			steps: [["measured", 1], ["storage fails", 5000], ["power off", 60_000], END],
			says: "well",
		},
		{
			name: "wait, more than 16 of them, for a storage that has just begun to work again",
			steps: [
				["storage fails", 1],
				...Array.from({ length: 20 }, (_, index): Step => ["measured", 2000 * (index + 1)]),
				["storage works", 41_000],
				["power off", 42_000],
				END,
			],
			says: "well",
		},
		{
			name: "only reach the broker, and are for the server",
			outbox: SERVER,
			steps: [["measured", 1], ["taken", 5, 1], END],
			says: "1 readings did not come",
		},
		{
			name: "reach the server",
			outbox: SERVER,
			steps: [["measured", 1], ["stored", 5, said(1, { stream: "a", seq: 1, base: 1 })], END],
			says: "well",
		},
		{
			name: "are taken for the broker after a start with another outbox",
			outbox: SERVER,
			steps: [["measured", 1], ["taken", 5, 1], ["power off", 20_000], ["power", 20_001, KEEP], END],
			says: "well",
		},
		{
			name: "wait for a start that keeps",
			steps: [["measured", 1], ["power off", 20_000], ["power", 20_001, { policy: "latest" }], END],
			says: "well",
		},
		{
			name: "wait for a start that can read the storage",
			steps: [
				...[["measured", 1] as Step, ["power off", 20_000] as Step, ["storage fails", 20_001] as Step],
				...[["power", 20_002, KEEP] as Step, ["storage works", 20_003] as Step, END],
			],
			says: "well",
		},
		{
			name: "are of a start that cannot read the storage",
			steps: [
				...[["power off", 1] as Step, ["storage fails", 2] as Step, ["power", 3, KEEP] as Step],
				...[["storage works", 4] as Step, ["measured", 5] as Step, END],
			],
			says: "1 readings did not come",
		},
		{
			name: "are none with another policy",
			outbox: { policy: "drop" },
			steps: [["measured", 1], END],
			says: "well",
		},
	])("$name: $says", ({ outbox = KEEP, steps, says }) => {
		expect(play([new Kept([configWith(outbox)])], steps)).toContain(says);
	});
});

/** Plays steps to `Drained`; `Kept`, which has its own opinion of what comes too late, only listens. */
function playDrained(config: Config, steps: readonly Step[]): string {
	const kept = new Kept([config]);
	const listener: Invariant = {
		name: "",
		onMeasured: (...words) => kept.onMeasured(...words),
		onTaken: (...words) => kept.onTaken(...words),
		onStored: (...words) => kept.onStored(...words),
		onEvent: (...words) => kept.onEvent(...words),
	};
	return play([listener, new Drained([config], kept.shelves)], steps);
}

describe("what waited", () => {
	const outage: Step[] = [
		["measured", 1],
		["measured", 2001],
		["online", 4000],
	];
	it.each<{ name: string; qos?: 1 | 2; steps: Step[]; says: string }>([
		{
			name: "is sent at once",
			steps: [
				["taken", 4100, 1],
				["taken", 4200, 2001],
				["check", 20_000],
			],
			says: "well",
		},
		{ name: "is not sent", steps: [["check", 20_000]], says: "2 of 2 readings still wait at 20000 ms" },
		{ name: "begins late", steps: [["taken", 5001, 1]], says: "nothing was sent at 5001 ms" },
		{
			name: "goes on slowly",
			steps: [
				["taken", 4100, 1],
				["check", 20_000],
			],
			says: "1 of 2 readings still wait",
		},
		{
			name: "is held up by a fault",
			steps: [
				["storage fails", 4500],
				["check", 20_000],
			],
			says: "well",
		},
		{
			name: "loses the power",
			steps: [
				["power off", 4500],
				["check", 20_000],
			],
			says: "well",
		},
		{
			name: "is taken over behind its window, which arrives in pieces",
			qos: 2,
			steps: [
				["split", 4500],
				["taken", 5101, 1],
				["taken", 5102, 2001],
				["check", 20_000],
			],
			says: "well",
		},
		{
			name: "is taken over later than pieces explain",
			qos: 2,
			steps: [
				["split", 4500],
				["taken", 5201, 1],
			],
			says: "nothing was sent at 5201 ms",
		},
		{
			name: "begins late in pieces, and needs no PUBREL",
			steps: [
				["split", 4500],
				["taken", 5001, 1],
			],
			says: "nothing was sent at 5001 ms",
		},
		{
			name: "begins late, and in one piece again",
			qos: 2,
			steps: [
				["split", 10],
				["split ends", 20],
				["taken", 5001, 1],
			],
			says: "nothing was sent at 5001 ms",
		},
	])("$name: $says", ({ qos = 1, steps, says }) => {
		const all = [...outage, ...steps].sort(([, one], [, other]) => one - other);
		expect(playDrained(configWith(KEEP, qos), all)).toContain(says);
	});
});

describe("what waits for the server behind a reading that the broker took", () => {
	const server: Outbox = { ...SERVER, ackTimeout: 1000 };
	const steps: Step[] = [
		["server online", 0],
		["measured", 1],
		["taken", 2, 1],
		["power off", 20_000],
		["power", 90_000, server],
		["measured", 90_001],
		["online", 90_002],
	];
	const stored: Step = ["stored", 3, said(1, { stream: "a", seq: 1, base: 1 })];
	it.each<{ name: string; before: Outbox; qos: 1 | 2; steps: Step[]; says: string }>([
		{ name: "comes after ackTimeout", before: KEEP, qos: 2, steps: [["taken", 92_002, 1]], says: "well" },
		{
			name: "comes later than ackTimeout",
			...{ before: KEEP, qos: 2, steps: [["taken", 92_003, 1]] },
			says: "nothing was sent at 92003 ms",
		},
		{
			name: "comes late, and there is no PUBREL",
			...{ before: KEEP, qos: 1, steps: [["taken", 91_003, 1]] },
			says: "nothing was sent at 91003 ms",
		},
		{
			name: "comes after ackTimeout, and the server lost the one before",
			...{ before: server, qos: 2, steps: [["taken", 92_002, 1]] },
			says: "well",
		},
		{
			name: "comes late, and the server stored the one before",
			...{ before: server, qos: 2, steps: [stored, ["taken", 91_003, 90_001]] },
			says: "nothing was sent at 91003 ms",
		},
	])("with QoS $qos, $name: $says", ({ before, qos, steps: more, says }) => {
		const all = [...steps, ...more].sort(([, one], [, other]) => one - other);
		expect(playDrained(configWith(before, qos), all)).toContain(says);
	});
});

describe("a reading is sent while it counts", () => {
	it.each<{ name: string; outbox: Outbox; steps: Step[]; says: string }>([
		{
			name: "now",
			outbox: {},
			steps: [
				["online", 1],
				["measured", 5],
				["sent again", 5, 5],
			],
			says: "well",
		},
		{
			name: "later",
			outbox: {},
			steps: [
				["online", 1],
				["measured", 5],
				["sent again", 6, 5],
			],
			says: "5 of 5 was sent at 6 ms",
		},
		{
			name: "later, with drop",
			outbox: { policy: "drop" },
			steps: [
				["measured", 5],
				["online", 6],
				["sent again", 6, 5],
			],
			says: "5 of 5 was sent at 6 ms",
		},
		{
			name: "the last one of the outage, with latest and the server's answer",
			outbox: { policy: "latest", delivery: "server" },
			steps: [
				["measured", 5],
				["online", 6],
				["sent again", 6, 5],
			],
			says: "5 of 5 was sent at 6 ms",
		},
		{
			name: "later, with keep",
			outbox: KEEP,
			steps: [
				["measured", 5],
				["online", 6],
				["sent again", 900, 5],
			],
			says: "well",
		},
		{
			name: "too old",
			outbox: { ...KEEP, expires: 1000 },
			steps: [
				["measured", 5],
				["online", 6],
				["sent again", 1006, 5],
			],
			says: "1 ms after it had expired",
		},
	])("$name: $says", ({ outbox, steps, says }) => {
		expect(play([new WhileItCounts([configWith(outbox)])], steps)).toContain(says);
	});
});

describe("an outbox", () => {
	const readings = (count: number, taken: number): Step[] =>
		["measured", "taken"].flatMap((step) =>
			Array.from(
				{ length: count },
				(_, index): Step => (step === "measured" ? ["measured", index + 1] : ["taken", taken, index + 1]),
			),
		);
	it.each<{ name: string; steps: Step[]; says: string }>([
		{
			name: "holds what it may",
			steps: [["told", 1, { pending: 8, bytes: 100 }], ...readings(13, 50), END],
			says: "well",
		},
		{ name: "tells of more", steps: [["told", 1, { pending: 9 }]], says: "9 readings wait, more than 8" },
		{
			name: "tells of too many bytes",
			steps: [["told", 1, { bytes: 101 }]],
			says: "101 bytes wait, more than 100",
		},
		{
			name: "sends more later",
			steps: [...readings(14, 50), END],
			says: "14 readings were held at a time, more than 13",
		},
	])("$name: $says", ({ steps, says }) => {
		const configs = [configWith({ ...KEEP, messages: 8, bytes: 100 })];
		expect(play([new Holds(configs)], [["power", 0], ...steps])).toContain(says);
	});
});
