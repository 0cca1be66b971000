import { CoProcessor } from "../../../host-sim/co-processor/chip.js";
import { crc16 } from "../../../host-sim/co-processor/crc.js";
import { FrameReader, frameOf } from "../../../host-sim/co-processor/frames.js";
import type { Stack, TcpEvents } from "../../../host-sim/co-processor/stack.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { seededRandom } from "../../support/virtual/random.js";
import { bytesOf, EACH, hexOf, joined, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

/** Bytes of an input before the stream: how it is cut. */
const HEADER = 1;
const VERSION_CALL = frameOf(Uint8Array.of(0, 1, 1, 1, 0x11, 0x22, 0x33, 0x44));
const VERSION_REPLY = "0201010111223344";

/** Calls by service and method, and some that there are not. */
const CALLS = Object.freeze(
	[
		[1, 1, 2, 3],
		[14, 1, 3, 4, 8, 15, 19, 27, 28, 47, 48, 49, 64, 65, 66, 67, 99],
		[15, 1, 4, 5, 7, 13, 14, 15],
		[16, 6, 7, 8, 9, 11, 12, 14, 15, 17, 18, 18, 18, 21, 23, 24, 25],
		[17, 1],
	].flatMap(([service = 0, ...requests]) => requests.map((request) => [service, request] as const)),
);

const word = (value: number): Uint8Array =>
	Uint8Array.from([0, 8, 16, 24], (shift) => (value >> shift) & 0xff);
const binary = (bytes: Uint8Array): Uint8Array => joined([word(bytes.length), bytes]);

/** Something that a call might have for a parameter. */
function value(random: Random): Uint8Array {
	switch (random.below(6)) {
		case 0:
			return word(random.pick([0, 0, 1, 2, 4, 8, 0xfff, 0x1007, 0x00400004, -1, random.below(2 ** 16)]));
		case 1:
			return binary(bytesOf(random.pick(["home", "password", "broker.test", "1.2.3.4", ""])));
		case 2:
			return binary(Uint8Array.of(16, 2, 7, 0x5b, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
		case 3:
			return Uint8Array.of(random.below(2));
		case 4:
			return binary(random.bytes(random.small(50)));
		default:
			return word(random.below(4));
	}
}

function call(random: Random): Uint8Array {
	const [service, request] = random.pick(CALLS);
	const values = Array.from({ length: random.below(6) }, () => value(random));
	const type = random.chance(0.9) ? 0 : random.below(5);
	return frameOf(joined([Uint8Array.of(type, request, service, 1), word(random.below(9)), ...values]));
}

/** A second reader of frames, of the whole stream at once. */
function reference(stream: Uint8Array): string {
	const lines: string[] = [];
	const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
	for (let at = 0; at + 4 <= stream.length; ) {
		const length = view.getUint16(at, true);
		const payload = stream.subarray(at + 4, at + 4 + length);
		at += 4;
		if (length > 4096) {
			lines.push("too-long");
			continue;
		}
		if (payload.length < length) break;
		lines.push(crc16(payload) === view.getUint16(at - 2, true) ? hexOf(payload) : "wrong-checksum");
		at += length;
	}
	return lines.join("\n");
}

/** A reader whose lines are payloads and faults. */
function lined(): { readonly reader: FrameReader; readonly lines: string[] } {
	const lines: string[] = [];
	const add = (line: string): void => void lines.push(line);
	return { reader: new FrameReader((payload) => add(hexOf(payload)), add), lines };
}

/** A network on which all connections open, get a few bytes and end. */
function stackOn(clock: VirtualClock): Stack {
	const begin = (events: TcpEvents) => {
		let isHeard = true;
		const later = (what: () => void, delay: number) => clock.post(() => isHeard && what(), delay);
		later(() => events.opened(), 5);
		later(() => events.received(Uint8Array.of(1, 2, 3)), 20);
		later(() => events.ended(), 200);
		const end = (): void => {
			isHeard = false;
		};
		const send = ({ length }: Uint8Array): void => void later(() => events.sent(length), 3);
		return { send, pause: () => {}, resume: () => {}, close: end, vanish: end };
	};
	return {
		connect: (_address, _port, events) => begin(events),
		openUdp: () => ({ send: () => {}, close: () => {} }),
		lookup: (name, done) => void clock.post(() => done(name === "" ? undefined : "10.0.0.1"), 10),
	};
}

/** A host's stream at the simulated radio. */
export const radio: Target = {
	name: "radio",
	covers: ["host-sim/co-processor/frames.ts", "host-sim/co-processor/server.ts"],
	share: 0.5,
	generate: (random) => {
		const calls = Array.from({ length: random.below(12) }, () => call(random));
		const stream = joined(calls);
		return joined([Uint8Array.of(random.below(256)), random.chance(0.5) ? stream : spoilt(stream, random)]);
	},
	run: (input) => {
		const [cut = 0] = input;
		const stream = input.subarray(Math.min(HEADER, input.length));
		const wanted = reference(stream);
		const { reader, lines } = lined();
		for (const byte of stream) reader.push(byte);
		demandSame(lines.join("\n"), wanted, "other frames than there are");

		const clock = new VirtualClock();
		const dhcp = { address: "10.0.0.2", mask: "255.0.0.0", gateway: "10.0.0.1" };
		const chip = new CoProcessor({
			timer: clock,
			now: () => clock.now(),
			random: seededRandom(cut),
			stack: stackOn(clock),
			accessPoints: [{ ssid: "home", password: "password", rssi: -50, channel: 1, dhcp }],
		});
		const host = lined();
		chip.onSend = (bytes) => {
			for (const byte of bytes) host.reader.push(byte);
		};
		chip.setPower(1);
		clock.advance(300);
		const mode = [WHOLE, EACH, cut][cut % 3] as number;
		for (const piece of pieces(stream, mode)) {
			chip.receive(piece, chip.baud);
			clock.advance(1);
		}
		clock.advance(60_000);
		demand(
			host.lines.every((line) => /^0[12]/.test(line)),
			"the chip sends something else than replies and events",
		);
		const { replies } = chip.statistics;
		demand(host.lines.filter((line) => line.startsWith("02")).length === replies, "replies are lost");
		chip.setPower(0);
		demand(clock.timers === 0, "timers go on without power");
		chip.setPower(1);
		clock.advance(300);
		chip.receive(VERSION_CALL, chip.baud);
		clock.advance(10);
		demand(host.lines.at(-1)?.startsWith(VERSION_REPLY) === true, "no version after a reset");
		return replies === 0 ? "no replies" : wanted.includes("-") ? "some wrong" : "replies";
	},
};
