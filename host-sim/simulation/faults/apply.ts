import type { Config } from "../../../firmware/config.js";
import type { BrokerFaults } from "../broker/faults.js";
import { UNKNOWN } from "../invariants/commands-arrive.js";
import type { Network } from "../network/network.js";
import { drawOrders } from "../orders/draw-orders.js";
import type { Orderer } from "../orders/orderer.js";
import { Random } from "../random.js";
import type { SimulatedServer } from "../server/server.js";
import { NOBODY, SOMEBODY, type Stranger } from "../stranger.js";
import { ordersOf, topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import type { WorldBroker } from "../world-broker.js";
import { beginAtClient, type FaultyClients, happenToClient, type Undo } from "./at-clients.js";
import { HOUR, type PlannedFault } from "./plan.js";

/** What of a world faults reach. */
export interface FaultyWorld extends FaultyClients {
	readonly network: Network;
	readonly broker: Pick<WorldBroker, "crash">;
	readonly server: Pick<SimulatedServer, "access" | "crash">;
	/** Whoever else publishes. */
	readonly stranger: Stranger;
	/** Whoever orders. */
	readonly orderer: Orderer;
	/** The layout of the topics, which server and devices share. */
	readonly topics: Config["topics"];
	/** What the broker does wrong at present. */
	readonly misbehaviour: BrokerFaults;
	/** Something happened. */
	record(event: WorldEvent): void;
}

/** Lets a fault happen, and its end when its time is over. */
export function applyFault(world: FaultyWorld, planned: PlannedFault): void {
	const { fault, target, duration, seed } = planned;
	const random = new Random(seed, fault);
	if (duration === 0) {
		happen(world, planned, random);
		world.record({ source: "fault", fault, target, phase: "once" });
		return;
	}
	world.record({ source: "fault", fault, target, phase: "begin" });
	const undo = begin(world, planned, random);
	world.clock.post(() => {
		undo();
		world.record({ source: "fault", fault, target, phase: "end" });
	}, duration);
}

/** What happens at once. */
function happen(world: FaultyWorld, { fault, target }: PlannedFault, random: Random): void {
	if (happenToClient(world, fault, target, random)) return;
	switch (fault) {
		case "clockStep":
			world.deviceOf(target).clockError += random.between(-HOUR, HOUR);
			return;
		case "nonsense":
			return target === "server" ? confuse(world, random) : sendNonsense(world, target, random);
		case "stranger": {
			const command = `{"led_on":${random.chance(0.5)}}`;
			return sendCommand(world, target, command, random);
		}
		case "order":
			return sendOrders(world, target, random);
		default:
	}
}

/** What lasts. */
function begin(world: FaultyWorld, { fault, target, duration }: PlannedFault, random: Random): Undo {
	const undo = beginAtClient(world, fault, { target, duration }, random);
	if (undo !== undefined) return undo;
	const { broker, network } = world;
	switch (fault) {
		case "crash":
		case "amnesia": {
			broker.crash(fault === "crash");
			return network.listener.replace(undefined);
		}
		case "serverCrash":
			world.server.crash(duration);
			return () => {};
		case "lostAnswer":
		case "hangUp":
		case "closeOnPublish":
			return misbehave(world, fault, random);
		default:
			return () => {};
	}
}

/** The broker does something wrong; of two things of the same kind the later one counts. */
function misbehave(
	{ misbehaviour }: FaultyWorld,
	fault: "lostAnswer" | "hangUp" | "closeOnPublish",
	random: Random,
): Undo {
	switch (fault) {
		case "lostAnswer": {
			const answer = () =>
				random.chance(0.3) ? "drop" : random.chance(0.3) ? random.between(1, 15_000) : "send";
			misbehaviour.answer = answer;
			return () => {
				if (misbehaviour.answer === answer) misbehaviour.answer = undefined;
			};
		}
		case "hangUp": {
			const accept = () => "close" as const;
			misbehaviour.accept = accept;
			return () => {
				if (misbehaviour.accept === accept) misbehaviour.accept = undefined;
			};
		}
		case "closeOnPublish": {
			const publish = () => "close" as const;
			misbehaviour.publish = publish;
			return () => {
				if (misbehaviour.publish === publish) misbehaviour.publish = undefined;
			};
		}
	}
}

function sendOrders(world: FaultyWorld, target: string, random: Random): void {
	const topic = ordersOf(world.topics, target);
	if (topic === undefined) return;
	for (const order of drawOrders(random, world.deviceOf(target).config)) world.orderer.order(topic, order);
}

/** Somebody sends a device what is no command. */
export function sendNonsense(world: FaultyWorld, target: string, random: Random): void {
	for (const text of nonsense(random)) sendCommand(world, target, text, random);
}

/** A stranger sends something where a device takes commands. */
function sendCommand(world: FaultyWorld, target: string, text: string | Uint8Array, random: Random): void {
	const { commands } = topicsOf(world.deviceOf(target).config);
	if (commands !== undefined) world.stranger.publish(commands, text, random);
}

/** Messages that are no command for a nightlight: several that are unlike all others (`UNKNOWN`), or one. */
function nonsense(random: Random): (string | Uint8Array)[] {
	if (random.chance(0.5)) {
		const numbers = Array.from({ length: random.between(1, 5) }, () => random.below(2 ** 32));
		return numbers.map((number) => `${UNKNOWN}${number}}`);
	}
	const text = random.pick(["", "{", "led_on", '{"led_on":"yes"}', '{"led":true}', "[1]", "null", "5000"]);
	if (text === "5000") return [new Uint8Array(5000).fill(0x78)];
	return [random.chance(0.2) ? Uint8Array.of(0xc3, 0x28) : text];
}

/** Sends the server what is no reading, or one that the broker may keep for later. */
function confuse({ stranger, topics }: FaultyWorld, random: Random): void {
	const publish = (id: string, payload: string | Uint8Array) =>
		stranger.publish(topicsOf({ id, topics }).telemetry as string, payload, random);
	if (random.chance(0.7)) return publish(NOBODY, noReading(random));
	publish(SOMEBODY, `{"light":${random.between(0, 1023)}}`);
}

/** What is no reading of a light sensor. */
function noReading(random: Random): string | Uint8Array {
	const light = random.pick(['"dark"', "null", "1e999", "[5]", "true"]);
	const other = random.pick(["", "{", "5", "[]", "null", '{"dark":5}', "[".repeat(5000)]);
	return random.chance(0.1) ? Uint8Array.of(0xff) : random.chance(0.5) ? `{"light":${light}}` : other;
}
