import { backoffDelay } from "../../../server/backoff.js";
import { ServerCore } from "../../../server/core.js";
import type { ServerEvent } from "../../../server/events.js";
import { TIMING } from "../../../server/timing.js";
import type { Clock, Entry } from "../clock.js";
import { Access, type Connection, type Endpoint, type Network } from "../network/network.js";
import type { Random } from "../random.js";
import {
	connectPacket,
	PacketReader,
	pingPacket,
	publishPacket,
	type Received,
	subscribePacket,
} from "./packets.js";

export interface SimulatedServerOptions {
	readonly clock: Clock;
	readonly network: Network;
	readonly random: Random;
	/** The LED is on below it; the server's own when absent. */
	readonly threshold?: number | undefined;
	readonly report: (event: ServerEvent) => void;
}

/**
 * The server of a world: its core, and a client in virtual time that does as the server's own shell does
 * (which is MQTT.js on real timers): connect, subscribe, ping, back off.
 */
export class SimulatedServer {
	readonly access = new Access();
	readonly #options: SimulatedServerOptions;
	readonly #core: ServerCore;
	#try: Try | undefined;
	#failures = 0;

	constructor(options: SimulatedServerOptions) {
		this.#options = options;
		this.#core = new ServerCore({ threshold: options.threshold });
		this.#connect();
	}

	/** Whether it is connected and subscribed. */
	get isOnline(): boolean {
		return this.#try?.isOnline === true;
	}

	#connect(): void {
		const { clock, network, report } = this.#options;
		report({ event: "link", state: "connecting" });
		this.#try = new Try(clock, network, this.access, this.#core.filter, {
			online: () => report({ event: "link", state: "online" }),
			message: (message) => this.#receive(message),
			closed: (reason, isStable) => this.#backOff(reason, isStable),
		});
	}

	#backOff(reason: string, isStable: boolean): void {
		const { clock, random, report } = this.#options;
		if (isStable) this.#failures = 0;
		this.#try = undefined;
		const delay = backoffDelay(this.#failures++, random.next());
		report({ event: "link", state: "backoff", reason, delay });
		clock.post(() => this.#connect(), delay);
	}

	#receive(message: Extract<Received, { kind: "publish" }>): void {
		const { report } = this.#options;
		for (const action of this.#core.receive(message)) {
			switch (action.kind) {
				case "received":
					report({ event: "received", device: action.device, topic: action.topic, payload: action.payload });
					break;
				case "send":
					this.#try?.send(publishPacket(action.topic, action.body));
					report({ event: "sent", device: action.device, topic: action.topic, payload: action.payload });
					break;
				case "refused": {
					const { kind, ...fields } = action;
					report({ event: kind, ...fields });
				}
			}
		}
	}
}

interface TryListener {
	online(): void;
	message(message: Extract<Received, { kind: "publish" }>): void;
	/** It is over. Called once. */
	closed(reason: string, isStable: boolean): void;
}

/** One connection to the broker, from its first byte to its last. */
class Try implements Endpoint {
	readonly #clock: Clock;
	readonly #listener: TryListener;
	readonly #filter: string;
	readonly #connection: Connection;
	readonly #reader = new PacketReader();
	#deadline: Entry;
	#onlineSince: number | undefined;
	#lastReceived: number;
	#isOver = false;

	constructor(clock: Clock, network: Network, access: Access, filter: string, listener: TryListener) {
		this.#clock = clock;
		this.#listener = listener;
		this.#filter = filter;
		this.#lastReceived = clock.elapsed;
		this.#deadline = clock.post(() => this.#end("no answer in time"), TIMING.handshakeTimeout);
		this.#connection = network.connect(access, this);
	}

	get isOnline(): boolean {
		return this.#onlineSince !== undefined;
	}

	send(bytes: Uint8Array): void {
		this.#connection.send(bytes);
	}

	opened(): void {
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

	lost(reason: string): void {
		this.#end(reason);
	}

	#take(packet: Received): void {
		switch (packet.kind) {
			case "connack":
				if (packet.returnCode === 0) return this.send(subscribePacket(this.#filter));
				return this.#end(`refused (CONNACK ${packet.returnCode})`);
			case "suback":
				if (packet.returnCode > 2) return this.#end("subscription refused");
				this.#onlineSince = this.#clock.elapsed;
				this.#clock.clear(this.#deadline);
				this.#deadline = this.#clock.repeat(() => this.#ping(), TIMING.keepAlive / 2);
				return this.#listener.online();
			case "publish":
				return this.#listener.message(packet);
			case "pingresp":
		}
	}

	/** A ping each half of the keep-alive: whoever says nothing for two of them is gone. */
	#ping(): void {
		if (this.#clock.elapsed - this.#lastReceived > TIMING.keepAlive) return this.#end("no answer to a ping");
		this.send(pingPacket());
	}

	#end(reason: string): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#clock.clear(this.#deadline);
		this.#connection.close();
		const since = this.#onlineSince;
		this.#onlineSince = undefined;
		this.#listener.closed(reason, since !== undefined && this.#clock.elapsed - since >= TIMING.stable);
	}
}
