import { describe, expect, it } from "vitest";
import { foreignProtocol, foreignReason } from "../../server/foreign-protocol.js";

const text = (words: string) => new Uint8Array(Buffer.from(words, "latin1"));

describe("the protocol of first bytes", () => {
	it.each([
		{ bytes: text("HTTP/1.1 400 Bad Request\r\n\r\n"), protocol: "HTTP" },
		{ bytes: text("GET /mqtt HTTP/1.1\r\n"), protocol: "HTTP" },
		{ bytes: text("SSH-2.0-OpenSSH_9.2\r\n"), protocol: "SSH" },
		{ bytes: Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70), protocol: "TLS" },
		{ bytes: Uint8Array.of(0x16, 3, 1, 2, 0, 1), protocol: "TLS" },
	])("$protocol is known whole and byte by byte", ({ bytes, protocol }) => {
		expect(foreignProtocol(bytes)).toBe(protocol);
		const verdicts = Array.from(bytes, (_, index) => foreignProtocol(bytes.subarray(0, index + 1)));
		const decided = verdicts.findIndex((verdict) => verdict !== "undecided");
		expect(new Set(verdicts.slice(decided))).toEqual(new Set([protocol]));
	});

	it.each([
		{ name: "a CONNACK", bytes: Uint8Array.of(0x20, 2, 0, 0) },
		{ name: "a CONNECT", bytes: Uint8Array.of(0x10, 12, 0, 4) },
		{ name: "what is like HTTP at first", bytes: text("HTTQ") },
		{ name: "what is like TLS at first", bytes: Uint8Array.of(0x15, 4) },
	])("$name is none", ({ bytes }) => {
		expect(foreignProtocol(bytes)).toBeUndefined();
	});

	it("of no packet of MQTT 3.1.1 is undecided or known", () => {
		// Types 1 to 14, with the flags that table 2.2 has for them; PUBLISH has any.
		const flags = (type: number) =>
			type === 3 ? [...Array(16).keys()] : [[6, 8, 10].includes(type) ? 2 : 0];
		for (let type = 1; type < 15; type += 1) {
			for (const flag of flags(type))
				expect(foreignProtocol(Uint8Array.of((type << 4) | flag))).toBeUndefined();
		}
	});
});

it.each([
	{ protocol: "HTTP", scheme: "mqtt", reason: "this port seems to speak HTTP (try ws://)" },
	{ protocol: "HTTP", scheme: "mqtts", reason: "this port seems to speak HTTP (try wss://)" },
	{ protocol: "TLS", scheme: "mqtt", reason: "this port seems to speak TLS (try mqtts://)" },
	{ protocol: "TLS", scheme: "ws", reason: "this port seems to speak TLS (try wss://)" },
	{ protocol: "SSH", scheme: "mqtt", reason: "this port seems to speak SSH" },
	{ protocol: "SSH", scheme: "wss", reason: "this port seems to speak SSH" },
] as const)("with $scheme and $protocol: $reason", ({ protocol, scheme, reason }) => {
	expect(foreignReason(protocol, scheme)).toBe(reason);
});
