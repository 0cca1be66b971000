import { describe, expect, it } from "vitest";
import {
	encodeAcknowledgement,
	encodeConnect,
	encodeDisconnect,
	encodePingreq,
	encodePublish,
	encodeSubscribe,
	encodeUnsubscribe,
} from "../../../firmware/mqtt/encode.js";
import { type ConnectOptions, PacketType, type QoS } from "../../../firmware/mqtt/packet.js";
import { utf8 } from "./support.js";

const FLAG = { reserved: 0x01, clean: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, username: 0x80 };

/** CONNECT as its bytes are: flags, and the fields of the payload, one after the other (3.1). */
function read(options: ConnectOptions): { flags: number; fields: Uint8Array[] } {
	const bytes = encodeConnect(options);
	const fields: Uint8Array[] = [];
	// No packet here needs more than one byte of Remaining Length.
	expect(bytes[1]).toBe(bytes.length - 2);
	for (let at = 12; at < bytes.length; ) {
		const end = at + 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number));
		expect(end).toBeLessThanOrEqual(bytes.length);
		fields.push(bytes.subarray(at + 2, end));
		at = end;
	}
	return { flags: bytes[9] as number, fields };
}

const WILLS = ([0, 1, 2] as const).flatMap((qos) =>
	[false, true].map((retain) => ({ topic: "w/\u00e9", payload: "gone", qos, retain })),
);
const LOGINS = [
	{},
	{ username: "u\u20ac" },
	{ username: "u", password: "p" },
	{ username: "", password: "" },
	{ username: "", password: "p" },
];

/** Every combination of what CONNECT may have. */
const ALL: readonly ConnectOptions[] = [undefined, ...WILLS].flatMap((will) =>
	LOGINS.flatMap((login) =>
		[false, true].map((cleanSession) => ({ clientId: "lamp", cleanSession, keepAlive: 0, will, ...login })),
	),
);
const withWill = ALL.filter(({ will }) => will !== undefined);
const withoutWill = ALL.filter(({ will }) => will === undefined);

const qosOf = (flags: number): number => (flags >> 3) & 0x03;

describe("CONNECT in every combination", () => {
	it("has the reserved flag 0, and clean session as asked for [MQTT-3.1.2-3] [MQTT-3.1.2-6]", () => {
		for (const options of ALL) {
			const { flags } = read(options);
			expect(flags & FLAG.reserved).toBe(0);
			expect((flags & FLAG.clean) !== 0).toBe(options.cleanSession);
		}
	});

	it("without a will has none of its flags and fields [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15]", () => {
		for (const options of withoutWill) {
			const { flags, fields } = read(options);
			expect(flags & FLAG.will).toBe(0);
			expect(qosOf(flags)).toBe(0);
			expect(flags & FLAG.willRetain).toBe(0);
			const logins = [options.username, options.password].filter((field) => field !== undefined);
			expect(fields).toHaveLength(1 + logins.length);
		}
	});

	it("with a will has its flags, topic and message [MQTT-3.1.2-9] [MQTT-3.1.2-14] [MQTT-3.1.2-16] [MQTT-3.1.2-17] [MQTT-3.1.3-10]", () => {
		for (const options of withWill) {
			const { flags, fields } = read(options);
			expect(flags & FLAG.will).toBe(FLAG.will);
			expect(qosOf(flags)).toBe(options.will?.qos);
			expect((flags & FLAG.willRetain) !== 0).toBe(options.will?.retain);
			expect(fields.slice(1, 3)).toEqual([utf8("w/\u00e9"), utf8("gone")]);
		}
	});

	it("has a user name exactly where its flag is set [MQTT-3.1.2-18] [MQTT-3.1.2-19]", () => {
		for (const { password: _, ...options } of ALL) {
			const { flags, fields } = read(options);
			const { username } = options;
			expect((flags & FLAG.username) !== 0).toBe(username !== undefined);
			const others = fields.slice(options.will === undefined ? 1 : 3);
			expect(others).toEqual(username === undefined ? [] : [utf8(username)]);
		}
	});

	it("has a password exactly where its flag is set, and never without a user name [MQTT-3.1.2-20] [MQTT-3.1.2-21] [MQTT-3.1.2-22]", () => {
		for (const options of ALL) {
			const { flags, fields } = read(options);
			const { username, password } = options;
			expect((flags & FLAG.password) !== 0).toBe(password !== undefined);
			if (flags & FLAG.password) expect(flags & FLAG.username).toBe(FLAG.username);
			const others = fields.slice(options.will === undefined ? 1 : 3);
			expect(others).toEqual(
				[username, password].flatMap((field) => (field === undefined ? [] : [utf8(`${field}`)])),
			);
		}
	});

	it("has the client id first, and the others in the order of the standard [MQTT-3.1.3-1] [MQTT-3.1.3-3]", () => {
		for (const options of ALL) {
			const { will, username, password } = options;
			const fields = ["lamp", will?.topic, will?.payload, username, password];
			const there = fields.filter((field) => field !== undefined);
			expect(read(options).fields).toEqual(there.map((field) => utf8(`${field}`)));
		}
	});
});

describe("a client id", () => {
	const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	it.each([1, 2, 22, 23])("of %i ASCII letters and digits goes as it is [MQTT-3.1.3-5]", (length) => {
		for (let start = 0; start + length <= LETTERS.length; start++) {
			const clientId = LETTERS.slice(start, start + length);
			expect(read({ clientId, cleanSession: false, keepAlive: 0 }).fields).toEqual([utf8(clientId)]);
		}
	});

	it("beyond ASCII goes as UTF-8 [MQTT-3.1.3-4]", () => {
		const clientId = "l\u00e4mp-\u20ac-\u{1f4a1}";
		expect(read({ clientId, cleanSession: false, keepAlive: 0 }).fields).toEqual([utf8(clientId)]);
	});
});

describe("the flags of a fixed header", () => {
	const publish = (qos: QoS, retain: boolean) => encodePublish({ topic: "a", payload: "", qos, retain }, 1);

	/** Table 2.2 of the standard. */
	it.each([
		{
			name: "CONNECT",
			bytes: encodeConnect({ clientId: "a", cleanSession: true, keepAlive: 0 }),
			first: 0x10,
		},
		{ name: "PUBLISH with QoS 0", bytes: publish(0, false), first: 0x30 },
		{ name: "PUBLISH with QoS 1", bytes: publish(1, false), first: 0x32 },
		{ name: "PUBLISH with QoS 2, retained", bytes: publish(2, true), first: 0x35 },
		{ name: "PUBACK", bytes: encodeAcknowledgement(PacketType.PUBACK, 1), first: 0x40 },
		{ name: "PUBREC", bytes: encodeAcknowledgement(PacketType.PUBREC, 1), first: 0x50 },
		{ name: "PUBREL", bytes: encodeAcknowledgement(PacketType.PUBREL, 1), first: 0x62 },
		{ name: "PUBCOMP", bytes: encodeAcknowledgement(PacketType.PUBCOMP, 1), first: 0x70 },
		{ name: "SUBSCRIBE", bytes: encodeSubscribe([{ filter: "a", qos: 0 }], 1), first: 0x82 },
		{ name: "UNSUBSCRIBE", bytes: encodeUnsubscribe(["a"], 1), first: 0xa2 },
		{ name: "PINGREQ", bytes: encodePingreq(), first: 0xc0 },
		{ name: "DISCONNECT", bytes: encodeDisconnect(), first: 0xe0 },
	])("are those of the table for $name [MQTT-2.2.2-1]", ({ bytes, first }) => {
		expect(bytes[0]).toBe(first);
	});
});
