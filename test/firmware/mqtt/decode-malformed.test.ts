import { describe, expect, it } from "vitest";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import {
	BODIES,
	LONG,
	MALFORMED,
	NO_TOPIC,
	PUBLISH_FLAGS,
	UNEXPECTED_TYPES,
	WRONG_FLAGS,
	WRONG_LENGTHS,
} from "./malformed.js";
import { byteByByte, concat, decodeAll, hex, splits } from "./support.js";

const PUBACK = hex("40 02 00 01");

describe("a decoder that is given", () => {
	it.each(MALFORMED)("$name says so, and is silent ever after", ({ bytes, reason }) => {
		const malformed = { kind: "malformed", reason };
		expect(decodeAll([bytes])).toEqual([malformed]);
		expect(decodeAll([concat(bytes, PUBACK), PUBACK])).toEqual([malformed]);
		expect(decodeAll([concat(PUBACK, bytes, PUBACK)])).toEqual([{ kind: "puback", id: 1 }, malformed]);
		expect(decodeAll([...byteByByte(concat(bytes, PUBACK)), PUBACK])).toEqual([malformed]);
		for (const pieces of splits(bytes)) expect(decodeAll([...pieces, PUBACK])).toEqual([malformed]);
	});
});

describe("a wrong packet is refused before its body is there", () => {
	it.each([
		...WRONG_FLAGS.map(({ name, bytes, reason }) => ({ name, bytes: bytes.subarray(0, 1), reason })),
		...UNEXPECTED_TYPES.map(({ name, bytes, reason }) => ({ name, bytes: bytes.subarray(0, 1), reason })),
		...PUBLISH_FLAGS.map(({ name, bytes, reason }) => ({ name, bytes: bytes.subarray(0, 1), reason })),
		...WRONG_LENGTHS.map(({ name, bytes, reason }) => ({ name, bytes: bytes.subarray(0, 2), reason })),
		{ name: "a fifth byte of Remaining Length", bytes: hex("30 80 80 80 80"), reason: LONG },
		{ name: "a SUBACK larger than the receive buffer", bytes: hex("90 81 08"), reason: /type 9 with 1025/ },
		{ name: "a SUBACK of 256 MB", bytes: hex("90 ff ff ff 7f"), reason: /type 9 with 268435455/ },
		{ name: "a PINGRESP of 256 MB", bytes: hex("d0 ff ff ff 7f"), reason: /type 13 with 268435455/ },
	])("$name", ({ bytes, reason }) => {
		const decoder = new Decoder(1024);
		decoder.push(bytes);
		expect(decoder.next()).toEqual({
			kind: "malformed",
			reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
		});
		expect(decoder.next()).toBeUndefined();
	});

	it("but no sooner than the byte that makes it wrong", () => {
		for (const { bytes, reason } of BODIES) {
			if (reason === LONG || reason === NO_TOPIC) continue;
			expect(decodeAll([bytes.subarray(0, -1)])).toEqual([]);
		}
	});

	it("and a SUBACK as large as the receive buffer is taken", () => {
		const codes = new Uint8Array(1022).fill(1);
		const bytes = concat(hex("90 80 08 00 01"), codes);
		const suback = { kind: "suback", id: 1, returnCodes: Array.from(codes) };
		expect(decodeAll([bytes])).toEqual([suback]);
		expect(decodeAll(byteByByte(bytes))).toEqual([suback]);
	});
});

describe("every first byte", () => {
	const PUBLISH = [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3a, 0x3b, 0x3c, 0x3d];
	const TAKEN = [0x20, ...PUBLISH, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0];

	it("but those of the packets a broker sends is refused at once [MQTT-2.2.2-2]", () => {
		const taken = Array.from({ length: 256 }, (_, first) => first).filter(
			(first) => decodeAll([Uint8Array.of(first)]).length === 0,
		);
		expect(taken).toEqual(TAKEN);
	});
});
