import type { Config } from "../config.js";
import type { Resolver } from "../ecma-419.js";
import type { ConnectionCallbacks, ConnectionProfile, Endpoint, Listener } from "../endpoint.js";
import type { LinkCode, LinkState } from "../events.js";
import type { Host } from "../host.js";
import { elapsed, NEVER } from "../mqtt/answer-time.js";
import type { Message } from "../mqtt/packet.js";
import { Alarm } from "./alarm.js";
import { type Backoff, backoffOf, suspect } from "./backoff.js";
import { deliver, type Live, liveAt, tell } from "./incoming.js";
import { EXPIRED, hasExpired, Leaving, LIMIT, type LinkEvent, nextState, overdue } from "./link.js";
import { type Pump, type PumpListener, type PumpOutput, pumpFor } from "./pump.js";
import { SessionStore } from "./session-store.js";
import { socketFor } from "./socket.js";
import { Transport, type TransportListener } from "./transport.js";

/** Keeps a device connected to where its profile says: prepares, resolves, connects, backs off, begins again. */
export class Connection implements TransportListener, PumpListener {
	readonly #host: Host;
	readonly #config: Config;
	readonly #profile: ConnectionProfile;
	readonly #callbacks: ConnectionCallbacks;
	readonly #backoff: Backoff;
	readonly #store: SessionStore;
	readonly #resolver: Resolver;
	#state: LinkState = "offline";
	/** What the profile said of this try; and a number of the try, and of each wait for the profile that is over. */
	#answer: Endpoint | string | undefined;
	#tries = 0;
	/** The loop and its session, of this connection or the last one; and the loop of all but provisional ones. */
	#pump: Pump | undefined;
	#own: Pump | undefined;
	/** Whether the program may publish. */
	#isOpen = false;
	/** How far the connection has ended, 0 when it is not to: for good, or to be made anew. */
	#leaving = 0;
	#listeners: readonly Listener[] = [];
	#live: Live;
	/** Failures in a row without a stable connection. How many of the last ones were: the broker closed an open one. */
	#failures = 0;
	#closings = 0;
	/** When the present state runs out, if it does; and the alarm for that and for the session. */
	#deadline: number | undefined;
	readonly #alarm: Alarm;
	#stopped: (() => void) | undefined;

	/** @param backoff waiting times between tries; by default as `config.reconnect` says */
	constructor(
		host: Host,
		config: Config,
		profile: ConnectionProfile,
		callbacks: ConnectionCallbacks,
		backoff?: Backoff,
	) {
		this.#host = host;
		this.#config = config;
		this.#profile = profile;
		this.#callbacks = callbacks;
		this.#backoff = backoff ?? backoffOf(profile, config.reconnect);
		this.#alarm = new Alarm(host, () => this.#wake());
		this.#store = new SessionStore(host, host.device.keyValue);
		const { resolver } = host.device.network.dns;
		this.#resolver = new resolver.io(resolver);
	}

	/**
	 * Connects, and stays connected until `stop`.
	 * @throws RangeError when the host has no socket for the broker's protocol
	 */
	start(): void {
		this.#begin("start");
	}

	/**
	 * Stops for good: lets answers come for half a second, sends the profile's farewell, disconnects cleanly, and calls back
	 * when all is free, at the latest after a second. If the farewell is not taken, it cuts the connection at once.
	 */
	stop(done: () => void): void {
		const earlier = this.#stopped;
		this.#stopped = () => {
			earlier?.();
			done();
		};
		if (earlier !== undefined) return;
		if (this.#isOpen) this.#leave();
		else if (this.#state === "online") this.#part();
		else this.#gone();
	}

	/**
	 * Hands messages over for sending, all or none; `false` when they were not taken: not online, too much under
	 * way, or there are none.
	 */
	publish(messages: readonly Message[]): boolean {
		return this.#isOpen && this.#leaving === 0 && this.#send(messages);
	}

	/** Whether the session has a message with this tag that was not answered to its end. */
	isInFlight(tag: string): boolean {
		return this.#own?.session.isInFlight(tag) === true;
	}

	#send(messages: readonly Message[]): boolean {
		const taken = this.#pump?.publish(messages) === true;
		if (taken) this.#run();
		return taken;
	}

