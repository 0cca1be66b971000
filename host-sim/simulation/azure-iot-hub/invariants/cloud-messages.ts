import type { HubWorldEvent } from "../events.js";
import type { HubDeviceSpec } from "../variety.js";
import { recovered } from "./calm.js";
import { type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

/** Messages to one device. */
class Letters {
	/** In the order of sending, by message id: how often the hub sent each, and how often the device told of it. */
	readonly sent = new Map<string, number>();
	readonly told = new Map<string, number>();
	/** The place in that order of the last one that was told for the first time. */
	newest = -1;
	readonly places = new Map<string, number>();
}

/** A message from the cloud is obeyed, or refused and told, as often as it comes, in order; none is lost. */
export class CloudMessages implements HubInvariant {
	readonly name = "a message from the cloud is obeyed or refused, in order, and none is lost";
	/** Of devices that take them with QoS 1: with 0 the hub completes what it has sent. */
	readonly #devices: ReadonlyMap<string, Letters>;

	constructor(devices: readonly HubDeviceSpec[]) {
		const sure = devices.filter(({ config }) => config.commands.qos === 1);
		this.#devices = new Map(sure.map(({ config }) => [config.id, new Letters()]));
	}

	onEvent(_time: number, event: HubWorldEvent): void {
		if (event.source !== "hub" && event.source !== "device") return;
		const { device } = event;
		const letters = this.#devices.get(device);
		if (letters === undefined) return;
		if (event.source === "device") {
			if (event.event === "response") this.#tell(device, letters, event.id, event.status);
			if (event.event === "refused") this.#tell(device, letters, idIn(event.topic));
			return;
		}
		const { told } = event;
		if (told.event === "c2d-queued") letters.places.set(told.messageId, letters.places.size);
		if (told.event === "c2d-sent") add(letters.sent, told.messageId);
		if (told.event === "c2d-completed" && !event.isRival && !letters.told.has(told.messageId))
			this.#fail(device, `${told.messageId} is acknowledged, and neither obeyed nor refused`);
	}

	check(world: HubWorldView): void {
		for (const { id, waiting } of recovered(world))
			if (waiting > 0) this.#fail(id, `${waiting} messages wait for it at the hub`);
	}

	/** @param status of a command's answer: one that is refused is told by its refusal, too, and counts there */
	#tell(device: string, letters: Letters, id: string | undefined, status = 200): void {
		const place = id === undefined ? undefined : letters.places.get(id);
		if (id === undefined || place === undefined || status !== 200) return;
		if (!letters.told.has(id)) {
			if (place < letters.newest) this.#fail(device, `${id} comes after one that was sent later`);
			letters.newest = place;
		}
		const [told, sent] = [add(letters.told, id), letters.sent.get(id) ?? 0];
		if (told > sent) this.#fail(device, `${id} came ${sent} times, and is obeyed or refused ${told} times`);
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}

/** The message id in the topic of a message from the cloud. */
const idIn = (topic: string): string | undefined => /[/&?]%24\.mid=([^&]+)/.exec(topic)?.[1];

function add(counts: Map<string, number>, id: string): number {
	const count = (counts.get(id) ?? 0) + 1;
	counts.set(id, count);
	return count;
}
