import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { MessageReader, type ReadMessage } from "../../../host-sim/simulation/network/message-reader.js";

const publish = (length: number, qos: 0 | 1 | 2 = 0, retain = false): Packet => ({
	cmd: "publish",
	topic: "a",
	payload: Buffer.alloc(length, 0x30),
	...{ qos, retain, dup: false, messageId: 0x3030 },
});

const CAPACITY = 1024;

describe("messages read", () => {
	it("are the PUBLISH packets that have ended, however the stream is cut", () => {
		const packet = fc.oneof(
			fc.constantFrom<Packet>({ cmd: "pingresp" }, { cmd: "puback", messageId: 0x3030 }),
			fc.tuple(fc.nat({ max: 300 }), fc.constantFrom(0, 1, 2), fc.boolean()).map((all) => publish(...all)),
			fc.constant(publish(20_000)),
		);
		const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
		fc.assert(
			fc.property(fc.array(packet, { maxLength: 12 }), cuts, (packets, sizes) => {
				const stream = Buffer.concat(packets.map((one) => generate(one)));
				const reader = new MessageReader(CAPACITY);
				const read: ReadMessage[] = [];
				for (let at = 0, turn = 0; at < stream.length; turn++) {
					const size = sizes[turn % sizes.length] as number;
					read.push(...reader.take(stream.subarray(at, at + size)));
					at += size;
				}
				const sent = packets.flatMap((one) => (one.cmd === "publish" ? [one] : []));
				expect(read).toEqual(
					sent.map(({ retain, payload }) => ({
						retain,
						...(payload.length > CAPACITY
							? { payload: undefined }
							: { topic: "a", payload: payload.toString() }),
					})),
				);
			}),
		);
	});

	it("have one that does not fit the buffer as soon as the buffer is full, without its payload", () => {
		const stream = generate(publish(300));
		const reader = new MessageReader(100);
		// The fixed header has 3 bytes.
		expect(reader.take(stream.subarray(0, 102))).toEqual([]);
		expect(reader.take(stream.subarray(102, 103))).toEqual([{ retain: false, payload: undefined }]);
		const rest = Buffer.concat([stream.subarray(103), generate(publish(1))]);
		expect(reader.take(rest)).toEqual([{ topic: "a", retain: false, payload: "0" }]);
	});
});
