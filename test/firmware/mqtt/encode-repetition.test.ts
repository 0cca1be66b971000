import { describe, expect, it } from "vitest";
import { encodePublish, markDuplicate } from "../../../firmware/mqtt/encode.js";
import type { Message } from "../../../firmware/mqtt/packet.js";
import { readRecord } from "../../../firmware/mqtt/record.js";
import { toHex } from "./support.js";

const message = (options: Partial<Message>): Message => ({
	topic: "a/b",
	payload: "on",
	qos: 1,
	retain: false,
	...options,
});

describe("a repetition", () => {
	it("differs from the first sending in DUP only [MQTT-3.3.1-1] [MQTT-2.3.1-3]", () => {
		const bytes = encodePublish(message({ qos: 1, retain: true }), 7);
		expect(toHex(bytes)).toBe("33090003612f6200076f6e");
		markDuplicate(bytes);
		expect(toHex(bytes)).toBe("3b090003612f6200076f6e");
		markDuplicate(bytes);
		expect(toHex(bytes)).toBe("3b090003612f6200076f6e");
	});

	it.each([0, 117, 118, 119, 16_373, 16_374, 2_097_142])(
		"has its packet id read, with %i bytes of payload",
		(length) => {
			const payload = new Uint8Array(length).fill(0xff);
			for (const topic of ["a", "a/\u20ac/b"]) {
				for (const id of [1, 0x00ff, 0xff00, 0xffff]) {
					for (const qos of [1, 2] as const) {
						const packet = encodePublish(message({ topic, payload, qos }), id);
						expect(readRecord(packet)).toEqual({ kind: "publish", id });
					}
				}
			}
		},
	);
});
