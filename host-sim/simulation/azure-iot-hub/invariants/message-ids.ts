import type { Config } from "../../../../firmware/config.js";
import { readSaid } from "../../invariants/said-reading.js";
import type { HubWorldEvent } from "../events.js";
import { type HubInvariant, Violation } from "./invariant.js";

/** A device's messages to the hub. */
class Messages {
	/** By message id, what it says; and by what it says, the message ids. */
	readonly byId = new Map<string, string>();
	readonly bySaying = new Map<string, string>();
	/** What it measured more than once: its clock was set back. */
	readonly measured = new Map<string, number>();
}

/** A message id names one reading, and a reading that comes twice has the same one; with QoS 0 it comes once. */
export class MessageIds implements HubInvariant {
	readonly name = "what comes twice has the same message id, and nothing else has it";
	readonly #devices: ReadonlyMap<string, Messages>;

	/** @param configs of the devices: those that say when a reading was measured are looked at */
	constructor(configs: readonly Config[]) {
		const timed = configs.filter(({ telemetry }) => telemetry.time === "unix");
		this.#devices = new Map(timed.map(({ id }) => [id, new Messages()]));
	}

	onMeasured(device: string, { light, date }: { readonly light: number; readonly date: number }): void {
		const measured = this.#devices.get(device)?.measured;
		const key = `${light} at ${date}`;
		measured?.set(key, (measured.get(key) ?? 0) + 1);
	}

	onEvent(_time: number, event: HubWorldEvent): void {
		if (event.source !== "hub" || event.told.event !== "telemetry" || event.told.isWill) return;
		const { device, told } = event;
		const messages = this.#devices.get(device);
		const said = readSaid(told.payload);
		const id = told.system.messageId;
		if (messages === undefined || said?.light === undefined) return;
		if (typeof id !== "string") this.#fail(device, `a reading without a message id: ${told.payload}`);
		const key = `${said.light} at ${said.time}`;
		const [saying, other] = [messages.byId.get(id), messages.bySaying.get(key)];
		if (saying !== undefined && saying !== key) this.#fail(device, `${id} is of ${saying} and of ${key}`);
		if (saying !== undefined && told.qos === 0) this.#fail(device, `${id} came twice with QoS 0`);
		const isOnce = messages.measured.get(key) === 1;
		if (!messages.measured.has(key)) this.#fail(device, `${key} was never measured`);
		if (isOnce && other !== undefined && other !== id) this.#fail(device, `${key} is ${other} and ${id}`);
		messages.byId.set(id, key);
		messages.bySaying.set(key, id);
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
