import type { Message } from "../../../server/action.js";
import { backoffDelay } from "../../../server/backoff.js";
import { ServerCore } from "../../../server/core.js";
import type { Counts } from "../../../server/core-options.js";
import { Driver } from "../../../server/driver.js";
import type { LinkFailure, ServerEvent } from "../../../server/events.js";
import type { RuleSet } from "../../../server/rules/rule-set.js";
import type { Store } from "../../../server/store/store.js";
import type { Timers } from "../../../server/timers.js";
import type { TopicTemplates } from "../../../server/topics.js";
import type { Clock, Entry } from "../clock.js";
import { Access, type Network } from "../network/network.js";
import type { Random } from "../random.js";
import { Client } from "./client.js";

export interface SimulatedServerOptions {
	readonly clock: Clock;
	readonly network: Network;
	readonly random: Random;
	/** Of its rule. */
	readonly hysteresis: number;
	/** Those of its rule file. */
	readonly rules?: RuleSet | undefined;
	/** Of the devices. */
	readonly topics: TopicTemplates;
	/** What it must not forget; if left out, it is in memory, and goes with it. */
	readonly store?: Store;
	/** Whether the broker keeps its session, and sends it QoS 1; if left out, it does if there is a store. */
	readonly isKept?: boolean | undefined;
	/** What its wall clock shows when the world begins, in milliseconds since 1970; 0 if left out. */
	readonly date?: number;
	readonly report: (event: ServerEvent) => void;
	/** Hears each message before the core takes it. */
	readonly onRead: (message: Message) => void;
}

/** One run of the server's process. */
interface Life {
	readonly core: ServerCore;
	readonly driver: Driver<Client>;
	isOver: boolean;
}

/**
 * The server of a world: its core and what drives it, and in place of its link (which is MQTT.js on real timers) one in
 * virtual time that does as that does: connect, subscribe, ping, back off.
 */
export class SimulatedServer {
	readonly access = new Access();
	readonly #options: SimulatedServerOptions;
	#life: Life;
	/** What the cores before this one counted. */
	#before: Counts = { messages: 0, refused: 0, commands: 0 };
	#client: Client | undefined;
	#failures = 0;
	/** The next try to connect. */
	#next: Entry | undefined;

	constructor(options: SimulatedServerOptions) {
		this.#options = options;
		this.#life = this.#begin();
		this.#connect();
	}

	/**
	 * Its process ends without a word; what the store does not have is gone. Another one starts.
	 * @param downtime milliseconds until then
	 */
	crash(downtime: number): void {
		const { clock } = this.#options;
		this.#client?.abandon();
		this.#client = undefined;
		if (this.#next !== undefined) clock.clear(this.#next);
		this.#before = this.counts;
		this.#life.isOver = true;
		this.#life = this.#begin();
		this.#failures = 0;
		this.#next = clock.post(() => this.#connect(), downtime);
	}

	/** Whether it is connected and subscribed. */
	get isOnline(): boolean {
		return this.#client?.isOnline === true;
	}

	/** What its core counted since the beginning. */
	get counts(): Counts {
		const { messages, refused, commands } = this.#life.core.counts;
		return {
			messages: this.#before.messages + messages,
			refused: this.#before.refused + refused,
			commands: this.#before.commands + commands,
		};
	}

	get #date(): number {
		return (this.#options.date ?? 0) + this.#options.clock.elapsed;
	}

	#begin(): Life {
		const { clock, random, hysteresis, rules, topics, store, report } = this.#options;
		const own = { hysteresis, rules, topics, store };
		const core = new ServerCore({ ...own, since: this.#date, random: random.next });
		const end = (reason: string) => {
			throw new Error(reason);
		};
		const timers: Timers = {
			now: () => clock.elapsed,
			date: () => this.#date,
			after: (delay, callback) => {
				const entry = clock.post(() => {
					if (!life.isOver) callback();
				}, delay);
				return () => clock.clear(entry);
			},
		};
		const life: Life = { core, driver: new Driver(core, report, end, timers), isOver: false };
		return life;
	}

	#connect(): void {
		const { clock, network, onRead, store, isKept = store !== undefined } = this.#options;
		const { core, driver } = this.#life;
		driver.changed({ state: "connecting" });
		const client: Client = new Client(
			{
				...{ clock, network, access: this.access, clientId: "nightlight_server", isPersistent: isKept },
				filters: [...core.filters, ...core.orderFilters],
				qos: isKept ? 1 : 0,
			},
			{
				online: () => driver.changed({ state: "online" }, client),
				message: (message) => {
					onRead(message);
					driver.receive(message, client, () => {});
				},
				closed: (failure, isStable) => this.#backOff(failure, isStable),
			},
		);
		this.#client = client;
	}

	#backOff(failure: LinkFailure, isStable: boolean): void {
		const { clock, random } = this.#options;
		if (isStable) this.#failures = 0;
		this.#client = undefined;
		const delay = backoffDelay(this.#failures++, random.next());
		this.#life.driver.changed({ state: "backoff", ...failure, delay });
		this.#next = clock.post(() => this.#connect(), delay);
	}
}
