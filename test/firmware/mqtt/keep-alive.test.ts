import { describe, expect, it } from "vitest";
import { KeepAlive } from "../../../firmware/mqtt/keep-alive.js";
import { CLOCKS } from "./support.js";

type Step = readonly ["sent" | "received" | "delayed" | "ask" | "answered", number];

const INTERVAL = 10_000;
const RESPONSE = 2000;

/** Times count from the start of the connection. */
const CASES: readonly { name: string; steps: readonly Step[]; at: number; timeout: number }[] = [
	{ name: "a ping is due at half the interval", steps: [], at: 0, timeout: 5000 },
	{ name: "less what has passed", steps: [], at: 4999, timeout: 1 },
	{ name: "and is due then", steps: [], at: 5000, timeout: 0 },
	{ name: "and overdue later", steps: [], at: 7000, timeout: -2000 },
	{
		name: "receiving alone does not put it off [MQTT-3.1.2-23]",
		steps: [["received", 4000]],
		at: 5000,
		timeout: 0,
	},
	{ name: "sending alone does not put it off: half-open TCP", steps: [["sent", 4000]], at: 5000, timeout: 0 },
	{
		name: "sending and receiving do, as far as the earlier of them",
		steps: [
			["sent", 3000],
			["received", 4000],
		],
		at: 5000,
		timeout: 3000,
	},
	{ name: "an answer is awaited as long as configured", steps: [["ask", 5000]], at: 5000, timeout: 2000 },
	{ name: "and is overdue then", steps: [["ask", 5000]], at: 7000, timeout: 0 },
	{
		name: "what arrived before the ping does not count",
		steps: [
			["received", 4999],
			["ask", 5000],
		],
		at: 6500,
		timeout: 500,
	},
	{
		name: "whatever arrives after the ping is a sign of life",
		steps: [
			["ask", 5000],
			["received", 6500],
		],
		at: 7000,
		timeout: 1500,
	},
	{
		name: "what is sent after the ping is none",
		steps: [
			["ask", 5000],
			["sent", 6500],
		],
		at: 7000,
		timeout: 0,
	},
	{
		name: "but only up to the keep-alive",
		steps: [
			["ask", 5000],
			["received", 14_500],
		],
		at: 14_900,
		timeout: 100,
	},
	{
		name: "and no longer, whatever arrives",
		steps: [
			["ask", 5000],
			["received", 14_999],
		],
		at: 15_000,
		timeout: 0,
	},
	{
		name: "but behind a long packet, whose end it cannot come before",
		steps: [
			["ask", 5000],
			["sent", 12_000],
			["received", 14_500],
			["delayed", 14_500],
			["received", 14_900],
		],
		at: 15_000,
		timeout: 1900,
	},
	{
		name: "and a ping is due again, for the broker must hear something [MQTT-3.1.2-23]",
		steps: [
			["ask", 5000],
			["received", 14_500],
			["delayed", 14_500],
		],
		at: 14_900,
		timeout: 100,
	},
	{
		name: "and behind the long packet it is overdue, whatever arrives",
		steps: [
			["ask", 5000],
			["delayed", 14_500],
			["ask", 15_000],
			["received", 24_900],
		],
		at: 24_950,
		timeout: 50,
	},
	{
		name: "an answer ends the waiting",
		steps: [
			["sent", 5000],
			["ask", 5000],
			["received", 5800],
			["answered", 5800],
		],
		at: 6000,
		timeout: 4000,
	},
];

describe.each(CLOCKS)("the keep-alive with $clock", ({ start, read }) => {
	it.each(CASES)("$name", ({ steps, at, timeout }) => {
		const keepAlive = new KeepAlive(INTERVAL, RESPONSE, read(start));
		for (const [action, time] of steps) keepAlive[action](read(start + time));
		expect(keepAlive.timeout(read(start + at))).toBe(timeout);
	});

	it("asks for nothing with an interval of 0", () => {
		const keepAlive = new KeepAlive(0, RESPONSE, read(start));
		expect(keepAlive.timeout(read(start + 2_000_000_000))).toBe(Number.POSITIVE_INFINITY);
	});
});

describe("the keep-alive", () => {
	it.each<{ name: string; steps: Step[]; at: number; isOverdue: boolean }>([
		{ name: "not before it was sent", steps: [], at: 60_000, isOverdue: false },
		{ name: "not as long as it may take", steps: [["ask", 5000]], at: 6999, isOverdue: false },
		{ name: "then", steps: [["ask", 5000]], at: 7000, isOverdue: true },
		{
			name: "not when it came",
			steps: [
				["ask", 5000],
				["answered", 6000],
			],
			at: 60_000,
			isOverdue: false,
		},
		{
			name: "not while a packet before it is coming",
			steps: [
				["ask", 5000],
				["received", 15_000],
				["delayed", 15_000],
			],
			at: 16_999,
			isOverdue: false,
		},
	])("finds the answer to a ping overdue: $name", ({ steps, at, isOverdue }) => {
		const keepAlive = new KeepAlive(INTERVAL, RESPONSE, 0);
		for (const [action, time] of steps) keepAlive[action](time);
		expect(keepAlive.isOverdue(at)).toBe(isOverdue);
	});

	it("finds nothing overdue with an interval of 0", () => {
		expect(new KeepAlive(0, RESPONSE, 0).isOverdue(60_000)).toBe(false);
	});

	it("is silent no longer than the interval, though the answer might take longer [MQTT-3.1.2-23]", () => {
		const keepAlive = new KeepAlive(1000, RESPONSE, 0);
		keepAlive.ask(500);
		expect(keepAlive.timeout(500)).toBe(1000);
		keepAlive.received(1400);
		expect(keepAlive.timeout(1400)).toBe(100);
	});

	it("works with the longest interval", () => {
		const keepAlive = new KeepAlive(65_535_000, RESPONSE, 2 ** 32 - 1);
		expect(keepAlive.timeout(32_767_498)).toBe(1);
		expect(keepAlive.timeout(32_767_499)).toBe(0);
	});
});
