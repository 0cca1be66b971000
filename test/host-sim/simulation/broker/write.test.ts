import fc from "fast-check";
import { type Packet, parser } from "mqtt-packet";
import { expect, it } from "vitest";
import type { Publish } from "../../../../host-sim/simulation/broker/packet.js";
import { PacketReader } from "../../../../host-sim/simulation/broker/read.js";
import { PacketWriter } from "../../../../host-sim/simulation/broker/write.js";
import { anyPublish } from "./arbitraries.js";
import { generated } from "./support.js";

type Kind =
	| "connack"
	| "publish"
	| "puback"
	| "pubrec"
	| "pubrel"
	| "pubcomp"
	| "suback"
	| "unsuback"
	| "pingresp";
type Written = Extract<Packet, { readonly cmd?: Kind }>;

const id = fc.integer({ min: 1, max: 0xffff });

/** A packet of a server, as mqtt-packet takes it. */
const anyWritten: fc.Arbitrary<Written> = fc.oneof(
	anyPublish,
	fc.record({
		cmd: fc.constant("connack" as const),
		sessionPresent: fc.boolean(),
		returnCode: fc.integer({ min: 0, max: 5 }),
	}),
	fc.record({ cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"), messageId: id }),
	fc.record({ cmd: fc.constant("unsuback" as const), messageId: id, granted: fc.constant<number[]>([]) }),
	fc.record({
		cmd: fc.constant("suback" as const),
		messageId: id,
		granted: fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 150 }),
	}),
	fc.constant({ cmd: "pingresp" as const }),
);

/** A message as the reader gives it. */
function messageOf(packet: Packet): Publish["message"] {
	const reader = new PacketReader();
	reader.push(generated(packet));
	return (reader.next() as Publish).message;
}

function write(writer: PacketWriter, packet: Written): void {
	const { messageId = 0 } = packet;
	switch (packet.cmd) {
		case "connack":
			return writer.connack(packet.sessionPresent, packet.returnCode ?? 0);
		case "publish":
			return writer.publish(messageOf(packet), packet.qos, packet.retain, packet.dup, messageId);
		case "suback":
			return writer.suback(messageId, packet.granted as number[]);
		case "unsuback":
			return writer.unsuback(messageId);
		case "pingresp":
			return writer.pingresp();
		default:
			return writer.acknowledge(packet.cmd, messageId);
	}
}

it("packets are written as mqtt-packet writes them, and read by it", () => {
	fc.assert(
		fc.property(fc.array(anyWritten, { minLength: 1, maxLength: 8 }), (packets) => {
			const writer = new PacketWriter();
			for (const packet of packets) write(writer, packet);
			const taken = writer.take();
			expect(Buffer.from(taken)).toEqual(Buffer.concat(packets.map(generated)));
			const read: string[] = [];
			const reader = parser();
			reader.on("packet", ({ cmd }) => read.push(cmd));
			reader.parse(Buffer.from(taken));
			expect(read).toEqual(packets.map(({ cmd }) => cmd));
		}),
		{ numRuns: 300 },
	);
});

it("what was taken stays as it is, and is not taken twice", () => {
	const writer = new PacketWriter();
	expect(writer.isEmpty).toBe(true);
	writer.unsuback(1);
	expect(writer.isEmpty).toBe(false);
	const first = writer.take();
	expect(writer.isEmpty).toBe(true);
	writer.pingresp();
	expect([...first]).toEqual([0xb0, 2, 0, 1]);
	expect([...writer.take()]).toEqual([0xd0, 0]);
	expect(writer.take()).toHaveLength(0);
});

it("as many are taken as were written, whatever their length", () => {
	const writer = new PacketWriter();
	const lengths = [...Array<number>(300).fill(1), 100, 5000, ...Array<number>(300).fill(40)];
	const packets = lengths.map((length) =>
		generated({
			cmd: "publish",
			topic: "t",
			payload: Buffer.alloc(length, length),
			qos: 0,
			dup: false,
			retain: false,
		}),
	);
	for (let turn = 0; turn < 2; turn++) {
		for (const packet of packets) {
			const reader = new PacketReader();
			reader.push(packet);
			writer.publish((reader.next() as Publish).message, 0, false, false, 0);
		}
		expect(Buffer.from(writer.take())).toEqual(Buffer.concat(packets));
	}
});
