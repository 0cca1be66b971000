import { backoffDelay } from "./backoff.js";
import { type BrokerAddress, parseBrokerUrl } from "./broker-address.js";
import { type Connection, openConnection } from "./connection.js";
import { type Action, type Counts, type Message, ServerCore } from "./core.js";
import type { LinkFailure, ServerEvent, ServerLinkState } from "./events.js";
import { TIMING, type Timing } from "./timing.js";

/** What a server is started with. */
export interface ServerOptions {
	/** `mqtt://`, `mqtts://`, `ws://` or `wss://`, without user name and password. */
	readonly brokerUrl: string;
	/** The device's id; left out or `+`: all devices. */
	readonly id?: string | undefined;
	/** The LED is on below it; 300 if left out. */
	readonly threshold?: number | undefined;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** For TLS, in PEM: whom to trust (Node's own CAs if left out), our certificate and its key. */
	readonly ca?: string | undefined;
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	/** Left out: `<id>nightlight_server`; for all devices `nightlight_server_` and random digits, so that two servers do not throw each other out. */
	readonly clientId?: string | undefined;
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
	/** Disconnects; resolves within two seconds whatever the broker does. Idempotent. */
	stop(): Promise<void>;
}

/**
 * Starts the nightlight server: each telemetry message is answered with a
 * command. What the broker or the network does wrong is told as an event and
 * tried again, for ever, until `stop`. The first event comes after it returned.
 *
 * @throws RangeError if an option is not usable
 */
export function startServer(options: ServerOptions): Server {
	const address = parseBrokerUrl(options.brokerUrl);
	const core = new ServerCore({ id: options.id, threshold: options.threshold });
	// [MQTT-3.1.2-22]
	if (options.password !== undefined && options.username === undefined)
		throw new RangeError("a password needs a user name");
	return new Shell(options, address, core);
}

class Shell implements Server {
	readonly clientId: string;
	readonly #options: ServerOptions;
	readonly #address: BrokerAddress;
	readonly #core: ServerCore;
	readonly #timing: Timing;
	readonly #random: () => number;
	#connection: Connection | undefined;
	#retry: NodeJS.Timeout | undefined;
	/** When the link came online, by the monotonic clock; undefined while it is not. */
	#onlineSince: number | undefined;
	#failures = 0;
	#stopping: Promise<void> | undefined;

	constructor(options: ServerOptions, address: BrokerAddress, core: ServerCore) {
		this.#options = options;
		this.#address = address;
		this.#core = core;
		this.#timing = { ...TIMING, ...options.timing };
		this.#random = options.random ?? Math.random;
		this.clientId = options.clientId ?? defaultClientId(options.id, this.#random);
		// Not at once: who hears the first event should hold the server already.
		queueMicrotask(() => this.#connect());
	}

	get counts(): Counts {
		return this.#core.counts;
	}

	stop(): Promise<void> {
		this.#stopping ??= this.#stop();
		return this.#stopping;
	}

	async #stop(): Promise<void> {
		clearTimeout(this.#retry);
		await this.#connection?.close(this.#timing.stopGrace);
		this.#tellLink("offline");
	}

	#connect(): void {
		if (this.#stopping !== undefined) return;
		this.#tellLink("connecting");
		// Whoever heard that may have stopped the server.
		if (this.#stopping !== undefined) return;
		const connection = openConnection({
			address: this.#address,
			clientId: this.clientId,
			username: this.#options.username,
			password: this.#options.password,
			ca: this.#options.ca,
			cert: this.#options.cert,
			key: this.#options.key,
			filter: this.#core.filter,
			handshakeTimeout: this.#timing.handshakeTimeout,
			keepAlive: this.#timing.keepAlive,
			onOnline: () => {
				this.#onlineSince = performance.now();
				this.#tellLink("online");
			},
			onMessage: (message, next) => this.#receive(connection, message, next),
			onClosed: (failure) => this.#backOff(failure),
		});
		this.#connection = connection;
	}

	#backOff(failure: LinkFailure): void {
		this.#connection = undefined;
		// A link that comes and goes at once must not be tried every second for ever.
		const lived = performance.now() - (this.#onlineSince ?? performance.now());
		if (lived >= this.#timing.stable) this.#failures = 0;
		this.#onlineSince = undefined;
		const backoff = this.#options.backoff ?? backoffDelay;
		const delay = backoff(this.#failures, this.#random());
		this.#failures += 1;
		this.#retry = setTimeout(() => this.#connect(), delay);
		this.#tellLink("backoff", { ...failure, delay });
	}

	#receive(connection: Connection, message: Message, next: () => void): void {
		let waiting = 0;
		for (const action of this.#core.receive(message)) {
			if (action.kind !== "send") this.#options.onEvent(eventOf(action));
			else {
				waiting += 1;
				const { device, topic, payload, body } = action;
				connection.publish(topic, body, (sent) => {
					if (sent && this.#stopping === undefined)
						this.#options.onEvent({ event: "sent", device, topic, payload });
					next();
				});
			}
		}
		if (waiting === 0) next();
	}

	#tellLink(state: ServerLinkState, details: Partial<LinkFailure> & { delay?: number } = {}): void {
		this.#options.onEvent({ event: "link", state, ...details });
	}
}

function eventOf(action: Exclude<Action, { kind: "send" }>): ServerEvent {
	const { kind, ...fields } = action;
	return { event: kind, ...fields } as ServerEvent;
}

function defaultClientId(id: string | undefined, random: () => number): string {
	if (id !== undefined && id !== "+") return `${id}nightlight_server`;
	const digits = Math.floor(random() * 2 ** 32).toString(16);
	return `nightlight_server_${digits.padStart(8, "0")}`;
}
