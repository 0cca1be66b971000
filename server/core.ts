import { Acknowledger, DEFAULT_NAME } from "./acks.js";
import type { Action, Message } from "./action.js";
import { Delivery, eventsOf } from "./delivery.js";
import { DeviceSet } from "./device-set.js";
import { Dispatcher } from "./dispatcher.js";
import type { ServerRefusalCode } from "./events.js";
import { type Command, DEFAULT_THRESHOLD, decide, type Rule } from "./rule.js";
import { MemoryStore } from "./store/memory.js";
import { type Store, StoreFailure } from "./store/store.js";
import { cut, excerptOf, parseTelemetry, type Reading, type Telemetry } from "./telemetry.js";
import { type DeviceIds, isDeviceId, Topics, type TopicTemplates } from "./topics.js";

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
	/** `{id}/telemetry`, `{id}/commands` and so on if left out. */
	readonly topics?: TopicTemplates | undefined;
	/** Where readings and orders go; if left out, a store that remembers orders and readings' numbers until the server ends. */
	readonly store?: Store | undefined;
	/** 1 to 32 of letters, digits, `.`, `_`, `-`; `nightlight` if left out. */
	readonly name?: string | undefined;
	/** When it began, in milliseconds since 1970; 0 if left out. */
	readonly since?: number | undefined;
	/** Whether it neither commands nor acknowledges, and only takes what comes. */
	readonly observes?: boolean | undefined;
	/** Uniform, 0 up to 1, for the names of streams; Math.random if left out. */
	readonly random?: (() => number) | undefined;
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
 * everything else is refused, with a reason, and never throws. A device that
 * numbers its readings is told which of them are stored; those that come again,
 * or late, are not answered with a command. Orders are kept until a device has
 * answered them.
 *
 * A retained message is refused too: the reading is of unknown age, and a
 * command made from it could contradict the one for the newest reading.
 */
export class ServerCore {
	/** Those that are meant; `undefined`: all. */
	readonly #ids: ReadonlySet<string> | undefined;
	readonly #rule: Rule;
	readonly #lit = new DeviceSet();
	/** A person's commands that hold, and the light that came last meanwhile. */
	readonly #holds = new Map<string, Hold & { light?: number }>();
	readonly #topics: Topics;
	readonly #delivery: Delivery;
	readonly #acknowledger: Acknowledger;
	/** Not there when it observes, or there are no topics for orders. */
	readonly #dispatcher: Dispatcher | undefined;
	#messages = 0;
	#refused = 0;
	#commands = 0;

	/**
	 * @throws RangeError if the id, the threshold, the hysteresis, the name or a topic is not usable
	 * @throws StoreFailure if the store cannot say which orders are open
	 */
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
		const { name = DEFAULT_NAME, since = 0, observes = false, store = new MemoryStore() } = options;
		this.#delivery = new Delivery(store);
		this.#ids = each && new Set(each);
		this.#rule = { threshold, hysteresis };
		this.#topics = new Topics(ids, options.topics);
		this.#acknowledger = new Acknowledger({ name, since }, this.#topics, observes);
		const { random = Math.random } = options;
		if (!observes && this.#topics.orderFilters.length > 0)
			this.#dispatcher = new Dispatcher({ name, topics: this.#topics, store: store.orders, random });
	}

	/** The topic filters to subscribe to, at QoS 0. */
	get filters(): readonly string[] {
		return this.#topics.filters;
	}

	/** What to subscribe to after the first `ack`, if the broker allows it: what other servers say to the devices. */
	get ackFilters(): readonly string[] {
		return this.#acknowledger.filters;
	}

	/** What to subscribe to besides, at QoS 1, if the broker allows it: orders, and what devices say of themselves. */
	get orderFilters(): readonly string[] {
		return this.#dispatcher === undefined ? [] : this.#topics.orderFilters;
	}

	/** When to call `tick`, by the clock of `receive`; `undefined` when nothing waits for it. */
	get alarm(): number | undefined {
		return this.#dispatcher?.alarm;
	}

	/** When to call `commit`, by the clock of `receive`; `undefined` when nothing waits for it. */
	get due(): number | undefined {
		return this.#delivery.due;
	}

