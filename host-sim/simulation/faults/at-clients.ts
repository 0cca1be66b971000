import type { Clock } from "../clock.js";
import type { SimulatedDevice } from "../device/device.js";
import type { Access } from "../network/network.js";
import type { Random } from "../random.js";

/** Milliseconds, at most, from what a device sends to the power cut that leaves its fate open: answers take longer. */
const ON_ITS_WAY = 9;

/** What of any world the faults of its clients reach: of devices, and of who else has a way to the broker. */
export interface FaultyClients {
	readonly clock: Pick<Clock, "post">;
	/** How a client gets at the network. */
	accessOf(target: string): Access;
	/** A device. @throws RangeError when there is none with this id */
	deviceOf(id: string): SimulatedDevice;
	switchOn(id: string): void;
	cutPower(id: string): void;
	/** Sends a device something that changes nothing. */
	disturb(id: string, random: Random): void;
}

/** Undoes a fault that lasts. */
export type Undo = () => void;

/** What happens to a client at once; `false`: it is another fault. */
export function happenToClient(world: FaultyClients, fault: string, target: string, random: Random): boolean {
	switch (fault) {
		case "reset":
			for (const connection of [...world.accessOf(target).connections]) connection.reset();
			return true;
		case "halfOpen":
			for (const connection of world.accessOf(target).connections) {
				connection.cut(random.pick(["up", "down", "both"] as const));
			}
			return true;
		default:
			return false;
	}
}

/** What a client has for a while; `undefined`: it is another fault. */
export function beginAtClient(
	world: FaultyClients,
	fault: string,
	{ target, duration }: { readonly target: string; readonly duration: number },
	random: Random,
): Undo | undefined {
	const { clock } = world;
	switch (fault) {
		case "latency":
			return world.accessOf(target).latency.replace(random.between(50, 2000));
		case "jitter":
			return world.accessOf(target).jitter.replace(random.between(10, 500));
		case "split":
			return world.accessOf(target).split.replace(0.8);
		case "stall":
			for (const connection of world.accessOf(target).connections) {
				connection.stall(random.pick(["up", "down"] as const), duration);
			}
			return () => {};
		case "refusal":
			return world.accessOf(target).attempt.replace("refuse");
		case "hang":
			return world.accessOf(target).attempt.replace("hang");
		case "lookup":
			return world.accessOf(target).lookup.replace(random.pick(["fail", "hang"] as const));
		case "wifi": {
			const access = world.accessOf(target);
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
			if (random.chance(0.5)) world.disturb(target, random);
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
		default:
			return undefined;
	}
}
