import { expect, it } from "vitest";
import { foreignReason, silenceHint } from "../../../firmware/connectivity/foreign.js";
import { PacketType } from "../../../firmware/mqtt/packet.js";

const HTTP = 0x48;
const SSH = 0x53;
const ALERT = 0x15;

it.each([
	{ first: HTTP, scheme: "mqtt", reason: "this port seems to speak HTTP (try ws://)" },
	{ first: HTTP, scheme: "mqtts", reason: "this port seems to speak HTTP (try wss://)" },
	{ first: HTTP, scheme: "ws", reason: undefined },
	{ first: SSH, scheme: "mqtt", reason: "this port seems to speak SSH" },
	{ first: SSH, scheme: "mqtts", reason: "this port seems to speak SSH" },
	{ first: ALERT, scheme: "mqtt", reason: "this port seems to speak TLS (try mqtts://)" },
	{ first: ALERT, scheme: "mqtts", reason: undefined },
	{ first: ALERT, scheme: "wss", reason: undefined },
	{ first: undefined, scheme: "mqtt", reason: undefined },
])("a first byte $first over $scheme: $reason", ({ first, scheme, reason }) => {
	expect(foreignReason(first, scheme)).toBe(reason);
});

it("no packet is taken for another protocol", () => {
	for (const type of Object.values(PacketType)) {
		for (let flags = 0; flags < 16; flags++) {
			const isRight = type === PacketType.PUBLISH || flags === (type === PacketType.PUBREL ? 2 : 0);
			if (isRight) expect(foreignReason((type << 4) | flags, "mqtt")).toBeUndefined();
		}
	}
});

it.each([
	{
		scheme: "mqtt",
		isOpen: true,
		hint: "; perhaps this port speaks TLS or WebSocket (try mqtts:// or ws://)",
	},
	{ scheme: "mqtt", isOpen: false, hint: "" },
	{ scheme: "ws", isOpen: false, hint: "; perhaps this port speaks TLS or MQTT (try wss:// or mqtt://)" },
	{ scheme: "ws", isOpen: true, hint: "" },
	{ scheme: "mqtts", isOpen: true, hint: "" },
	{ scheme: "wss", isOpen: false, hint: "" },
])("closing without a word over $scheme, open: $isOpen: $hint", ({ scheme, isOpen, hint }) => {
	expect(silenceHint(scheme, isOpen)).toBe(hint);
});
