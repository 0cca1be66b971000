import { DEFAULT_NAME } from "./acks.js";
import type { backoffDelay } from "./backoff.js";
import { type BrokerAddress, parseBrokerUrl } from "./broker-address.js";
import type { Connection, ConnectionOptions } from "./connection.js";
import { ServerCore } from "./core.js";
import type { Counts } from "./core-options.js";
import { Driver } from "./driver.js";
import type { ServerEvent } from "./events.js";
import { Link } from "./link.js";
import { checkMaxPacket } from "./packet-scanner.js";
import { datedView, type RuleView } from "./rules/decision.js";
import type { RuleSet } from "./rules/rule-set.js";
import type { Store } from "./store/store.js";
import type { Secrets } from "./stream.js";
import type { Timing } from "./timing.js";
import type { DeviceIds, TopicTemplates } from "./topics.js";

/** What a server is started with. */
export interface ServerOptions extends Secrets {
	/** `mqtt://`, `mqtts://`, `ws://` or `wss://`, without user name and password. */
	readonly brokerUrl: string;
	/** The device's id, or those of several; left out or `+`: all devices. */
	readonly id?: DeviceIds;
	/** The LED is on below it; 300 if left out. */
	readonly threshold?: number | undefined;
	/** How far above the threshold the LED goes off again; 0 if left out. */
	readonly hysteresis?: number | undefined;
	/** Which devices are decided together; if left out, each by its own light. */
	readonly rules?: RuleSet | undefined;
	/** Of the devices; `{id}/telemetry`, `{id}/commands` and so on if left out. */
	readonly topics?: TopicTemplates | undefined;
	/**
	 * Where readings and orders are kept; whoever opened it closes it, after `stop`. With one the broker keeps what comes with QoS 1
	 * while the server is away. If left out, the server remembers orders, and which readings have come, until it ends.
	 */
	readonly store?: (Store & { readonly client?: string }) | undefined;
	/** What devices are told by whom: 1 to 32 of letters, digits, `.`, `_`, `-`; `nightlight` if left out. */
	readonly name?: string | undefined;
	/** Whether it only looks: it neither commands devices, nor acknowledges their readings, nor takes orders. */
	readonly observes?: boolean | undefined;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** Bytes of the largest packet that is taken from the broker: 128 to 268,435,460; 262,144 if left out. */
	readonly maxPacket?: number | undefined;
	/**
	 * Left out: `<id>nightlight_server`; for several or all devices `nightlight_server_` and digits, the store's or random
	 * ones, so that two servers do not throw each other out. A name, and that it observes, are added.
	 */
	readonly clientId?: string | undefined;
	/** Hears of each packet to and from the broker; of CONNECT with its password. It must not throw. */
	readonly onPacket?: ConnectionOptions["onPacket"] | undefined;
	/** Hears everything the server tells. It must not throw. */
	readonly onEvent: (event: ServerEvent) => void;
	/** Uniform, 0 up to 1; Math.random if left out. */
	readonly random?: (() => number) | undefined;
	/** Durations other than those of TIMING. */
	readonly timing?: Partial<Timing> | undefined;
	/** The delay before the next try, in milliseconds; `backoffDelay` if left out. */
	readonly backoff?: typeof backoffDelay | undefined;
}

/** A running server. */
export interface Server {
	/** The client id in use. */
	readonly clientId: string;
	/** What was counted since the start. */
	readonly counts: Counts;
	/** Rejects with a `ServerFailure` when the server cannot go on; it has stopped then, or soon will have. */
	readonly failed: Promise<never>;
	/**
	 * Sends a person's command, and has the rule say nothing to this device for an hour; `null`: the rule
	 * decides again.
	 * @throws OfflineError when there is no connection, or the server observes; nothing is changed then
	 */
	hold(device: string, led: boolean | null): void;
	/** How each rule of the rule file is now; times in milliseconds since 1970. */
	readonly rules: readonly RuleView[];
	/** Works by the rules of another file from now on, and tells it. */
	setRules(set: RuleSet): void;
	/** Tells that a rule file is wrong, and goes on as before. @param reason in words, a line for each mistake */
	refuseRules(reason: string): void;
	/**
	 * Sends a text, whatever it is, to where a device takes commands: QoS 0, not retained.
	 * @throws OfflineError when there is no connection
	 */
	send(device: string, text: string): void;
	/** Disconnects; resolves within two seconds whatever the broker does. Idempotent. */
	stop(): Promise<void>;
}

/** There is no connection to the broker. */
export class OfflineError extends Error {
	override readonly name = "OfflineError";
}

