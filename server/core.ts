import { Acknowledger, DEFAULT_NAME } from "./acks.js";
import type { Action, Message } from "./action.js";
import { type CoreOptions, type Counts, idsOf, ruleOf } from "./core-options.js";
import { Decider, type Hold, type Verdict } from "./decider.js";
import { Delivery, eventsOf } from "./delivery.js";
import { Dispatcher } from "./dispatcher.js";
import type { ServerRefusalCode } from "./events.js";
import { GROUP_ORDERS, orderedGroup } from "./group-topics.js";
import type { RuleView } from "./rules/decision.js";
import type { RuleSet } from "./rules/rule-set.js";
import { MemoryStore } from "./store/memory.js";
import { StoreFailure } from "./store/store.js";
import { cut, excerptOf, parseTelemetry, type Reading } from "./telemetry.js";
import { Topics } from "./topics.js";

/**
 * The nightlight server without a network: a message in, actions out. One
 * command for each valid telemetry message, unless a person's command holds,
 * and those that rules decide; everything else is refused, with a reason, and never throws. A device that
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
	readonly #decider: Decider;
	readonly #topics: Topics;
	readonly #delivery: Delivery;
	readonly #acknowledger: Acknowledger;
	/** Not there when it observes, or there are no topics for orders. */
	readonly #dispatcher: Dispatcher | undefined;
	/** Whether it works by a rule file, whose groups may be ordered. */
	readonly #hasGroups: boolean;
	#messages = 0;
	#refused = 0;
	#commands = 0;

	/**
	 * @throws RangeError if the id, the threshold, the hysteresis, the name or a topic is not usable
	 * @throws StoreFailure if the store cannot say which orders are open
	 */
	constructor(options: CoreOptions = {}) {
		const ids = idsOf(options);
		const { name = DEFAULT_NAME, since = 0, observes = false, store = new MemoryStore() } = options;
		this.#delivery = new Delivery(store);
		this.#ids = ids === undefined ? undefined : new Set([ids].flat());
		this.#decider = new Decider(ruleOf(options), options.rules);
		this.#topics = new Topics(ids, options.topics);
		this.#acknowledger = new Acknowledger({ name, since }, this.#topics, observes);
		const { random = Math.random } = options;
		if (!observes && this.#topics.orderFilters.length > 0)
			this.#dispatcher = new Dispatcher({
				...{ name, topics: this.#topics, store: store.orders, random },
				members: (group) => this.members(group)?.filter((device) => this.#ids?.has(device) !== false),
			});
		this.#hasGroups = options.rules !== undefined;
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
		if (this.#dispatcher === undefined) return [];
		return [...this.#topics.orderFilters, ...(this.#hasGroups ? [GROUP_ORDERS] : [])];
	}

	/** When to call `tick`, by the clock of `receive`; `undefined` when nothing waits for it. */
	get alarm(): number | undefined {
		return earliest(this.#dispatcher?.alarm, this.#decider.rules.alarm);
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

	/** How each rule of the rule file is now; times by the clock of `receive`. */
	rulesView(now = 0): readonly RuleView[] {
		return this.#decider.rules.view(now);
	}

	/** The devices of a group of the rule file; `undefined` for a group that is not known. */
	members(group: string): readonly string[] | undefined {
		return this.#decider.rules.members(group);
	}

	/** Works by the rules of another file from now on. Returns what to tell and to send. */
	setRules(set: RuleSet, now = 0): Action[] {
		return this.#act(this.#decider.replace(set, now));
	}

	/** Has the LED of a device as a person wants it, and the rule say nothing, until a time. Returns what to send. */
	hold(device: string, hold: Hold): Action[] {
		return this.#act([this.#decider.hold(device, hold)]);
	}

	/**
	 * Ends a hold: the rule decides again. Returns what it says of the light that came meanwhile, if any
	 * came; no hold is no mistake.
	 */
	release(device: string): Action[] {
		return this.#act(this.#decider.release(device));
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
		const group =
			this.#dispatcher === undefined || !this.#hasGroups ? undefined : orderedGroup(message.topic);
		if (group !== undefined && device === undefined) return this.#dispatchGroup(group, message, now, date);
		this.#messages += 1;
		if (device === undefined)
			return this.#refuse(message, "unsubscribed-topic", `the topic is not ${this.#topics.telemetry}`);
		if (this.#ids?.has(device) === false)
			return this.#refuse(message, "unsubscribed-topic", "the topic was not subscribed to");
		if (message.retain) return this.#refuse(message, "retained-reading", "retained: the reading may be old");
		const parsed = parseTelemetry(message.payload, this.#decider.sensorsOf(device));
		switch (parsed.kind) {
			case "malformed":
				return this.#refuse(message, parsed.code, parsed.reason);
			case "telemetry":
				return this.#take(message, device, parsed, now, date);
		}
	}

	/**
	 * The link to the broker is online, with its subscriptions. Call it each time, then look at `due` and `alarm`. Returns
	 * what to tell and to send.
	 */
	connected(now = 0): Action[] {
		this.#dispatcher?.connected(now);
		return this.#act(this.#decider.connected(now));
	}

	/** The link to the broker is lost. */
	disconnected(now = 0): void {
		this.#dispatcher?.disconnected();
		this.#decider.rules.disconnected(now);
	}

	/** It is as late as `alarm`. Returns what to do; what is to be stored before it is done comes with `commit`. */
	tick(now = 0, date = 0): Action[] {
		this.#dispatcher?.tick(now, date);
		this.#hurry(now);
		return this.#act(this.#decider.tick(now));
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
		return this.#unlessUnread(now, () => {
			const refusal = this.#acknowledger.isAnswering
				? this.#dispatcher?.receive(device, message, now, date)
				: undefined;
			this.#hurry(now);
			if (refusal !== undefined) return [refusalOf(message, refusal.code, refusal.reason, device)];
			return this.#isOnline(message) ? this.#act(this.#decider.online(device, now)) : [];
		});
	}

	#dispatchGroup(group: string, message: Message, now: number, date: number): Action[] {
		return this.#unlessUnread(now, () => {
			const refusal = this.#acknowledger.isAnswering
				? this.#dispatcher?.receiveGroup(group, message, now, date)
				: undefined;
			this.#hurry(now);
			return refusal === undefined ? [] : [refusalOf(message, refusal.code, refusal.reason, undefined)];
		});
	}

	/** Does what may have to read the store. */
	#unlessUnread(now: number, work: () => Action[]): Action[] {
		try {
			return work();
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
		const decided = isNewest ? this.#act(this.#decider.take(device, telemetry, now)) : [];
		return [...told, { kind: "received", device, topic, payload: telemetry }, ...decided];
	}

	/** Whether a message says that a device is online. */
	#isOnline({ topic, payload }: Message): boolean {
		if (this.#topics.deviceIn("status", topic) === undefined) return false;
		return payload.length === ONLINE.length && new TextDecoder().decode(payload) === ONLINE;
	}

	/** What is to be done about what was decided: without answering, nothing but to tell it. */
	#act(verdicts: readonly Verdict[]): Action[] {
		return verdicts.flatMap((verdict): Action[] => {
			if (verdict.kind === "told") return [verdict];
			if (!this.#acknowledger.isAnswering) return [];
			const { device, payload } = verdict;
			this.#commands += 1;
			const body = JSON.stringify(payload);
			return [{ kind: "send", device, topic: this.#topics.commandsOf(device), payload, body }];
		});
	}

	#refuse(message: Message, code: ServerRefusalCode, reason: string): Action[] {
		this.#refused += 1;
		return [refusalOf(message, code, reason, this.#topics.deviceOf(message.topic))];
	}
}

/** What a device says on its status topic when it has come online. */
const ONLINE = "online";

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
	a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

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
