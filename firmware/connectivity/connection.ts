import type { Config } from "../config.js";
import type { Resolver } from "../ecma-419.js";
import type { LinkCode, LinkState, Refusal, RefusalCode } from "../events.js";
import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import {
	type ConnectOptions,
	type Message,
	type Publish,
	SUBSCRIPTION_FAILURE,
	type Subscription,
} from "../mqtt/packet.js";
import { Session } from "../mqtt/session.js";
import { matchesFilter } from "../mqtt/topic.js";
import { Alarm } from "./alarm.js";
import { type Backoff, exponentialBackoff } from "./backoff.js";
import { excerpt } from "./excerpt.js";
import { type LinkEvent, nextState, TIMEOUT_REASON } from "./link.js";
import { Pump, type PumpListener, type PumpOutput } from "./pump.js";
import { SessionStore } from "./session-store.js";
import { type SocketOptions, socketFor } from "./socket.js";
import { Transport, type TransportListener } from "./transport.js";

export interface ConnectionCallbacks {
	/** The broker has accepted the device: subscribe, publish. Called on every connect. */
	onOnline: () => void;
	/** The broker can no longer be reached, or the connection was stopped. */
	onOffline: () => void;
	/** A message arrived. Returns why it is refused, if it is. */
	onMessage: (message: Publish) => Refusal | undefined;
}

const UNSUBSCRIBED: Refusal = Object.freeze({
	code: "unsubscribed-topic",
	reason: "a topic never subscribed to",
});

/** Milliseconds that a clean disconnect may take before the connection is cut. */
const STOP_TIMEOUT = 1000;

/** Keeps a device connected to its broker: resolves, connects, backs off, begins again. */
export class Connection implements TransportListener, PumpListener {
	readonly #host: Host;
	readonly #config: Config;
	readonly #callbacks: ConnectionCallbacks;
	readonly #backoff: Backoff;
	readonly #store: SessionStore;
	readonly #session: Session;
	readonly #pump: Pump;
	readonly #resolver: Resolver;
	readonly #socket: SocketOptions;
	#state: LinkState = "offline";
	#subscriptions: readonly Subscription[] = [];
	#isFinishing = false;
	/** Failures in a row without a stable connection. */
	#failures = 0;
	/** When the present state runs out, if it does; and the alarm for that and for the session. */
	#deadline: number | undefined;
	readonly #alarm: Alarm;
	#stopped: (() => void) | undefined;

	/**
	 * @param backoff waiting times between tries; by default as `config.reconnect` says
	 * @throws RangeError when the host has no socket for the broker's protocol
	 */
	constructor(
		host: Host,
		config: Config,
		connect: ConnectOptions,
		callbacks: ConnectionCallbacks,
		backoff?: Backoff,
	) {
		const { broker, mqtt, reconnect } = config;
		this.#host = host;
		this.#config = config;
		this.#callbacks = callbacks;
		this.#backoff = backoff ?? exponentialBackoff(reconnect.initial, reconnect.maximum);
		this.#socket = socketFor(host.device, broker);
		this.#alarm = new Alarm(host, () => this.#wake());
		this.#store = new SessionStore(host, host.device.keyValue);
		const records = this.#store.load(connect.cleanSession ? undefined : connect.clientId);
		this.#session = new Session({ ...mqtt, connect, records });
		this.#pump = new Pump(host, this.#session, this.#store, this);
		const { resolver } = host.device.network.dns;
		this.#resolver = new resolver.io(resolver);
	}

	/** Connects, and stays connected until `stop`. */
	start(): void {
		this.#go("start");
	}

	/**
	 * Sends `farewell`, disconnects cleanly when that is possible, frees everything, and calls back
	 * when that is done, at the latest after a second. There is no way back.
	 */
	stop(farewell: Message, done: () => void): void {
		const earlier = this.#stopped;
		if (earlier !== undefined) {
			this.#stopped = () => {
				earlier();
				done();
			};
			return;
		}
		this.#stopped = done;
		if (this.#state !== "online") return this.#finish();
		this.#setDeadline(STOP_TIMEOUT);
		// Without a farewell, going without DISCONNECT has the broker publish the will instead.
		if (!this.publish(farewell)) return this.#finish();
		this.#session.disconnect();
		this.#run();
	}

	/** Hands a message over for sending; `false` when it cannot be: not online, or too much under way. */
	publish(message: Message): boolean {
		const taken = this.#session.publish(message, this.#host.now()) !== undefined;
		if (taken) this.#run();
		return taken;
	}

	/** Subscribes; to be called from `onOnline`. */
	subscribe(subscriptions: readonly Subscription[]): void {
		this.#subscriptions = subscriptions;
		this.#session.subscribe(subscriptions, this.#host.now());
		this.#run();
	}

	/** The transport is there, and is being secured. */
	onConnected(): void {
		this.#go("connected");
	}

	/** The transport is open. */
	onOpened(): void {
		this.#go("opened");
	}

	/** The transport has something to read, or room to write. */
	onReady(): void {
		this.#run();
	}

	/** The transport is lost. */
	onLost(code: LinkCode, reason: string): void {
		this.#fail(code, reason);
	}