/** The server cannot go on. The message says why, and what to do. */
export class ServerFailure extends Error {
	override readonly name = "ServerFailure";
}

/** Milliseconds for which a person's command holds. */
export const HOLD_TIME = 3_600_000;

/**
 * Starts the nightlight server: each telemetry message is answered with a
 * command. What the broker or the network does wrong is told as an event and
 * tried again, for ever, until `stop`. The first event comes after it returned.
 *
 * @throws RangeError if an option is not usable
 * @throws StoreFailure if the store cannot be read
 */
export function startServer(options: ServerOptions): Server {
	const address = parseBrokerUrl(options.brokerUrl);
	const core = new ServerCore({
		id: options.id,
		threshold: options.threshold,
		hysteresis: options.hysteresis,
		rules: options.rules,
		topics: options.topics,
		store: options.store,
		name: options.name,
		since: Date.now(),
		observes: options.observes,
		random: options.random,
	});
	// [MQTT-3.1.2-22]
	if (options.password !== undefined && options.username === undefined)
		throw new RangeError("a password needs a user name");
	if (options.maxPacket !== undefined) checkMaxPacket(options.maxPacket);
	return new Shell(options, address, core);
}

class Shell implements Server {
	readonly clientId: string;
	readonly failed: Promise<never>;
	readonly #tell: (event: ServerEvent) => void;
	readonly #core: ServerCore;
	readonly #observes: boolean;
	readonly #link: Link;
	readonly #driver: Driver<Connection>;
	#fail: (failure: ServerFailure) => void = () => {};

	constructor(options: ServerOptions, address: BrokerAddress, core: ServerCore) {
		const tell = options.onEvent;
		this.#tell = tell;
		this.#core = core;
		this.#observes = options.observes === true;
		this.clientId = options.clientId ?? clientIdOf(options);
		this.failed = new Promise((_, reject) => {
			this.#fail = reject;
		});
		// Nobody need listen.
		this.failed.catch(() => {});
		this.#driver = new Driver(core, tell, (reason) => this.#end(reason));
		const isKept = options.store !== undefined;
		this.#link = new Link({
			...options,
			address,
			clientId: this.clientId,
			filter: core.filters,
			furtherFilters: core.orderFilters,
			onRefused: (filter) => tell(refusedSubscription(filter)),
			...(isKept && ({ qos: 1, persistent: true } as const)),
			onChange: (change, connection) => this.#driver.changed(change, connection),
			onMessage: (message, connection, next) => this.#driver.receive(message, connection, next),
		});
	}

	get counts(): Counts {
		return this.#core.counts;
	}

	stop(): Promise<void> {
		this.#driver.stop();
		return this.#link.stop();
	}

	hold(device: string, led: boolean | null): void {
		const connection = this.#connection();
		const until = performance.now() + HOLD_TIME;
		const actions = led === null ? this.#core.release(device) : this.#core.hold(device, { led, until });
		for (const action of actions) this.#driver.act(action, connection);
	}

	get rules(): readonly RuleView[] {
		const now = performance.now();
		return this.#core.rulesView(now).map((view) => datedView(view, Date.now() - now));
	}

	setRules(set: RuleSet): void {
		this.#tell({ event: "rules", state: "loaded" });
		this.#driver.actAll(this.#core.setRules(set, performance.now()));
	}

	refuseRules(reason: string): void {
		this.#tell({ event: "rules", state: "refused", code: "wrong-rules", reason });
	}

	send(device: string, text: string): void {
		this.#connection().publish(this.#core.commandTopic(device), text, 0, () => {});
	}

	#connection(): Connection {
		if (this.#observes) throw new OfflineError("the server only observes, it sends no commands");
		const { online } = this.#driver;
		if (online === undefined) throw new OfflineError("the server has no connection to the broker");
		return online;
	}

	#end(reason: string): void {
		this.#fail(new ServerFailure(reason));
		// What it was doing comes to its end first.
		queueMicrotask(() => void this.stop());
	}
}

const refusedSubscription = (filter: string): ServerEvent => ({
	...{ event: "refused", topic: filter, code: "subscription-refused" },
	...{ reason: "the broker refuses the subscription; may this user read it?", payload: "" },
});

function clientIdOf({
	id,
	random = Math.random,
	store,
	name = DEFAULT_NAME,
	observes,
}: ServerOptions): string {
	const own = `${name === DEFAULT_NAME ? "" : `_${name}`}${observes ? "_observer" : ""}`;
	if (typeof id === "string" && id !== "+") return `${id}nightlight_server${own}`;
	const digits = Math.floor(random() * 2 ** 32).toString(16);
	return `nightlight_server_${store?.client || digits.padStart(8, "0")}${own}`;
}
