import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { MessageCounter } from "../../../host-sim/simulation/network/message-counter.js";

const publish = (length: number): Packet => ({
	cmd: "publish",
	topic: "a",
	payload: Buffer.alloc(length, 0x30),
	qos: 0,
	retain: false,
	dup: false,
});

describe("the count of messages", () => {
	it("is that of the PUBLISH packets that have ended, however the stream is cut", () => {
		const packet = fc.oneof(
			fc.constantFrom<Packet>({ cmd: "pingresp" }, { cmd: "puback", messageId: 0x3030 }),
			fc.nat({ max: 300 }).map(publish),
			fc.constant(publish(20_000)),
		);
		const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
		fc.assert(
			fc.property(fc.array(packet, { maxLength: 12 }), cuts, (packets, sizes) => {
				const stream = Buffer.concat(packets.map((one) => generate(one)));
				const counter = new MessageCounter(1024);
				let count = 0;
				for (let at = 0, turn = 0; at < stream.length; turn++) {
					const size = sizes[turn % sizes.length] as number;
					count += counter.count(stream.subarray(at, at + size));
					at += size;
				}
				expect(count).toBe(packets.filter(({ cmd }) => cmd === "publish").length);
			}),
		);
	});

	it("has a message that does not fit the buffer as soon as the buffer is full", () => {
		const stream = generate(publish(300));
		const counter = new MessageCounter(100);
		// The fixed header has 3 bytes.
		expect(counter.count(stream.subarray(0, 102))).toBe(0);
		expect(counter.count(stream.subarray(102, 103))).toBe(1);
		expect(counter.count(Buffer.concat([stream.subarray(103), generate(publish(1))]))).toBe(1);
	});
});
