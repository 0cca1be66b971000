import type { backoffDelay } from "./backoff.js";
import { type BrokerAddress, parseBrokerUrl } from "./broker-address.js";
import type { Connection, ConnectionOptions } from "./connection.js";
import { type Action, type Counts, type Message, ServerCore } from "./core.js";
import type { ServerEvent } from "./events.js";
import { Link } from "./link.js";
import { checkMaxPacket } from "./packet-scanner.js";
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
	/** Of the devices; `{id}/telemetry` and `{id}/commands` if left out. */
	readonly topics?: TopicTemplates | undefined;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** Bytes of the largest packet that is taken from the broker: 128 to 268,435,460; 262,144 if left out. */
	readonly maxPacket?: number | undefined;
	/** Left out: `<id>nightlight_server`; for several or all devices `nightlight_server_` and random digits, so that two servers do not throw each other out. */
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
	/**
	 * Sends a person's command, and has the rule say nothing to this device for an hour; `null`: the rule
	 * decides again.
	 * @throws OfflineError when there is no connection; nothing is changed then
	 */
	hold(device: string, led: boolean | null): void;
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

/** Milliseconds for which a person's command holds. */
export const HOLD_TIME = 3_600_000;

/**
 * Starts the nightlight server: each telemetry message is answered with a
 * command. What the broker or the network does wrong is told as an event and
 * tried again, for ever, until `stop`. The first event comes after it returned.
 *
 * @throws RangeError if an option is not usable
 */
export function startServer(options: ServerOptions): Server {
	const address = parseBrokerUrl(options.brokerUrl);
	const core = new ServerCore({
		id: options.id,
		threshold: options.threshold,
		hysteresis: options.hysteresis,
		topics: options.topics,
	});
	// [MQTT-3.1.2-22]
	if (options.password !== undefined && options.username === undefined)
		throw new RangeError("a password needs a user name");
	if (options.maxPacket !== undefined) checkMaxPacket(options.maxPacket);
	return new Shell(options, address, core);
}

class Shell implements Server {
	readonly clientId: string;
	readonly #core: ServerCore;
	readonly #tell: (event: ServerEvent) => void;
	readonly #link: Link;
	/** The one that is online. */
	#online: Connection | undefined;

	constructor(options: ServerOptions, address: BrokerAddress, core: ServerCore) {
		this.#core = core;
		this.#tell = options.onEvent;
		this.clientId = options.clientId ?? defaultClientId(options.id, options.random ?? Math.random);
		this.#link = new Link({
			...options,
			address,
			clientId: this.clientId,
			filter: core.filters,
			onChange: (change, connection) => {
				this.#online = connection;
				this.#tell({ event: "link", ...change });
			},
			onMessage: (message, connection, next) => this.#receive(message, connection, next),
		});
	}

	get counts(): Counts {
		return this.#core.counts;
	}

	stop(): Promise<void> {
		return this.#link.stop();
	}

	hold(device: string, led: boolean | null): void {
		const connection = this.#connection();
		const until = performance.now() + HOLD_TIME;
		const actions = led === null ? this.#core.release(device) : [this.#core.hold(device, { led, until })];
		for (const action of actions) this.#act(action, connection);
	}

	send(device: string, text: string): void {
		this.#connection().publish(this.#core.commandTopic(device), text, 0, () => {});
	}

	#connection(): Connection {
		if (this.#online === undefined) throw new OfflineError("the server has no connection to the broker");
		return this.#online;
	}

	#receive(message: Message, connection: Connection, next: () => void): void {
		let isSending = false;
		for (const action of this.#core.receive(message, performance.now())) {
			isSending ||= action.kind === "send";
			this.#act(action, connection, next);
		}
		if (!isSending) next();
	}

	/** @param done hears when a command was sent, or could not be */
	#act(action: Action, connection: Connection, done = () => {}): void {
		if (action.kind !== "send") return this.#tell(eventOf(action));
		const { device, topic, payload, body } = action;
		connection.publish(topic, body, 0, (sent) => {
			if (sent && !this.#link.isStopping) this.#tell({ event: "sent", device, topic, payload });
			done();
		});
	}
}

function eventOf(action: Exclude<Action, { kind: "send" }>): ServerEvent {
	const { kind, ...fields } = action;
	return { event: kind, ...fields } as ServerEvent;
}

function defaultClientId(id: DeviceIds, random: () => number): string {
	if (typeof id === "string" && id !== "+") return `${id}nightlight_server`;
	const digits = Math.floor(random() * 2 ** 32).toString(16);
	return `nightlight_server_${digits.padStart(8, "0")}`;
}
