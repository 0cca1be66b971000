import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { Framer } from "../../../host-sim/web/framer.js";

const packet = (size: number) =>
	generate({ cmd: "publish", topic: "t", payload: Buffer.alloc(size, 7), qos: 0, dup: false, retain: false });

function frames(chunks: readonly Uint8Array[]) {
	const found: { length: number; hex: string }[] = [];
	const framer = new Framer(({ length, bytes }) =>
		found.push({ length, hex: Buffer.from(bytes).toString("hex") }),
	);
	for (const chunk of chunks) framer.push(chunk);
	return found;
}

const whole = (bytes: Uint8Array) => ({
	length: bytes.length,
	hex: Buffer.from(bytes.subarray(0, 65_536)).toString("hex"),
});

describe("a stream", () => {
	it("is cut into its packets wherever its chunks end", () => {
		const sizes = fc.array(fc.oneof(fc.nat(300), fc.constantFrom(122, 123, 124, 16_380, 16_381, 70_000)), {
			maxLength: 5,
		});
		fc.assert(
			fc.property(sizes, fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }), (all, cuts) => {
				const packets = [...all.map(packet), Buffer.from([0xc0, 0])];
				const stream = Buffer.concat(packets);
				const chunks: Uint8Array[] = [];
				for (let at = 0, cut = 0; at < stream.length; cut++) {
					const size = cuts[cut % cuts.length] as number;
					chunks.push(stream.subarray(at, at + size));
					at += size;
				}
				expect(frames(chunks)).toEqual(packets.map(whole));
			}),
		);
	});

	it("is cut byte by byte", () => {
		const stream = Buffer.concat([packet(130), packet(0)]);
		expect(frames(Array.from(stream, (byte) => Uint8Array.of(byte)))).toHaveLength(2);
	});

	it("is left alone after a length that is none", () => {
		expect(frames([Buffer.from([0xc0, 0, 0x30, 0xff, 0xff, 0xff, 0xff]), packet(1)])).toEqual([
			{ length: 2, hex: "c000" },
		]);
	});
});
