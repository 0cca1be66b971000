import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import {
	type BrokerConnection,
	type BrokerEvent,
	type BrokerFaults,
	type BrokerWays,
	ModelBroker,
} from "../../../../host-sim/simulation/broker/broker.js";
import { VirtualClock } from "../../../support/virtual/clock.js";

/** The bytes that a text of hexadecimal digits spells; spaces are for the eye. */
export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** What mqtt-packet makes of a packet. */
export const generated = (packet: Packet): Uint8Array => new Uint8Array(generate(packet));

/** A packet in one line, for a table: type and what matters of it. */
export function lineOf(packet: Packet): string {
	const id = packet.messageId === undefined ? "" : ` ${packet.messageId}`;
	switch (packet.cmd) {
		case "connack":
			return `connack ${packet.returnCode}${packet.sessionPresent ? " present" : ""}`;
		case "publish": {
			const flags = `${packet.dup ? " dup" : ""}${packet.retain ? " retain" : ""}`;
			return `publish${id} ${packet.topic}=${packet.payload} q${packet.qos}${flags}`;
		}
		case "suback":
			return `suback${id} ${packet.granted.join(",")}`;
		default:
			return `${packet.cmd}${id}`;
	}
}

/** A client on a link in memory; mqtt-packet is its codec. */
export class Peer {
	/** All that came over this link, as lines. */
	readonly lines: string[] = [];
	readonly packets: Packet[] = [];
	/** How often the broker sent. */
	sends = 0;
	isClosed = false;
	readonly connection: BrokerConnection;
	#read = 0;

	constructor(broker: ModelBroker) {
		const packets = parser();
		packets.on("packet", (packet) => {
			this.packets.push(packet);
			this.lines.push(lineOf(packet));
		});
		packets.on("error", (error) => {
			throw error;
		});
		this.connection = broker.accept({
			send: (bytes) => {
				if (this.isClosed) throw new Error("sent after close");
				this.sends++;
				packets.parse(Buffer.from(bytes));
			},
			close: () => {
				if (this.isClosed) throw new Error("closed twice");
				this.isClosed = true;
				this.lines.push("closed");
			},
		});
	}

	/** Sends a packet and returns what has come since the last time. */
	send(packet: Packet): readonly string[] {
		return this.raw(generated(packet));
	}

	raw(bytes: Uint8Array): readonly string[] {
		this.connection.receive(bytes);
		return this.heard();
	}

	/** What has come since the last time. */
	heard(): readonly string[] {
		const heard = this.lines.slice(this.#read);
		this.#read = this.lines.length;
		return heard;
	}

	connect(clientId: string, options: Partial<IConnectPacket> = {}): readonly string[] {
		return this.send(connectPacket(clientId, options));
	}

	subscribe(...filters: readonly (readonly [filter: string, qos: 0 | 1 | 2])[]): readonly string[] {
		const subscriptions = filters.map(([topic, qos]) => ({ topic, qos }));
		return this.send({ cmd: "subscribe", messageId: 1, subscriptions });
	}

	publish(topic: string, payload: string, qos: 0 | 1 | 2 = 0, flags: Flags = {}): readonly string[] {
		const { id = 1, retain = false, dup = false } = flags;
		return this.send({ cmd: "publish", topic, payload, qos, retain, dup, ...(qos > 0 && { messageId: id }) });
	}

	/** Publishes with QoS 2, to the end. */
	publishOnce(topic: string, payload: string): void {
		this.publish(topic, payload, 2, { id: 99 });
		this.send({ cmd: "pubrel", messageId: 99 });
	}

	/** The network connection breaks. */
	cut(): void {
		this.isClosed = true;
		this.connection.lost();
	}
}

interface Flags {
	readonly id?: number;
	readonly retain?: boolean;
	readonly dup?: boolean;
}

export const connectPacket = (clientId: string, options: Partial<IConnectPacket> = {}): IConnectPacket => ({
	cmd: "connect",
	protocolId: "MQTT",
	protocolVersion: 4,
	clean: true,
	keepalive: 0,
	clientId,
	...options,
});

/** A broker with its clock, and what it told. */
export class Rig {
	readonly clock = new VirtualClock();
	readonly events: BrokerEvent[] = [];
	readonly broker: ModelBroker;

	constructor(ways: Partial<BrokerWays> = {}, faults: BrokerFaults = {}) {
		this.broker = new ModelBroker({
			clock: this.clock,
			ways,
			faults,
			onEvent: (event) => this.events.push(event),
		});
	}

	/** A connection without CONNECT. */
	link(): Peer {
		return new Peer(this.broker);
	}

	/** A connected client, whose CONNACK is no longer among what it heard. */
	client(clientId: string, options: Partial<IConnectPacket> = {}): Peer {
		const peer = this.link();
		const [answer] = peer.connect(clientId, options);
		if (!answer?.startsWith("connack 0")) throw new Error(`${clientId}: ${answer}`);
		return peer;
	}

	/** A connected client with a subscription, whose answers are no longer among what it heard. */
	subscriber(clientId: string, filter: string, qos: 0 | 1 | 2, options: Partial<IConnectPacket> = {}): Peer {
		const peer = this.client(clientId, options);
		peer.subscribe([filter, qos]);
		return peer;
	}
}
