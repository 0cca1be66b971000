import type { ServerRefusalCode } from "./events.js";
import { LitDevices } from "./lit-devices.js";
import { type Command, DEFAULT_THRESHOLD, decide, type Rule } from "./rule.js";
import { cut, excerptOf, parseTelemetry, type Telemetry } from "./telemetry.js";
import { type DeviceIds, isDeviceId, Topics, type TopicTemplates } from "./topics.js";

/** A message as it came from the broker. */
export interface Message {
	readonly topic: string;
	readonly payload: Uint8Array;
	/** The broker kept it and delivered it because of a new subscription [MQTT-3.3.1-8]. */
	readonly retain: boolean;
}

/** What is to be done about a message, in this order. */
export type Action =
	| { kind: "received"; device: string; topic: string; payload: Telemetry }
	/** Publish `body` (UTF-8) at QoS 0, not retained. `payload` is the same, unserialised. */
	| {
			kind: "send";
			device: string;
			topic: string;
			payload: Command;
			body: string;
	  }
	/** Dropped. `topic` and `payload` are cut at 200 characters. */
	| {
			kind: "refused";
			device?: string;
			topic: string;
			code: ServerRefusalCode;
			reason: string;
			payload: string;
	  };

/** How many messages came, how many of them were refused, how many commands followed. */
export interface Counts {
	readonly messages: number;
	readonly refused: number;
	readonly commands: number;
}

/** What the core is made for. */
export interface CoreOptions {
	/** The device's id, or those of several; left out or `+`: all devices. */
	readonly id?: DeviceIds;
	/** The LED is on below it; 300 if left out. */
	readonly threshold?: number | undefined;
	/** How far above the threshold the LED goes off again; 0 if left out. */
	readonly hysteresis?: number | undefined;
	/** `{id}/telemetry` and `{id}/commands` if left out. */
	readonly topics?: TopicTemplates | undefined;
}

/** A person's command to a device, in the place of the rule. */
export interface Hold {
	readonly led: boolean;
	/** When the rule decides again, by the clock of who set it, in milliseconds. */
	readonly until: number;
}

/**
 * The nightlight server without a network: a message in, actions out. One
 * command for each valid telemetry message, unless a person's command holds;
 * everything else is refused, with a reason, and never throws.
 *
 * A retained message is refused too: the reading is of unknown age, and a
 * command made from it could contradict the one for the newest reading.
 */
export class ServerCore {
	/** Those that are meant; `undefined`: all. */
	readonly #ids: ReadonlySet<string> | undefined;
	readonly #rule: Rule;
	readonly #lit = new LitDevices();
	/** A person's commands that hold, and the light that came last meanwhile. */
	readonly #holds = new Map<string, Hold & { light?: number }>();
	readonly #topics: Topics;
	#messages = 0;
	#refused = 0;
	#commands = 0;

	/** @throws RangeError if the id, the threshold, the hysteresis or a topic is not usable */
	constructor(options: CoreOptions = {}) {
		const ids = options.id === "+" ? undefined : options.id;
		const each = typeof ids === "string" ? [ids] : ids;
		if (each !== undefined && !(each.length > 0 && each.every(isDeviceId)))
			throw new RangeError("id: 1 to 64 of letters, digits, -, _, . (or + for all devices)");
		const threshold = options.threshold ?? DEFAULT_THRESHOLD;
		if (!Number.isFinite(threshold)) throw new RangeError("threshold: a finite number");
		const hysteresis = options.hysteresis ?? 0;
		if (!Number.isFinite(hysteresis) || hysteresis < 0)
			throw new RangeError("hysteresis: a finite number, 0 or more");
		this.#ids = each && new Set(each);
		this.#rule = { threshold, hysteresis };
		this.#topics = new Topics(ids, options.topics);
	}

	/** The topic filters to subscribe to, at QoS 0. */
	get filters(): readonly string[] {
		return this.#topics.filters;
	}

	/** What was counted since the beginning. */
	get counts(): Counts {
		return {
			messages: this.#messages,
			refused: this.#refused,
			commands: this.#commands,
		};
	}

	/** Where a device takes commands. */
	commandTopic(device: string): string {
		return this.#topics.commandsOf(device);
	}

	/** Has the LED of a device as a person wants it, and the rule say nothing, until a time. Returns what to send. */
	hold(device: string, hold: Hold): Action {
		this.#holds.set(device, { ...hold });
		return this.#command(device, { led_on: hold.led });
	}

	/**
	 * Ends a hold: the rule decides again. Returns what it says of the light that came meanwhile, if any
	 * came; no hold is no mistake.
	 */
	release(device: string): Action[] {
		const light = this.#holds.get(device)?.light;
		this.#holds.delete(device);
		return light === undefined ? [] : [this.#decide(device, light)];
	}

	/**
	 * Takes a message and returns what to do about it. Never throws.
	 * @param now by the clock of `hold`; matters while something is held only
	 */
	receive(message: Message, now = 0): Action[] {
		this.#messages += 1;
		const device = this.#topics.deviceOf(message.topic);
		if (device === undefined)
			return this.#refuse(message, "unsubscribed-topic", `the topic is not ${this.#topics.telemetry}`);
		if (this.#ids?.has(device) === false)
			return this.#refuse(message, "unsubscribed-topic", "the topic was not subscribed to");
		if (message.retain) return this.#refuse(message, "retained-reading", "retained: the reading may be old");
		const parsed = parseTelemetry(message.payload);
		switch (parsed.kind) {
			case "malformed":
				return this.#refuse(message, parsed.code, parsed.reason);
			case "telemetry":
				return this.#answer(message.topic, device, parsed.telemetry, now);
		}
	}

	#answer(topic: string, device: string, telemetry: Telemetry, now: number): Action[] {
		const received: Action = { kind: "received", device, topic, payload: telemetry };
		const hold = this.#holds.get(device);
		if (hold !== undefined && now < hold.until) {
			hold.light = telemetry.light;
			return [received];
		}
		this.#holds.delete(device);
		return [received, this.#decide(device, telemetry.light)];
	}

	#decide(device: string, light: number): Action {
		return this.#command(device, decide(light, this.#rule, this.#lit.has(device)));
	}

	#command(device: string, payload: Command): Action {
		this.#commands += 1;
		if (this.#rule.hysteresis > 0) this.#lit.set(device, payload.led_on);
		const body = JSON.stringify(payload);
		return { kind: "send", device, topic: this.#topics.commandsOf(device), payload, body };
	}

	#refuse(message: Message, code: ServerRefusalCode, reason: string): Action[] {
		this.#refused += 1;
		const topic = cut(message.topic);
		const payload = excerptOf(message.payload);
		const device = this.#topics.deviceOf(message.topic);
		return [{ kind: "refused", ...(device !== undefined && { device }), topic, code, reason, payload }];
	}
}