	/** Moves the link as its table says, and begins what the new state is for. */
	#go(event: LinkEvent, code?: LinkCode, reason?: string): void {
		const from = this.#state;
		const to = nextState(from, event);
		if (to === undefined) return;
		this.#state = to;
		this.#deadline = undefined;
		const delay = to === "backoff" ? this.#backoff(this.#failures++, this.#host.random()) : undefined;
		this.#host.report({
			event: "link",
			state: to,
			...(code !== undefined && { code, reason: reason as string }),
			...(delay !== undefined && { delay }),
		});
		if (from === "online") this.#callbacks.onOffline();
		// Whoever heard that may have stopped the connection.
		if (this.#state !== to || this.#stopped !== undefined) return;
		switch (to) {
			case "resolving":
				this.#setDeadline(this.#config.reconnect.timeout);
				return this.#resolve();
			case "connecting":
			case "securing":
				return this.#setDeadline(this.#config.reconnect.timeout);
			case "handshaking":
				this.#session.connect(this.#host.now());
				return this.#run();
			case "online":
				// A connection that is dropped as soon as it is made must not start the count anew.
				this.#setDeadline(this.#config.reconnect.stable);
				return this.#callbacks.onOnline();
			case "backoff":
				return this.#setDeadline(delay as number);
			case "offline":
		}
	}

	#resolve(): void {
		const { host, port } = this.#config.broker;
		const failures = this.#failures;
		this.#resolver.resolve({ host }, (error, address) => {
			// An answer that comes after its deadline belongs to an earlier try.
			if (this.#state !== "resolving" || this.#failures !== failures) return;
			if (error !== null || address === undefined) {
				this.#fail(error?.code ?? "name-not-resolved", error?.message ?? `cannot resolve ${host}`);
			} else {
				this.#go("resolved");
				if (this.#isStill("connecting")) this.#open(address, port);
			}
		});
	}

	#isStill(state: LinkState): boolean {
		return this.#state === state;
	}

	#open(address: string, port: number): void {
		try {
			const readSize = this.#config.mqtt.receiveBuffer;
			const scheme = this.#config.broker.protocol;
			this.#pump.open(new Transport({ socket: this.#socket, address, port, readSize, scheme }, this));
		} catch (error) {
			this.#fail("connection-failed", error instanceof Error ? error.message : String(error));
		}
	}

	#fail(code: LinkCode, reason: string): void {
		this.#disconnect();
		if (this.#stopped !== undefined) this.#finish();
		else this.#go("failed", code, reason);
	}

	/** Ends for good, once what is under way is done. */
	#finish(): void {
		this.#isFinishing = true;
		this.#disconnect();
	}

	#end(): void {
		const stopped = this.#stopped;
		this.#stopped = undefined;
		this.#isFinishing = false;
		this.#go("stop");
		this.#arm();
		this.#resolver.close();
		this.#store.close();
		stopped?.();
	}

	#disconnect(): void {
		this.#pump.close();
		this.#session.lost();
		this.#run();
	}

	/** Moves bytes and outputs until nothing can be done but wait. */
	#run(): void {
		if (!this.#pump.run()) return;
		if (this.#isFinishing) this.#end();
		else this.#arm();
	}

	/** The session has something for the link or for the program. */
	onOutput(output: PumpOutput): void {
		switch (output.kind) {
			case "publish":
				return this.#receive(output);
			case "connected":
				return this.#go("accepted");
			case "subscribed":
				return output.subscriptions.forEach(({ filter }, index) => {
					if (output.returnCodes[index] !== SUBSCRIPTION_FAILURE) return;
					this.#refuse(filter, "subscription-refused", "the broker refuses the subscription");
				});
			case "oversize": {
				const { receiveBuffer } = this.#config.mqtt;
				const reason = `${output.length} bytes, more than the receive buffer of ${receiveBuffer} holds`;
				return this.#refuse(output.topic, "too-large", reason);
			}
			case "undeliverable": {
				const { topic, payload } = output.message;
				return this.#refuse(topic, output.code, output.reason, excerpt(payload));
			}
			case "piece":
			case "acknowledged":
			case "unsubscribed":
				return;
			case "closed":
				this.#pump.close();
				if (output.code === undefined) this.#finish();
				else this.#fail(output.code, output.reason);
		}
	}

	#receive(message: Publish): void {
		const { topic, payload } = message;
		const refusal = this.#subscriptions.some(({ filter }) => matchesFilter(topic, filter))
			? this.#callbacks.onMessage(message)
			: UNSUBSCRIBED;
		if (refusal !== undefined) this.#refuse(topic, refusal.code, refusal.reason, excerpt(payload));
	}

	#refuse(topic: string, code: RefusalCode, reason: string, payload = ""): void {
		this.#host.report({ event: "refused", topic, code, reason, payload });
	}

	/** The present state runs out in `delay` milliseconds. */
	#setDeadline(delay: number): void {
		this.#deadline = this.#host.now() + delay;
		this.#arm();
	}

	/** Sees to it that the alarm goes when the next thing is due. */
	#arm(): void {
		const now = this.#host.now();
		const link = this.#deadline === undefined ? undefined : elapsed(this.#deadline, now);
		const session = this.#session.timeout(now);
		this.#alarm.set(Math.min(link ?? Number.POSITIVE_INFINITY, session ?? Number.POSITIVE_INFINITY));
	}

	#wake(): void {
		const now = this.#host.now();
		if (this.#deadline !== undefined && elapsed(this.#deadline, now) <= 0) this.#expire();
		const awaited = this.#session.timeout(now) !== undefined;
		this.#session.tick(now);
		// A session that has given up must not wait for a network that takes nothing any more.
		if (awaited && this.#session.timeout(now) === undefined) this.#pump.close();
		this.#run();
	}

	#expire(): void {
		this.#deadline = undefined;
		if (this.#state === "backoff") return this.#go("waited");
		if (this.#stopped !== undefined) return this.#finish();
		if (this.#state === "online") {
			this.#failures = 0;
			return;
		}
		const { timeout } = this.#config.reconnect;
		const state = this.#state as keyof typeof TIMEOUT_REASON;
		this.#fail(`timeout-${state}`, `${TIMEOUT_REASON[state]} took longer than ${timeout} ms`);
	}
}
