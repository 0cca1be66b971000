import { describe, expect, it } from "vitest";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import { broker, concat } from "./support.js";

const PACKET = broker.publish("a/b", "on");
const LARGE = broker.publish("a/b", "x".repeat(100));

describe("a decoder is between packets", () => {
	it.each([
		{ name: "at first", bytes: new Uint8Array(), taken: 0, isBetween: true },
		{ name: "not behind a first byte", bytes: PACKET.subarray(0, 1), taken: 1, isBetween: false },
		{ name: "not in the midst of one", bytes: PACKET.subarray(0, 5), taken: 1, isBetween: false },
		{ name: "behind one", bytes: PACKET, taken: 1, isBetween: true },
		{ name: "not while another one is there", bytes: concat(PACKET, PACKET), taken: 1, isBetween: false },
		{ name: "behind two", bytes: concat(PACKET, PACKET), taken: 2, isBetween: true },
		{ name: "not behind the beginning of a large one", bytes: LARGE, taken: 1, isBetween: false },
		{ name: "not while the rest is to come", bytes: LARGE.subarray(0, 80), taken: 2, isBetween: false },
		{ name: "behind a large one", bytes: LARGE, taken: 2, isBetween: true },
		{ name: "behind a large one and another", bytes: concat(LARGE, PACKET), taken: 3, isBetween: true },
	])("$name", ({ bytes, taken, isBetween }) => {
		const decoder = new Decoder(64);
		decoder.push(bytes);
		for (let count = 0; count < taken; count++) decoder.next();
		expect(decoder.isBetweenPackets).toBe(isBetween);
	});
});
