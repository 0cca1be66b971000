import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NetstringReader, netstring } from "../../../host-sim/engines/xs/netstring.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("netstrings", () => {
	it.each([
		{ kind: "e", bytes: "", wire: "1:e," },
		{ kind: "?", bytes: "abc", wire: "4:?abc," },
		{ kind: "/", bytes: "0123456789", wire: "11:/0123456789," },
	])("are a length, a colon, the bytes, a comma: $wire", ({ kind, bytes, wire }) => {
		expect(text(netstring(kind, Buffer.from(bytes)))).toBe(wire);
	});

	it("are found however the stream is cut", () => {
		fc.assert(
			fc.property(
				fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
				fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
				(messages, cuts) => {
					const wire = Buffer.concat(messages.map((bytes) => netstring("x", bytes)));
					const found: string[] = [];
					const reader = new NetstringReader((message) => found.push(text(message)));
					for (let at = 0, turn = 0; at < wire.length; turn++) {
						const size = cuts[turn % cuts.length] as number;
						reader.push(wire.subarray(at, at + size));
						at += size;
					}
					expect(found).toEqual(messages.map((bytes) => `x${text(bytes)}`));
				},
			),
		);
	});

	it.each(["x:a,", ":a,", "1:ab", "1234567890", "-1:,", "9999999999:"])(
		"are refused when they are none: %s",
		(wire) => {
			const reader = new NetstringReader(() => {});
			expect(() => reader.push(Buffer.from(wire))).toThrow(/netstring/);
		},
	);
});
