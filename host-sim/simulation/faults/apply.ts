import type { Config } from "../../../firmware/config.js";
import type { BrokerFaults } from "../broker/faults.js";
import type { Clock } from "../clock.js";
import type { SimulatedDevice } from "../device/device.js";
import { UNKNOWN } from "../invariants/commands-arrive.js";
import type { Network } from "../network/network.js";
import { drawOrders } from "../orders/draw-orders.js";
import { ORDERER, type Orderer } from "../orders/orderer.js";
import { Random } from "../random.js";
import type { SimulatedServer } from "../server/server.js";
import { NOBODY, SOMEBODY, type Stranger } from "../stranger.js";
import { ordersOf, topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import type { WorldBroker } from "../world-broker.js";
import { HOUR, type PlannedFault } from "./plan.js";

/** Milliseconds, at most, from what a device sends to the power cut that leaves its fate open: answers take longer. */
const ON_ITS_WAY = 9;

/** What of a world faults reach. */
export interface FaultyWorld {
	readonly clock: Pick<Clock, "post">;
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
	/** A device. @throws RangeError when there is none with this id */
	deviceOf(id: string): SimulatedDevice;
	switchOn(id: string): void;
	cutPower(id: string): void;
	/** Something happened. */
	record(event: WorldEvent): void;
}

/** Undoes a fault that lasts. */
type Undo = () => void;

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

const accessOf = (world: FaultyWorld, target: string) =>
	target === "server"
		? world.server.access
		: target === ORDERER
			? world.orderer.access
			: world.deviceOf(target).access;

/** What happens at once. */
function happen(world: FaultyWorld, { fault, target }: PlannedFault, random: Random): void {
	switch (fault) {
		case "reset":
			for (const connection of [...accessOf(world, target).connections]) connection.reset();
			return;
		case "halfOpen":
			for (const connection of accessOf(world, target).connections) {
				connection.cut(random.pick(["up", "down", "both"] as const));
			}
			return;
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
	const { clock, broker, network } = world;
	switch (fault) {
		case "latency":
			return accessOf(world, target).latency.replace(random.between(50, 2000));
		case "jitter":
			return accessOf(world, target).jitter.replace(random.between(10, 500));
		case "split":
			return accessOf(world, target).split.replace(0.8);
		case "stall":
			for (const connection of accessOf(world, target).connections) {
				connection.stall(random.pick(["up", "down"] as const), duration);
			}
			return () => {};
		case "refusal":
			return accessOf(world, target).attempt.replace("refuse");
		case "hang":
			return accessOf(world, target).attempt.replace("hang");
		case "lookup":
			return accessOf(world, target).lookup.replace(random.pick(["fail", "hang"] as const));
		case "wifi": {
			const access = accessOf(world, target);
			const isTold = random.chance(0.5);
			for (const connection of [...access.connections]) {
				if (isTold) connection.fail({ code: "no-network", reason: "no Wi-Fi" });
				else connection.cut("both");
			}
			return access.attempt.replace(isTold ? "refuse" : "hang");
		}
		case "power": {
			const { access, storage } = world.deviceOf(target);
			let isOver = false;
			const cut = () => {
				if (!isOver) world.cutPower(target);
			};
			if (random.chance(0.5)) storage.cutAt(random.between(1, 6), cut);
			else access.afterSends(random.between(1, 6), () => clock.post(cut, random.between(1, ON_ITS_WAY)));
			// Telemetry is always under way; what comes to the device is so now.
			if (random.chance(0.5)) sendNonsense(world, target, random);
			// Who stores and sends nothing loses it all the same.
			clock.post(cut, Math.min(duration / 2, 3000));
			// Now and then it comes back for a moment.
			if (random.chance(0.4)) {
				const again = Math.min(duration * 0.6, 20_000);
				clock.post(() => world.switchOn(target), again);
				clock.post(cut, again + random.between(1, Math.min(duration * 0.3, 8000)));
			}
			return () => {
				isOver = true;
				storage.cutAt(0, cut);
				access.afterSends(0, cut);
				world.switchOn(target);
			};
		}
		case "storage": {
			const trouble = random.pick(["full", "broken"] as const);
			return world.deviceOf(target).storage.trouble.replace(trouble);
		}
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

function sendNonsense(world: FaultyWorld, target: string, random: Random): void {
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
