import type { Message, QoS } from "../../../firmware/mqtt/packet.js";
import { Session, type SessionOptions } from "../../../firmware/mqtt/session.js";
import { ACKNOWLEDGEMENTS, acknowledgement, connack, publish, suback } from "../broker-stream.js";
import { bytesOf, joined } from "../bytes.js";
import { Random } from "../random.js";
import { type NewSession, World } from "../session/world.js";
import type { Target } from "../target.js";

/** Bytes of an input before its steps: the session's options and the time it begins at. */
const HEADER = 4;
/** A step: what to do, and three numbers. */
const STEP = 4;

type Step = (world: World, a: number, b: number, c: number) => void;

const TOPICS = ["a", "lamp/x", "é€💡", "X/telemetry", "+", "a/#", "", "a\0", "\ud800"];
const GOOD_TOPICS = 4;
const FILTERS = ["a", "+/b", "#", "é/+", "a/#/b", "", "a+", "\0"];
const GOOD_FILTERS = 4;
const BROKER_TOPICS = ["a", "X/commands", "é💡", "d", "#", "", "a\0b"].map(bytesOf);
const FLAGS = Object.freeze([0, 2, 4, 4, 1, 3, 5, 10, 12, 8, 6]);
const MAXIMUM_PACKET = 120;

/** What is done by name, and how likely it is. */
const STEPS: readonly (readonly [name: string, weight: number, step: Step])[] = Object.freeze([
	["connect", 3, (world) => world.connect()],
	["pump", 8, (world, a) => world.pump(a % 6)],
	["answer", 14, (world, a) => world.broker.answer(a < 200 ? 0 : a)],
	["deliver", 14, (world, a) => world.deliver(a < 150 ? 0 : a % 24)],
	["message", 10, (world, a, b, c) => world.broker.send(brokerMessage(a, b, c))],
	["acknowledge", 6, (world, a, b) => world.broker.send(acknowledgement(at(ACKNOWLEDGEMENTS, a), b & 7))],
	["suback", 1, (world, a, b) => world.broker.send(suback(a & 7, b < 128 ? [1] : [0, 0x80, b]))],
	["connack", 1, (world, a) => world.broker.send(connack((a & 8) > 0, a & 7))],
	["spoil", 3, (world, a, b) => world.broker.spoil(a * 256 + b)],
	["raw", 1, (world, a, b) => world.broker.send(new Random(a).bytes(b & 31))],
	["publish", 12, (world, a, b, c) => world.publish(...ownMessage(a, b, c))],
	["subscribe", 2, (world, a, b) => world.subscribe(...subscriptions(a, b))],
	["unsubscribe", 2, (world, a, b) => world.unsubscribe(...filters(a, b))],
	["wait", 4, (world, a, b) => world.wait(a < 200 ? a * 8 : b * 200)],
	["disconnect", 1, (world) => world.disconnect()],
	["lose", 2, (world) => world.lose()],
	["crash", 1, (world) => world.crash()],
]);

/** Each step's number, as often as it is likely. */
const LIKELY = STEPS.flatMap(([, weight], index) => Array<number>(weight).fill(index));
const number = (name: string): number => STEPS.findIndex(([one]) => one === name);
const PROLOGUE = ["connect", "pump", "answer", "deliver"].map(number);

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const brokerMessage = (a: number, b: number, c: number): Uint8Array =>
	publish(at(FLAGS, a), at(BROKER_TOPICS, b < 240 ? b & 3 : b), b >> 5, new Uint8Array(c < 220 ? c & 31 : c));

function ownMessage(a: number, b: number, c: number): [message: Message, isGood: boolean] {
	const topic = at(TOPICS, b < 230 ? b % GOOD_TOPICS : b);
	const payload = c < 240 ? "x".repeat(c & 15) : new Uint8Array(c);
	const message: Message = { topic, payload, qos: at<QoS>([0, 1, 2], a), retain: a > 127 };
	return [message, TOPICS.indexOf(topic) < GOOD_TOPICS && c < 240];
}

function filters(a: number, b: number): [filters: string[], isGood: boolean] {
	const chosen = Array.from({ length: a < 20 ? 0 : 1 + (a & 1) }, (_, index) =>
		at(FILTERS, b < 220 ? (b + index) % GOOD_FILTERS : b + index),
	);
	return [chosen, chosen.length > 0 && chosen.every((filter) => FILTERS.indexOf(filter) < GOOD_FILTERS)];
}

function subscriptions(a: number, b: number): [{ filter: string; qos: QoS }[], boolean] {
	const [chosen, isGood] = filters(a, b);
	return [chosen.map((filter) => ({ filter, qos: 1 })), isGood];
}

/** The options that the header stands for. */
function optionsOf(input: Uint8Array): SessionOptions {
	const [a = 0, b = 0, c = 0] = input;
	return {
		connect: { clientId: "lamp", cleanSession: (a & 3) === 0, keepAlive: (b & 3) === 0 ? 0 : 2000 },
		receiveBuffer: (a & 4) === 0 ? 64 : 256,
		inFlight: 1 + ((a >> 3) & 3),
		maximumPacket: MAXIMUM_PACKET,
		attempts: c & 3,
		pieces: true,
		responseTimeout: 1000,
	};
}

const STARTS = Object.freeze([0, 2 ** 31 - 2000, 2 ** 32 - 2000]);

function stepsOf(input: Uint8Array): Uint8Array[] {
	const steps: Uint8Array[] = [];
	for (let start = HEADER; start < input.length; start += STEP)
		steps.push(input.subarray(start, start + STEP));
	return steps;
}

function play(input: Uint8Array, newSession: NewSession, log?: (line: string) => void): World {
	const world = new World(optionsOf(input), at(STARTS, input[3] ?? 0), newSession, log);
	for (const [what = 0, a = 0, b = 0, c = 0] of stepsOf(input)) {
		const [name, , step] = at(STEPS, what);
		log?.(`${name} ${a} ${b} ${c}`);
		step(world, a, b, c);
	}
	world.end();
	return world;
}

function describe(input: Uint8Array, newSession: NewSession): string {
	const { connect, ...options } = optionsOf(input);
	const lines = [JSON.stringify({ ...connect, ...options })];
	try {
		play(input, newSession, (line) => lines.push(line));
	} catch (error) {
		lines.push(String(error));
	}
	return lines.join("\n");
}

/** Everything that must hold for a session, whatever program and broker do. */
export const sessionTarget = (name: string, newSession: NewSession): Target => ({
	name,
	covers: [
		"firmware/mqtt/session.ts",
		"firmware/mqtt/delivery.ts",
		"firmware/mqtt/in-flight.ts",
		"firmware/mqtt/received.ts",
		"firmware/mqtt/requests.ts",
		"firmware/mqtt/keep-alive.ts",
		"firmware/mqtt/record.ts",
		"firmware/mqtt/decode.ts",
		"firmware/mqtt/encode.ts",
	],
	share: 30,
	generate: (random) => {
		const steps = random.chance(0.95) ? PROLOGUE.map((step) => Uint8Array.of(step, 0, 0, 0)) : [];
		for (let count = random.small(120); count > 0; count--) {
			steps.push(Uint8Array.of(random.pick(LIKELY), random.below(256), random.below(256), random.below(256)));
		}
		return joined([Uint8Array.from({ length: HEADER }, () => random.below(256)), ...steps]);
	},
	run: (input) => play(input, newSession).outcome,
	split: (input) => [input.subarray(0, HEADER), ...stepsOf(input)],
	describe: (input) => describe(input, newSession),
});

export const session = sessionTarget("session", (options) => new Session(options));
