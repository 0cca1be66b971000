import { describe, expect, it } from "vitest";
import { type Case, play, type Step } from "./delivery-steps.js";

const TEN = Array.from({ length: 10 }, (): Step => ["connected", 2]);

describe("delivery", () => {
	it.each<Case>([
		{
			name: "all in order",
			qos: 1,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 1],
				["take", 2],
			],
			says: "well",
		},
		{ name: "a message is lost", qos: 1, steps: [["promise", 1]], says: "promised at 1 ms, never came" },
		{ name: "QoS 0 may be lost", qos: 0, steps: [["promise", 1]], says: "well" },
		{
			name: "QoS 0 may not come twice",
			qos: 0,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "came twice or too late",
		},
		{
			name: "QoS 0 may not come late",
			qos: 0,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: '"time":1} came twice or too late',
		},
		{
			name: "not after a broker that forgot before",
			qos: 2,
			steps: [
				["amnesia", 1],
				["promise", 2],
				["take", 2],
				["take", 2],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "nor after a storage that failed before",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["promise", 3],
				["take", 3],
				["take", 3],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "out of order",
			qos: 1,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 2],
			],
			says: "which is older",
		},
		{
			name: "a broker that leaves answers out changes the order",
			qos: 2,
			steps: [
				["answers fail", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "also while it does so for two reasons",
			qos: 2,
			steps: [
				["answers fail", 0],
				["answers fail", 0],
				["answers work", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "and not when it answers all again",
			qos: 2,
			steps: [
				["answers fail", 0],
				["answers work", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
			],
			says: "which is older",
		},
		{
			name: "QoS 1 may come twice",
			qos: 1,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "QoS 2 may not",
			qos: 2,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "but with a broker that forgot",
			qos: 2,
			steps: [
				["promise", 1],
				["amnesia", 2],
				["take", 1],
				["take", 1],
			],
			says: "well",
		},
		{ name: "what nobody promised", qos: 1, steps: [["take", 1]], says: "never promised" },
		{
			name: "a power cut in the turn of the promise",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 1],
			],
			says: "well",
		},
		{
			name: "a power cut later",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 2],
			],
			says: "never came",
		},
		{
			name: "a message given up after ten connections, and told so",
			qos: 1,
			steps: [["promise", 1], ...TEN, ["given up", 1]],
			says: "well",
		},
		{
			name: "a message given up after fewer",
			qos: 1,
			steps: [["connected", 0], ["promise", 1], ...TEN.slice(1), ["given up", 1]],
			says: "was given up after 9 connections",
		},
	])("$name, QoS $qos: $says", ({ qos, steps, says }) => {
		expect(play(qos, steps)).toContain(says);
	});
});
