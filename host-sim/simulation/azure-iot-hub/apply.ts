import type { Hub } from "../../azure-iot-hub/core/hub.js";
import { beginAtClient, type FaultyClients, happenToClient, type Undo } from "../faults/at-clients.js";
import { HOUR, type PlannedFault } from "../faults/plan.js";
import { Random } from "../random.js";
import type { HubWorldEvent } from "./events.js";
import type { HubFault } from "./faults.js";
import type { Misbehaviour } from "./misbehaviour.js";
import { drawAction, type ServiceAction } from "./service.js";

/** What of a world with a hub faults reach. */
export interface FaultyHub extends FaultyClients {
	readonly hub: Hub;
	/** The id that the hub knows a device by. */
	hubIdOf(device: string): string;
	misbehaviourTo(device: string): Misbehaviour;
	/** Another client takes a device's identity, until the function that is returned is called. */
	rival(device: string, random: Random): Undo;
	/** The hub closes all connections, and takes none until the function that is returned is called. */
	stopHub(): Undo;
	/** Somebody wants something of a device. */
	serve(device: string, action: ServiceAction): void;
	/** Something happened. */
	record(event: HubWorldEvent): void;
}

/** Lets a fault happen, and its end when its time is over. */
export function applyHubFault(world: FaultyHub, planned: PlannedFault<HubFault>): void {
	const { fault, target, duration, seed } = planned;
	const random = new Random(seed, fault);
	if (duration === 0) {
		world.record({ source: "fault", fault, target, phase: "once" });
		happen(world, planned, random);
		return;
	}
	world.record({ source: "fault", fault, target, phase: "begin" });
	const undo = begin(world, planned, random);
	world.clock.post(() => {
		undo();
		world.record({ source: "fault", fault, target, phase: "end" });
	}, duration);
}

function happen(world: FaultyHub, { fault, target, seed }: PlannedFault<HubFault>, random: Random): void {
	if (happenToClient(world, fault, target, random)) return;
	switch (fault) {
		case "kick":
			world.hub.kick(world.hubIdOf(target));
			return;
		case "forget":
			return world.hub.forgetSessions(world.hubIdOf(target));
		case "service":
			return world.serve(target, drawAction(random, seed));
		default:
	}
}

function begin(world: FaultyHub, planned: PlannedFault<HubFault>, random: Random): Undo {
	const { fault, target } = planned;
	const undo = beginAtClient(world, fault, planned, random);
	if (undo !== undefined) return undo;
	if (fault === "hubStop") return world.stopHub();
	const wrong = world.misbehaviourTo(target);
	switch (fault) {
		case "clock": {
			const device = world.deviceOf(target);
			const most = random.pick([10_000, HOUR / 6, 2 * HOUR]);
			const step = random.between(-most, most);
			device.clockError += step;
			return () => {
				device.clockError -= step;
			};
		}
		case "rival":
			return world.rival(target, random);
		case "throttle":
			return wrong.throttle.replace(true);
		case "throttleTwin":
			return wrong.throttleTwin.replace(true);
		case "ignore":
			return wrong.ignore.replace(true);
		case "connack":
			return wrong.connack.replace(random.pick([1, 2, 3, 4, 5] as const));
		case "hubAnswers":
			return wrong.answer.replace(() =>
				random.chance(0.3) ? "drop" : random.chance(0.3) ? random.between(1, 15_000) : "send",
			);
		default:
			return () => {};
	}
}
