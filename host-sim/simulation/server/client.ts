import type { LinkFailure } from "../../../server/events.js";
import { TIMING } from "../../../server/timing.js";
import type { Clock, Entry } from "../clock.js";
import type { Access, Connection, Endpoint, Loss, Network } from "../network/network.js";
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

/** A message that came. */
export type Publish = Extract<Received, { kind: "publish" }> & {
	/** Sends its PUBACK; there with QoS 1 in a session that is kept. */
	readonly acknowledge?: () => void;
};

/** What a client hears. */
export interface ClientListener {
	/** It is connected and subscribed. */
	online(): void;
	message(message: Publish): void;
	/** It is over. Called once. @param isStable whether it was online for a while */
	closed(failure: LinkFailure, isStable: boolean): void;
}

/** What a client is made for. */
export interface ClientOptions {
	readonly clock: Clock;
	readonly network: Network;
	readonly access: Access;
	readonly clientId: string;
	readonly filters: readonly string[];
	/** With which messages come, at most. */
	readonly qos: 0 | 1;
	/** Whether the broker keeps the session, and messages with QoS 1 are acknowledged by their `acknowledge` alone. */
	readonly isPersistent: boolean;
}

/** Ids of PUBLISH begin here, so that none is one of a SUBSCRIBE. */
const FIRST_ID = 256;
const LAST_ID = 0xffff;

/** One connection to the broker, from its first byte to its last, which does as the server's own (MQTT.js) does. */
export class Client implements Endpoint {
	readonly #options: ClientOptions;
	readonly #listener: ClientListener;
	readonly #connection: Connection;
	readonly #reader = new PacketReader();
	/** Messages with QoS 2 that are not released, by packet id. */
	readonly #held = new Map<number, Publish>();
	/** Who hears that a message was acknowledged, by packet id. */
	readonly #unacknowledged = new Map<number, (sent: boolean) => void>();
	#lastId = FIRST_ID - 1;
	#subscribes = 0;
	#deadline: Entry;
	#onlineSince: number | undefined;
	#lastReceived: number;
	/** What is said when nothing comes in time. */
	#awaited: "timeout-connecting" | "no-connack" | "no-suback" = "timeout-connecting";
	#isOver = false;

	constructor(options: ClientOptions, listener: ClientListener) {
		const { clock, network, access } = options;
		this.#options = options;
		this.#listener = listener;
		this.#lastReceived = clock.elapsed;
		this.#deadline = clock.post(() => this.#end(this.#awaited, "no answer in time"), TIMING.handshakeTimeout);
		this.#connection = network.connect(access, this);
	}

	get isOnline(): boolean {
		return this.#onlineSince !== undefined;
	}

	/**
	 * Publishes, not retained.
	 * @param done hears that it was handed to the socket or, with QoS 1, acknowledged
	 */
	publish(topic: string, body: string, qos: 0 | 1, done: (sent: boolean) => void): void {
		if (this.#isOver) return done(false);
		if (qos === 0) {
			this.#send(publishPacket(topic, body));
			return done(true);
		}
		this.#lastId = this.#lastId === LAST_ID ? FIRST_ID : this.#lastId + 1;
		this.#unacknowledged.set(this.#lastId, done);
		this.#send(publishPacket(topic, body, qos, false, this.#lastId));
	}

	/** Subscribes to further topic filters, with QoS 0. */
	listen(filters: readonly string[]): void {
		if (!this.#isOver && filters.length > 0) this.#subscribe(filters, 0);
	}

	/** It is over, and nobody is told. */
	abandon(): void {
		this.#isOver = true;
		this.#onlineSince = undefined;
		this.#options.clock.clear(this.#deadline);
		this.#connection.close();
	}

	opened(): void {
		this.#awaited = "no-connack";
		const { clientId, isPersistent } = this.#options;
		this.#send(connectPacket(clientId, TIMING.keepAlive / 1000, !isPersistent));
	}

	received(bytes: Uint8Array): void {
		this.#lastReceived = this.#options.clock.elapsed;
		for (const packet of this.#reader.read(bytes)) {
			if (this.#isOver) return;
			this.#take(packet);
		}
	}

	sent(): void {}

	lost({ code, reason }: Loss): void {
		this.#end(code, reason);
	}

	#send(bytes: Uint8Array): void {
		this.#connection.send(bytes);
	}

	#subscribe(filters: readonly string[], qos: number): void {
		this.#send(subscribePacket(filters, qos, ++this.#subscribes));
	}

	#take(packet: Received): void {
		switch (packet.kind) {
			case "connack":
				if (packet.returnCode !== 0)
					return this.#end("not-authorized", `refused (CONNACK ${packet.returnCode})`);
				this.#awaited = "no-suback";
				return this.#subscribe(this.#options.filters, this.#options.qos);
			case "suback":
				if (packet.id > 1) return;
				if (packet.returnCode > 2) return this.#end("subscription-refused", "subscription refused");
				return this.#begin();
			case "publish":
				return this.#takeMessage(packet);
			case "puback": {
				const done = this.#unacknowledged.get(packet.id);
				this.#unacknowledged.delete(packet.id);
				return done?.(true);
			}
			case "pubrel": {
				const message = this.#held.get(packet.id);
				this.#held.delete(packet.id);
				if (message !== undefined) this.#listener.message(message);
				return this.#send(pubcompPacket(packet.id));
			}
			case "pingresp":
		}
	}

	#begin(): void {
		const { clock } = this.#options;
		this.#onlineSince = clock.elapsed;
		clock.clear(this.#deadline);
		this.#deadline = clock.repeat(() => this.#ping(), TIMING.keepAlive / 2);
		this.#listener.online();
	}

	/** Brokers may send with more QoS than the subscription has: it is answered as MQTT.js does. */
	#takeMessage(message: Publish): void {
		const { qos, id } = message;
		if (qos === 2) {
			this.#held.set(id, { ...message, payload: message.payload.slice() });
			return this.#send(pubrecPacket(id));
		}
		if (qos === 0) return this.#listener.message(message);
		const acknowledge = () => {
			if (!this.#isOver) this.#send(pubackPacket(id));
		};
		const { isPersistent } = this.#options;
		this.#listener.message(isPersistent ? { ...message, acknowledge } : message);
		if (!isPersistent) acknowledge();
	}

	/** A ping each half of the keep-alive: whoever says nothing for two of them is gone. */
	#ping(): void {
		if (this.#options.clock.elapsed - this.#lastReceived > TIMING.keepAlive) {
			return this.#end("no-pingresp", "no answer to a ping");
		}
		this.#send(pingPacket());
	}

	#end(code: LinkFailure["code"], reason: string): void {
		if (this.#isOver) return;
		this.#isOver = true;
		const { clock } = this.#options;
		clock.clear(this.#deadline);
		this.#connection.close();
		const since = this.#onlineSince;
		this.#onlineSince = undefined;
		this.#listener.closed({ code, reason }, since !== undefined && clock.elapsed - since >= TIMING.stable);
	}
}
