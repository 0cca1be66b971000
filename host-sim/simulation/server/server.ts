import type { Message } from "../../../server/action.js";
import { backoffDelay } from "../../../server/backoff.js";
import { type Counts, ServerCore } from "../../../server/core.js";
import type { LinkFailure, ServerEvent } from "../../../server/events.js";
import type { Store } from "../../../server/store/store.js";
import { TIMING } from "../../../server/timing.js";
import type { TopicTemplates } from "../../../server/topics.js";
import type { Clock, Entry } from "../clock.js";
import { Access, type Connection, type Endpoint, type Loss, type Network } from "../network/network.js";
import type { Random } from "../random.js";
import {
	connectPacket,
	PacketReader,
	pingPacket,
	pubackPacket,
	pubcompPacket,
	publishPacket,
	pubrecPacket,
	type Received,
	subscribePacket,
} from "./packets.js";

export interface SimulatedServerOptions {
	readonly clock: Clock;
	readonly network: Network;
	readonly random: Random;
	/** Of its rule. */
	readonly hysteresis: number;
	/** Of the devices. */
	readonly topics: TopicTemplates;
	/** What it must not forget; if left out, it is in memory, and goes with it. */
	readonly store?: Store;
	readonly report: (event: ServerEvent) => void;
	/** Hears each message before the core takes it. */
	readonly onRead: (message: Message) => void;
}

/**
 * The server of a world: its core, and a client in virtual time that does as the server's own shell does
 * (which is MQTT.js on real timers): connect, subscribe, ping, back off.
 */
export class SimulatedServer {
	readonly access = new Access();
	readonly #options: SimulatedServerOptions;
	#core: ServerCore;
	/** What the cores before this one counted. */
	#before: Counts = { messages: 0, refused: 0, commands: 0 };
	#try: Try | undefined;
	#failures = 0;
	/** The next try to connect. */
	#next: Entry | undefined;
	/** When the next commit is due, by the clock. */
	#due: number | undefined;

	constructor(options: SimulatedServerOptions) {
		this.#options = options;
		this.#core = this.#makeCore();
		this.#connect();
	}

	/**
	 * Its process ends without a word; what the store does not have is gone. Another one starts.
	 * @param downtime milliseconds until then
	 */
	crash(downtime: number): void {
		const { clock } = this.#options;
		this.#try?.abandon();
		this.#try = undefined;
		if (this.#next !== undefined) clock.clear(this.#next);
		this.#before = this.counts;
		this.#core = this.#makeCore();
		this.#due = undefined;
		this.#failures = 0;
		this.#next = clock.post(() => this.#connect(), downtime);
	}

	/** Whether it is connected and subscribed. */
	get isOnline(): boolean {
		return this.#try?.isOnline === true;
	}

	/** What its core counted since the beginning. */
	get counts(): Counts {
		const { messages, refused, commands } = this.#core.counts;
		return {
			messages: this.#before.messages + messages,
			refused: this.#before.refused + refused,
			commands: this.#before.commands + commands,
		};
	}

	#makeCore(): ServerCore {
		const { clock, hysteresis, topics, store } = this.#options;
		return new ServerCore({ hysteresis, topics, store, since: clock.elapsed });
	}

