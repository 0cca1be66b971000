import { describe, expect, it } from "vitest";
import { type Case, play } from "./delivery-steps.js";

describe("delivery with a storage that fails", () => {
	it.each<Case>([
		{
			name: "a storage that failed, and a power cut",
			qos: 1,
			steps: [
				["promise", 1],
				["storage fails", 2],
				["power", 3],
			],
			says: "well",
		},
		{
			name: "a storage that failed, and no power cut",
			qos: 1,
			steps: [
				["storage fails", 1],
				["promise", 2],
			],
			says: "never came",
		},
		{
			name: "a storage that works again",
			qos: 1,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["promise", 3],
				["power", 4],
			],
			says: "never came",
		},
		{
			name: "a storage that could not be read when the power came",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 2],
				["power on", 3],
				["storage fails", 3],
			],
			says: "well",
		},
		{
			name: "a storage that failed after the power came",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 2],
				["power on", 3],
				["storage fails", 4],
			],
			says: "never came",
		},
		{
			name: "a power cut while nothing is stored, as the storage could not be read",
			qos: 1,
			steps: [
				["power on", 3],
				["storage fails", 3],
				["storage works", 4],
				["promise", 5],
				["power", 6],
			],
			says: "well",
		},
		{
			name: "a power cut once it could be read again",
			qos: 1,
			steps: [
				["power on", 3],
				["storage fails", 3],
				["storage works", 4],
				["power", 6],
				["power on", 7],
				["promise", 8],
				["power", 9],
			],
			says: "never came",
		},
		{
			name: "with QoS 2 a storage that could not be read, whatever comes then",
			qos: 2,
			steps: [
				["promise", 1],
				["power", 2],
				["power on", 3],
				["storage fails", 3],
				["promise", 4],
			],
			says: "well",
		},
		{
			name: "with QoS 2 a storage that could not be read, and had nothing",
			qos: 2,
			steps: [
				["power on", 3],
				["storage fails", 3],
				["promise", 4],
			],
			says: "never came",
		},
		{
			name: "a message that the broker took for another, after a storage that failed, and a power cut",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["power", 3],
				["promise", 4],
				["mistook", 4],
			],
			says: "well",
		},
		{
			name: "another message then",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["power", 3],
				["promise", 4],
				["promise", 5],
				["mistook", 4],
			],
			says: '"time":5}, promised at 5 ms, never came',
		},
		{
			name: "a message that the broker took for another, with a storage that works",
			qos: 2,
			steps: [
				["power", 3],
				["promise", 4],
				["mistook", 4],
			],
			says: "never came",
		},
		{
			name: "a message that the broker took for another, without a power cut",
			qos: 2,
			steps: [
				["storage fails", 1],
				["promise", 4],
				["mistook", 4],
			],
			says: "never came",
		},
	])("$name, QoS $qos: $says", ({ qos, steps, says }) => {
		expect(play(qos, steps)).toContain(says);
	});
});
