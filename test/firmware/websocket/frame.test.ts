import fc from "fast-check";
import { expect, it } from "vitest";
import { base64 } from "../../../firmware/websocket/base64.js";
import { closePayload, encodeFrame, LONGEST_HEADER } from "../../../firmware/websocket/frame.js";
import { anyCuts, cut, hex, newReceiver } from "./support.js";

it.each([
	// RFC 6455, 5.7
	{ name: "the RFC's Hello", opcode: 1, payload: "48656c6c6f", frame: "81 85 37fa213d 7f9f4d5158" },
	{ name: "an empty message", opcode: 2, payload: "", frame: "82 80 37fa213d" },
	{ name: "a pong", opcode: 10, payload: "01", frame: "8a 81 37fa213d 36" },
	{ name: "a Close", opcode: 8, payload: "03e8", frame: "88 82 37fa213d 3412" },
])("$name is written as a masked frame", ({ opcode, payload, frame }) => {
	expect(encodeFrame(opcode, hex(payload), 0x37fa213d)).toEqual(hex(frame));
});

it("has a Close frame's code in two bytes", () => {
	expect(closePayload(1002)).toEqual(hex("03ea"));
});

const anyPayload = fc.oneof(
	fc.uint8Array({ maxLength: 130 }),
	fc.constantFrom(125, 126, 65_535, 65_536).map((length) => new Uint8Array(length).fill(5)),
);

it("is read by npm's ws, whatever the payload, the mask and the cuts", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(anyPayload, { maxLength: 3 }),
			fc.nat(0xffff_ffff),
			anyCuts,
			async (payloads, mask, cuts) => {
				const receiver = newReceiver();
				const received: Buffer[] = [];
				receiver.on("message", (data: Buffer) => received.push(data));
				const failed = new Promise<never>((_, reject) => receiver.on("error", reject));
				const frames = payloads.map((payload) => encodeFrame(2, payload, mask));
				for (const [index, frame] of frames.entries()) {
					expect(frame.length - (payloads[index]?.length ?? 0)).toBeLessThanOrEqual(LONGEST_HEADER);
				}
				for (const piece of cut(Buffer.concat(frames), cuts)) receiver.write(Buffer.from(piece));
				await Promise.race([failed, new Promise((done) => receiver.end(done))]);
				expect(received.map((data) => Buffer.compare(data, Buffer.alloc(0)))).toHaveLength(payloads.length);
				expect(Buffer.concat(received).equals(Buffer.concat(payloads))).toBe(true);
			},
		),
	);
});

it("writes Base64 as Node does", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
			expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
		}),
	);
});