	#connect(): void {
		const { clock, network, report } = this.#options;
		report({ event: "link", state: "connecting" });
		this.#try = new Try(clock, network, this.access, this.#core.filters, {
			online: () => report({ event: "link", state: "online" }),
			message: (message) => this.#receive(message),
			closed: (failure, isStable) => this.#backOff(failure, isStable),
		});
	}

	#backOff(failure: LinkFailure, isStable: boolean): void {
		const { clock, random, report } = this.#options;
		if (isStable) this.#failures = 0;
		this.#try = undefined;
		const delay = backoffDelay(this.#failures++, random.next());
		report({ event: "link", state: "backoff", ...failure, delay });
		this.#next = clock.post(() => this.#connect(), delay);
	}

	#receive(message: Publish): void {
		const { report, onRead, clock } = this.#options;
		onRead(message);
		for (const action of this.#core.receive(message, clock.elapsed, clock.elapsed)) {
			switch (action.kind) {
				case "send":
					this.#try?.send(publishPacket(action.topic, action.body));
					report({ event: "sent", device: action.device, topic: action.topic, payload: action.payload });
					break;
				case "received":
				case "refused": {
					const { kind, ...fields } = action;
					report({ event: kind, ...fields } as ServerEvent);
					break;
				}
				case "told":
					report(action.event);
			}
		}
		this.#lookWhetherDue();
	}

	/** Sets an alarm for the next commit. */
	#lookWhetherDue(): void {
		const { clock } = this.#options;
		const { due } = this.#core;
		if (due === undefined || due === this.#due) return;
		this.#due = due;
		clock.post(() => this.#commit(due), Math.max(0, due - clock.elapsed));
	}

	#commit(due: number): void {
		// Another one came sooner.
		if (this.#due !== due) return;
		const { report, clock } = this.#options;
		this.#due = undefined;
		for (const action of this.#core.commit(clock.elapsed)) {
			if (action.kind === "told") report(action.event);
			if (action.kind !== "ack" || this.#try === undefined) continue;
			const { device, stream, through, topic, body } = action;
			this.#try.send(publishPacket(topic, body));
			report({ event: "acknowledged", device, stream, through });
		}
		this.#lookWhetherDue();
	}
}

type Publish = Extract<Received, { kind: "publish" }>;

interface TryListener {
	online(): void;
	message(message: Publish): void;
	/** It is over. Called once. */
	closed(failure: LinkFailure, isStable: boolean): void;
}

/** One connection to the broker, from its first byte to its last. */
class Try implements Endpoint {
	readonly #clock: Clock;
	readonly #listener: TryListener;
	readonly #filters: readonly string[];
	readonly #connection: Connection;
	readonly #reader = new PacketReader();
	/** Messages with QoS 2 that are not released, by packet id. */
	readonly #held = new Map<number, Publish>();
	#deadline: Entry;
	#onlineSince: number | undefined;
	#lastReceived: number;
	/** What is said when nothing comes in time. */
	#awaited: "timeout-connecting" | "no-connack" | "no-suback" = "timeout-connecting";
	#isOver = false;

	constructor(
		clock: Clock,
		network: Network,
		access: Access,
		filters: readonly string[],
		listener: TryListener,
	) {
		this.#clock = clock;
		this.#listener = listener;
		this.#filters = filters;
		this.#lastReceived = clock.elapsed;
		this.#deadline = clock.post(() => this.#end(this.#awaited, "no answer in time"), TIMING.handshakeTimeout);
		this.#connection = network.connect(access, this);
	}

	get isOnline(): boolean {
		return this.#onlineSince !== undefined;
	}

	send(bytes: Uint8Array): void {
		this.#connection.send(bytes);
	}

	/** It is over, and nobody is told. */
	abandon(): void {
		this.#isOver = true;
		this.#clock.clear(this.#deadline);
		this.#connection.close();
	}

	opened(): void {
		this.#awaited = "no-connack";
		this.send(connectPacket("nightlight_server", TIMING.keepAlive / 1000));
	}

	received(bytes: Uint8Array): void {
		this.#lastReceived = this.#clock.elapsed;
		for (const packet of this.#reader.read(bytes)) {
			if (this.#isOver) return;
			this.#take(packet);
		}
	}

	sent(): void {}

	lost({ code, reason }: Loss): void {
		this.#end(code, reason);
	}

	#take(packet: Received): void {
		switch (packet.kind) {
			case "connack":
				if (packet.returnCode !== 0)
					return this.#end("not-authorized", `refused (CONNACK ${packet.returnCode})`);
				this.#awaited = "no-suback";
				return this.send(subscribePacket(this.#filters));
			case "suback":
				if (packet.returnCode > 2) return this.#end("subscription-refused", "subscription refused");
				this.#onlineSince = this.#clock.elapsed;
				this.#clock.clear(this.#deadline);
				this.#deadline = this.#clock.repeat(() => this.#ping(), TIMING.keepAlive / 2);
				return this.#listener.online();
			case "publish":
				return this.#takeMessage(packet);
			case "pubrel": {
				const message = this.#held.get(packet.id);
				this.#held.delete(packet.id);
				if (message !== undefined) this.#listener.message(message);
				return this.send(pubcompPacket(packet.id));
			}
			case "pingresp":
		}
	}

	/** Brokers may send with more QoS than the subscription has: it is answered as MQTT.js does. */
	#takeMessage(message: Publish): void {
		if (message.qos < 2) this.#listener.message(message);
		else this.#held.set(message.id, { ...message, payload: message.payload.slice() });
		if (message.qos === 1) this.send(pubackPacket(message.id));
		if (message.qos === 2) this.send(pubrecPacket(message.id));
	}

	/** A ping each half of the keep-alive: whoever says nothing for two of them is gone. */
	#ping(): void {
		if (this.#clock.elapsed - this.#lastReceived > TIMING.keepAlive) {
			return this.#end("no-pingresp", "no answer to a ping");
		}
		this.send(pingPacket());
	}

	#end(code: LinkFailure["code"], reason: string): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#clock.clear(this.#deadline);
		this.#connection.close();
		const since = this.#onlineSince;
		this.#onlineSince = undefined;
		this.#listener.closed(
			{ code, reason },
			since !== undefined && this.#clock.elapsed - since >= TIMING.stable,
		);
	}
}