	/** Whether something waits for the commit that comes again only if the broker has no acknowledgement of it. */
	get isOwing(): boolean {
		return this.#delivery.isOwing || this.#dispatcher?.isWaiting === true;
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
		return this.#command(device, { led_on: hold.led, by: "hand" });
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
	 * @param now milliseconds of a clock that is never set, which is that of `hold` and `due`
	 * @param date milliseconds since 1970
	 */
	receive(message: Message, now = 0, date = 0): Action[] {
		const device = this.#topics.deviceOf(message.topic);
		if (device === undefined && this.#topics.isAck(message.topic))
			return this.#acknowledger.hear(message, date);
		const other = device === undefined ? this.#dispatcher?.deviceOf(message.topic) : undefined;
		if (other !== undefined) return this.#dispatch(other, message, now, date);
		this.#messages += 1;
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
				return this.#take(message, device, parsed, now, date);
		}
	}

	/** The link to the broker is online, with its subscriptions. Call it each time, then look at `due` and `alarm`. */
	connected(now = 0): void {
		this.#dispatcher?.connected(now);
	}

	/** The link to the broker is lost. */
	disconnected(): void {
		this.#dispatcher?.disconnected();
	}

	/** It is as late as `alarm`. What is to be done about it comes with `commit`. */
	tick(now = 0, date = 0): void {
		this.#dispatcher?.tick(now, date);
		this.#hurry(now);
	}

	/**
	 * Stores what waits and returns what to tell the devices of it; call it when it is `due`, and at the end. It is
	 * due again if the store failed.
	 */
	commit(now = 0): Action[] {
		const commit = this.#delivery.commit(now, this.#dispatcher?.changes);
		if (commit.kind === "committed") {
			const acks = commit.progress.flatMap((progress) => this.#acknowledger.acknowledge(progress));
			const actions = [...acks, ...(this.#dispatcher?.settle(now) ?? [])];
			if (!commit.isBack) return actions;
			return [{ kind: "told", event: { event: "store", state: "working" } }, ...actions];
		}
		const { code, message: reason } = commit.failure;
		if (!commit.isNew) return [];
		const told: Action = { kind: "told", event: { event: "store", state: "failed", code, reason } };
		return code === "damaged" ? [told, { kind: "broken", reason }] : [told];
	}

	#dispatch(device: string, message: Message, now: number, date: number): Action[] {
		if (this.#ids?.has(device) === false)
			return this.#refuse(message, "unsubscribed-topic", "the topic was not subscribed to");
		try {
			const refusal = this.#acknowledger.isAnswering
				? this.#dispatcher?.receive(device, message, now, date)
				: undefined;
			this.#hurry(now);
			return refusal === undefined ? [] : [refusalOf(message, refusal.code, refusal.reason, device)];
		} catch (error) {
			if (!(error instanceof StoreFailure)) throw error;
			// It is not confirmed, so its sender sends it again.
			this.#delivery.unread(error, now);
			return [];
		}
	}

	#hurry(now: number): void {
		if (this.#dispatcher?.isWaiting) this.#delivery.hurry(now);
	}

	#take({ topic, qos = 0 }: Message, device: string, reading: Reading, now: number, date: number): Action[] {
		this.#dispatcher?.heard(device, now);
		this.#hurry(now);
		const finding = this.#delivery.take(device, reading, now, date, qos > 0);
		const { standing, isNewest } = finding;
		const told = eventsOf(device, reading, finding).map((event) => ({ kind: "told", event }) as const);
		// Nothing that was not known: neither how the device is, nor a reading to be stored.
		if (!isNewest && (standing === "duplicate" || standing === "gap" || standing === "put-off")) return told;
		const { telemetry } = reading;
		if (isNewest && this.#acknowledger.isAnswering)
			return [...told, ...this.#answer(topic, device, telemetry, now)];
		return [...told, { kind: "received", device, topic, payload: telemetry }];
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
		return [refusalOf(message, code, reason, this.#topics.deviceOf(message.topic))];
	}
}

const refusalOf = (
	message: Message,
	code: ServerRefusalCode,
	reason: string,
	device: string | undefined,
): Action => ({
	kind: "refused",
	...(device !== undefined && { device }),
	...{ topic: cut(message.topic), code, reason, payload: excerptOf(message.payload) },
});
