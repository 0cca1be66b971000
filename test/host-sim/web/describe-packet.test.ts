import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { describeFrame, describePacket } from "../../../host-sim/web/describe-packet.js";

const frame = (packet: Packet) => {
	const bytes = generate(packet);
	return { bytes, length: bytes.length };
};
const publish = { cmd: "publish", topic: "lamp/telemetry", qos: 0, dup: false, retain: false } as const;
const connect: Packet = {
	cmd: "connect",
	clientId: "lamp",
	protocolVersion: 4,
	protocolId: "MQTT",
	clean: true,
	keepalive: 60,
};

describe("a packet", () => {
	it.each<[string, Packet, object]>([
		[
			"PUBLISH",
			{ ...publish, qos: 1, messageId: 7, dup: true, retain: true, payload: "{}" },
			{ type: "PUBLISH", topic: "lamp/telemetry", qos: 1, id: 7, dup: true, retain: true, payload: "{}" },
		],
		[
			"CONNECT",
			{ ...connect, will: { topic: "lamp/status", payload: Buffer.from("offline") } },
			{ type: "CONNECT", label: "lamp, clean session, keep-alive 60 s, will lamp/status" },
		],
		["CONNACK", { cmd: "connack", returnCode: 0, sessionPresent: true }, { label: "session present" }],
		[
			"a CONNACK that refuses",
			{ cmd: "connack", returnCode: 4, sessionPresent: false },
			{ label: "code 4", refused: "the broker refuses user name and password" },
		],
		[
			"SUBSCRIBE",
			{ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "lamp/commands", qos: 1 }] } as Packet,
			{ topic: "lamp/commands", qos: 1, id: 1 },
		],
		["SUBACK", { cmd: "suback", messageId: 1, granted: [1] }, { label: "granted QoS 1" }],
		[
			"a SUBACK that refuses",
			{ cmd: "suback", messageId: 1, granted: [128] },
			{ refused: "the broker refuses the subscription" },
		],
		["PUBACK", { cmd: "puback", messageId: 9 }, { type: "PUBACK", id: 9 }],
		["PINGREQ", { cmd: "pingreq" }, { type: "PINGREQ", hex: "c000", length: 2 }],
	])("is described: %s", (_, packet, fields) => {
		const seen = frame(packet);
		expect(describeFrame(seen)).toMatchObject({ length: seen.length, ...fields });
		expect(describePacket(packet)).toEqual(describeFrame(seen));
	});

	it("of a login shows neither password nor its length", () => {
		for (const password of ["s3cret-word", "x"]) {
			const packet = { ...connect, username: "me", password: Buffer.from(password) } as Packet;
			for (const view of [describeFrame(frame(packet)), describePacket(packet)]) {
				expect(view.label).toBe("lamp, clean session, keep-alive 60 s, user me, with password");
				expect(Buffer.from(view.hex, "hex").toString("latin1").slice(-7)).toBe("me\0\x03***");
				expect(view.length).toBe(view.hex.length / 2);
			}
		}
	});

	it("of a login that cannot be read shows nothing", () => {
		const { bytes } = frame({ ...connect, username: "me", password: Buffer.from("s3cret") } as Packet);
		bytes[4] = 0xff;
		expect(describeFrame({ bytes, length: bytes.length })).toEqual({
			type: "CONNECT",
			label: "malformed",
			hex: "",
			length: bytes.length,
		});
	});

	it.each([
		["text", Buffer.from("é".repeat(150)), "é".repeat(150)],
		["long text", Buffer.from("é".repeat(5000)), `${"é".repeat(199)}…`],
		["text that just fits", Buffer.from("é".repeat(200)), "é".repeat(200)],
		["bytes", Buffer.from([0xff, 0, 1]), "0xff0001"],
		["many bytes", Buffer.alloc(5000, 0xff), `0x${"ff".repeat(98)}…`],
		["bytes that just fit", Buffer.alloc(99, 0xff), `0x${"ff".repeat(99)}`],
		["nothing", Buffer.alloc(0), ""],
	])("shows of its payload at most 200 characters: %s", (_, payload, shown) => {
		expect(describeFrame(frame({ ...publish, payload }))).toMatchObject({ payload: shown });
	});

	it("that is larger than what is kept is told by its head", () => {
		const bytes = generate({ ...publish, payload: Buffer.alloc(70_000) });
		expect(describeFrame({ bytes: bytes.subarray(0, 65_536), length: bytes.length })).toMatchObject({
			type: "PUBLISH",
			label: "too large to be shown",
			length: bytes.length,
		});
	});

	it("is described whatever its bytes are", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 2, maxLength: 80 }), (bytes) => {
				const view = describeFrame({ bytes, length: bytes.length });
				expect(view.hex.length).toBeLessThanOrEqual(128);
				expect((view.payload ?? "").length).toBeLessThanOrEqual(200);
			}),
		);
	});
});