	/** Asks the profile for the next connection, and moves the link as its table says. */
	#begin(event: LinkEvent): void {
		const tries = ++this.#tries;
		let isLate = false;
		this.#answer = undefined;
		this.#profile.prepare(this.#failures, this.#host.now(), this.#host.date(), (answer) => {
			// What comes after its deadline belongs to an earlier try.
			if (this.#tries !== tries || this.#answer !== undefined) return;
			if (typeof answer !== "string") this.#take(answer);
			this.#answer = answer;
			if (isLate) this.#resolve();
		});
		isLate = true;
		this.#go(event);
	}

	#take(endpoint: Endpoint): void {
		// It throws now, and not each time when the connection is opened.
		socketFor(this.#host.device, endpoint.broker);
		const pump = pumpFor(this.#host, this.#config.mqtt, this.#store, this, endpoint, this.#own);
		if (endpoint.provisional === undefined) this.#own = pump;
		this.#pump = pump;
	}

	onProgress(progress: "connected" | "opened"): void {
		this.#go(progress);
	}

	onReady(): void {
		this.#run();
	}

	onLost(code: LinkCode, reason: string): void {
		this.#fail(code, reason);
	}

	/** Moves the link as its table says, and begins what the new state is for. */
	#go(event: LinkEvent, code?: LinkCode, reason?: string): void {
		const from = this.#state;
		const to = nextState(from, event);
		if (to === undefined) return;
		const isUsed = to === "handshaking" || to === "online";
		if (isUsed && hasExpired(this.#answer as Endpoint, this.#host.now())) return this.#fail(...EXPIRED);
		this.#state = to;
		this.#deadline = undefined;
		const delay = to === "backoff" ? this.#backoff(this.#failures++, this.#host.random()) : undefined;
		this.#host.report({
			event: "link",
			state: to,
			...(code !== undefined && { code, reason: reason as string }),
			...(delay !== undefined && { delay }),
		});
		this.#leaving = 0;
		this.#goOffline();
		// Whoever heard that may have stopped the connection.
		if (this.#state !== to || this.#stopped !== undefined) return;
		switch (to) {
			case "resolving":
				this.#setDeadline(this.#config.reconnect.timeout);
				return this.#resolve();
			case "connecting":
			case "securing":
				return this.#setDeadline(this.#config.reconnect.timeout);
			case "handshaking": {
				const { connect, provisional } = this.#answer as Endpoint;
				// The session of a provisional connection has it already.
				this.#pump?.session.connect(this.#host.now(), provisional === undefined ? connect : undefined);
				return this.#run();
			}
			case "online":
				return this.#greet();
			case "backoff":
				return this.#setDeadline(delay as number);
			case "offline":
		}
	}

	/** The broker accepted the device. */
	#accepted(): void {
		const { provisional } = this.#answer as Endpoint;
		if (provisional === undefined) return this.#go("accepted");
		const pump = this.#pump;
		const isPresent = () => this.#pump === pump && this.#state === "handshaking" && this.#leaving === 0;
		this.#setDeadline(provisional.timeout);
		this.#subscribe(provisional.subscriptions);
		const messages = provisional.online(
			(more) => isPresent() && this.#send(more),
			(reason) => {
				if (!isPresent()) return;
				if (reason === undefined) this.#leave();
				else this.#fail("preparation-failed", reason);
			},
		);
		if (isPresent()) this.#send(messages);
	}

	/** The connection is there for the program. */
	#greet(): void {
		const { validUntil } = this.#answer as Endpoint;
		const { stable } = this.#config.reconnect;
		const valid = validUntil === undefined ? stable : elapsed(validUntil, this.#host.now());
		// A connection that is dropped as soon as it is made must not start the count anew.
		this.#setDeadline(Math.min(stable, valid));
		// What is not needed any more is not kept, and an answer to this try comes too late.
		this.#tries++;
		if (validUntil === undefined) this.#answer = undefined;
		this.#isOpen = true;
		this.#subscribe(this.#profile.subscriptions);
		this.#send(this.#profile.online());
		this.#callbacks.onOnline();
	}

	#subscribe(listeners: readonly Listener[]): void {
		this.#listeners = listeners;
		this.#live = undefined;
		if (listeners.length === 0) return;
		this.#pump?.session.subscribe(listeners, this.#host.now());
		this.#run();
	}

	/** The program may not publish any more. */
	#goOffline(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#callbacks.onOffline();
	}

	/** Ends the connection when what is under way is done: for good, which the program hears then, or to make it anew. */
	#leave(): void {
		this.#leaving = Leaving.DRAINING;
		this.#setDeadline(this.#stopped === undefined ? LIMIT.DRAIN_TIMEOUT : LIMIT.STOP_TIMEOUT);
		if (this.#stopped === undefined) this.#goOffline();
		this.#run();
	}

	/** Says goodbye; whoever cannot goes without DISCONNECT, which has the broker publish the will. */
	#part(): void {
		this.#leaving = Leaving.PARTING;
		this.#setDeadline(LIMIT.STOP_TIMEOUT);
		const farewell = this.#state === "online" ? this.#profile.farewell() : [];
		if (farewell.length > 0 && !this.#send(farewell)) return this.#gone();
		this.#pump?.session.disconnect();
		this.#run();
	}

	/** The connection is over, as it was to be. */
	#gone(): void {
		this.#leaving = this.#stopped === undefined ? Leaving.LEFT : Leaving.FINISHED;
		this.#cut();
	}

	#resolve(): void {
		const answer = this.#answer;
		if (answer === undefined) return;
		if (typeof answer === "string") return this.#fail("preparation-failed", answer);
		const { host } = answer.broker;
		const tries = this.#tries;
		this.#resolver.resolve({ host }, (error, address) => {
			// As with answers of the profile.
			if (this.#state !== "resolving" || this.#tries !== tries) return;
			if (error !== null || address === undefined) {
				return this.#fail(error?.code ?? "name-not-resolved", error?.message ?? `cannot resolve ${host}`);
			}
			this.#go("resolved");
			if ((this.#state as LinkState) === "connecting") this.#open(address, answer.broker);
		});
	}

	#open(address: string, broker: Config["broker"]): void {
		try {
			const { port, protocol: scheme } = broker;
			const socket = socketFor(this.#host.device, broker);
			const readSize = this.#config.mqtt.receiveBuffer;
			this.#pump?.open(new Transport({ socket, address, port, readSize, scheme }, this));
		} catch (error) {
			this.#fail("connection-failed", error instanceof Error ? error.message : String(error));
		}
	}

	#fail(code: LinkCode, reason: string): void {
		this.#cut();
		if (this.#stopped !== undefined) this.#gone();
		else {
			this.#closings = this.#isOpen && code === "closed-by-broker" ? this.#closings + 1 : 0;
			const hint = this.#profile.hint?.(code, this.#host.date());
			this.#go("failed", code, suspect(reason, this.#closings, hint));
		}
	}

	#end(): void {
		const stopped = this.#stopped;
		this.#stopped = undefined;
		this.#leaving = 0;
		this.#go("stop");
		this.#arm();
		this.#resolver.close();
		this.#store.close();
		stopped?.();
	}

	#cut(): void {
		this.#tries++;
		this.#pump?.close();
		this.#pump?.session.lost();
		this.#run();
	}

	/** Moves bytes and outputs until nothing can be done but wait. */
	#run(): void {
		if (this.#pump?.run() === false) return;
		if (this.#leaving > 0) this.#proceed();
		else this.#arm();
	}

	/** Goes on to end the connection, as far as that can be. */
	#proceed(): void {
		if (this.#leaving === Leaving.FINISHED) return this.#end();
		if (this.#leaving === Leaving.LEFT) return this.#begin("next");
		if (this.#leaving === Leaving.DRAINING && this.#pump?.isSettled) return this.#part();
		this.#arm();
	}

	/** The session has something for the link or for the program. */
	onOutput(output: PumpOutput): void {
		switch (output.kind) {
			case "publish": {
				const answer = deliver(this.#host, this.#profile, this.#listeners, output, this.#live);
				// What was asked before a connection is made anew is answered over it.
				if (answer !== undefined && (this.#isOpen || this.#leaving === Leaving.DRAINING)) this.#send(answer);
				return;
			}
			case "connected":
				return this.#accepted();
			case "closed":
				this.#pump?.close();
				return output.code === undefined ? this.#gone() : this.#fail(output.code, output.reason);
			case "subscribed":
				this.#live = this.#host.now() + this.#config.mqtt.responseTimeout;
				this.#deadline ??= this.#live;
				return tell(this.#host, this.#config.mqtt.receiveBuffer, output, this.#callbacks);
			default:
				tell(this.#host, this.#config.mqtt.receiveBuffer, output, this.#callbacks);
		}
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
		const session = this.#pump?.session.timeout(now);
		this.#alarm.set(Math.min(link ?? NEVER, session ?? NEVER));
	}

	#wake(): void {
		const now = this.#host.now();
		this.#live = liveAt(now, this.#live);
		if (this.#deadline !== undefined && elapsed(this.#deadline, now) <= 0) this.#expire();
		const session = this.#pump?.session;
		const awaited = session?.timeout(now) !== undefined;
		session?.tick(now);
		// A session that has given up must not wait for a network that takes nothing any more.
		if (awaited && session?.timeout(now) === undefined) this.#pump?.close();
		this.#run();
	}

	#expire(): void {
		this.#deadline = undefined;
		if (this.#state === "backoff") return this.#begin("waited");
		if (this.#leaving === Leaving.DRAINING) return this.#part();
		if (this.#stopped !== undefined) return this.#gone();
		if (this.#leaving === Leaving.PARTING) return this.#gone();
		if (this.#state === "online") {
			const validUntil = (this.#answer as Endpoint | undefined)?.validUntil;
			this.#failures = 0;
			// If the broker closes this one, which is stable, the count becomes 0.
			this.#closings = -1;
			if (validUntil !== undefined && elapsed(validUntil, this.#host.now()) <= 0) return this.#leave();
			this.#deadline = validUntil ?? (this.#live === true ? undefined : this.#live);
			return;
		}
		const { timeout } = this.#config.reconnect;
		const endpoint = this.#answer as Endpoint | undefined;
		const [code, what] = overdue(this.#state, endpoint !== undefined);
		this.#fail(code, `${what} took longer than ${endpoint?.provisional?.timeout ?? timeout} ms`);
	}
}
