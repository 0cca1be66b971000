import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { PacketReader } from "../../../../host-sim/azure-iot-hub/core/codec.js";
import { durationText } from "../../../../host-sim/azure-iot-hub/core/duration.js";
import { readBag, writeBag } from "../../../../host-sim/azure-iot-hub/core/property-bag.js";
import { Registry } from "../../../../host-sim/azure-iot-hub/core/registry.js";
import { covers, isSignedWith, makeToken, readToken } from "../../../../host-sim/azure-iot-hub/core/sas.js";
import { readUserName } from "../../../../host-sim/azure-iot-hub/core/user-name.js";
import { anyClientPacket, anyCuts, cut } from "../../simulation/broker/arbitraries.js";
import { connectPacket, IDENTITIES, token } from "../rig.js";

const anyText = fc.string({ unit: "grapheme", maxLength: 12 });
const anyProperties = fc.dictionary(
	anyText.filter((name) => !name.startsWith("$.") && name !== ""),
	fc.option(anyText),
	{ maxKeys: 5, noNullPrototype: true },
);

describe("a property bag", () => {
	it("[bag.encoding] [bag.null] that is written is read the same again, null and empty values too", () => {
		fc.assert(
			fc.property(anyProperties, anyProperties, (application, others) => {
				const system = Object.fromEntries(
					Object.entries(others).map(([name, value]) => [`$.${name}`, value]),
				);
				const text = writeBag({ system: { messageId: "1", ...system }, application });
				const bag = readBag(text);
				const known = { messageId: "1", ...readBag(writeBag({ system, application: {} }))?.system };
				expect(bag).toEqual({ system: known, application });
				expect(text).toMatch(/^[A-Za-z0-9_.!~*'()%=&-]*$/);
			}),
		);
	});
});

describe("a SAS token", () => {
	const segment = fc.string({
		unit: fc.constantFrom("a", "B", "%", " ", "&", "=", "é"),
		minLength: 1,
		maxLength: 4,
	});
	const resource = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join("/"));
	const key = fc
		.uint8Array({ minLength: 16, maxLength: 64 })
		.map((bytes) => Buffer.from(bytes).toString("base64"));

	it("[connect.sas] that is made is read again, signed with its key alone", () => {
		fc.assert(
			fc.property(resource, key, key, fc.integer({ min: 0, max: 2 ** 37 }), (path, own, other, seconds) => {
				const read = readToken(makeToken(path, own, seconds));
				if (typeof read === "string") throw new Error(read);
				expect(read).toMatchObject({ resource: path, expires: seconds * 1000 });
				expect([isSignedWith(read, own), isSignedWith(read, other)]).toEqual([true, own === other]);
			}),
		);
	});

	it("[connect.sas-prefix] covers what is the same up to the end of a segment, and nothing else", () => {
		fc.assert(
			fc.property(
				fc.array(segment, { minLength: 1, maxLength: 5 }),
				fc.nat(5),
				segment,
				(path, count, last) => {
					const whole = path.join("/");
					const part = path.slice(0, Math.max(1, count));
					expect(covers(part.join("/"), whole)).toBe(true);
					expect(covers(`${part.join("/")}x`, whole)).toBe(false);
					expect(covers([...path, last].join("/"), whole)).toBe(false);
				},
			),
		);
	});

	it("made by this emulator is the one an independent hand makes", () => {
		const resource = "contoso.azure-devices.net/devices/dev1";
		expect(makeToken(resource, Buffer.from("k").toString("base64"), 1, "p")).toBe(
			token({ resource, key: Buffer.from("k").toString("base64"), expires: 1, policy: "p" }),
		);
	});
});

describe("a user name", () => {
	it("[connect.username-fields] has its fields in any order", () => {
		const fields = ["api-version=2021-04-12", "model-id=dtmi%3Aa%3Bb;1", "DeviceClientType=x%20y"];
		fc.assert(
			fc.property(fc.shuffledSubarray(fields, { minLength: 3 }), (order) => {
				expect(readUserName(`h/d?x/m/?${order.join("&")}`)).toEqual({
					...{ host: "h", device: "d?x", module: "m", apiVersion: "2021-04-12" },
					...{ modelId: "dtmi:a;b;1", clientType: "x y" },
				});
			}),
		);
	});
});

describe("any packet of a client", () => {
	it("is read as mqtt-packet wrote it, however it is cut", () => {
		const connect = generate(connectPacket("dev1"));
		fc.assert(
			fc.property(fc.array(anyClientPacket, { maxLength: 4 }), anyCuts, (packets, lengths) => {
				const reader = new PacketReader(400_000);
				const bytes = Buffer.concat([connect, ...packets.map((packet) => generate(packet))]);
				const read: Packet[] = [];
				for (const piece of cut(bytes, lengths)) {
					reader.push(piece);
					for (let next = reader.next(); next !== undefined; next = reader.next()) {
						if (next.kind !== "packet") throw new Error(JSON.stringify(next));
						read.push(next.packet);
					}
				}
				expect(read.slice(1).map((packet) => Buffer.from(generate(packet)).toString("hex"))).toEqual(
					packets.map((packet) => Buffer.from(generate(packet)).toString("hex")),
				);
			}),
		);
	});
});

describe("the registry", () => {
	it.each(["", "a/b", "a b", "é", "x".repeat(129)])("takes no device id of '%s'", (device) => {
		const registry = new Registry();
		const [dev1] = IDENTITIES;
		const { authentication } = dev1 as NonNullable<typeof dev1>;
		expect(() => registry.set({ device, authentication, isEnabled: true })).toThrow(RangeError);
		expect(() => registry.set({ device: "d", module: "m", authentication, isEnabled: true })).toThrow(
			RangeError,
		);
	});
});

describe("a time for people", () => {
	it.each([
		[0, "0 s"],
		[999, "0 s"],
		[61_000, "1 min 1 s"],
		[3_600_000, "1 h"],
		[3_605_000, "1 h"],
		[90_061_000, "1 d 1 h"],
	])("of %i ms is %s", (milliseconds, text) => {
		expect(durationText(milliseconds)).toBe(text);
	});
});
