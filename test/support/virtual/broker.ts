import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import type { VirtualNetwork } from "./network.js";
import type { Peer } from "./socket.js";

/** How the broker publishes to a device. */
export interface PublishOptions {
	qos?: 0 | 1 | 2;
	retain?: boolean;
}

/** One device's connection, as the broker sees it. */
interface Client {
	readonly peer: Peer;
	/** What came over it, in order. */
	readonly packets: Packet[];
	/** The bytes of these, as they came. */
	received: Buffer;
	isOpen: boolean;
}

/** The far end of the wire, that does as the test says; it keeps no sessions and routes nothing. */
export class ScriptedBroker {
	/** What it does when a connection opens: wait for CONNECT, close, or say this. */
	greeting: "wait" | "close" | Uint8Array = "wait";
	/** The return code of CONNACK. */
	returnCode = 0;
	sessionPresent = false;
	/** The return code for each subscription; as asked, when there is none. */
	granted: number | undefined;
	/** What it does not answer. */
	readonly withheld = new Set<"connect" | "subscribe" | "publish" | "pubrec" | "pubrel" | "pingreq">();
	readonly clients: Client[] = [];
	/** The wills of the clients that went without DISCONNECT: `topic payload`. */
	readonly wills: string[] = [];
	#lastId = 0;

	constructor(network: VirtualNetwork) {
		network.onConnection = (peer) => this.#serve(peer);
	}

	/** Everything received, over all connections, in words. */
	get heard(): string[] {
		return this.clients.flatMap(({ packets }) => packets.map(describePacket));
	}

	/** What came over the last connection. */
	get packets(): readonly Packet[] {
		return this.clients.at(-1)?.packets ?? [];
	}

	/** Publishes to whoever is connected; with QoS 1 and 2 the id is returned. */
	publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): number {
		const { qos = 0, retain = false } = options;
		const messageId = qos === 0 ? 0 : ++this.#lastId;
		const packet = { cmd: "publish", topic, payload: Buffer.from(payload), retain, dup: false } as const;
		this.send(generate(qos === 0 ? { ...packet, qos } : { ...packet, qos, messageId }));
		return messageId;
	}

	/** Sends raw bytes to whoever is connected. */
	send(bytes: Uint8Array): void {
		for (const { peer, isOpen } of this.clients) if (isOpen) peer.send(bytes);
	}

	/** Breaks every connection, as a broker does that is killed. */
	kill(): void {
		for (const client of this.clients) {
			if (!client.isOpen) continue;
			client.isOpen = false;
			client.peer.reset();
		}
	}

	#serve(peer: Peer): void {
		const client: Client = { peer, packets: [], received: Buffer.alloc(0), isOpen: true };
		this.clients.push(client);
		if (this.greeting === "close") peer.end();
		else if (this.greeting !== "wait") peer.send(this.greeting);
		const packets = parser();
		packets.on("packet", (packet) => {
			client.packets.push(packet);
			for (const answer of this.#answers(packet)) peer.send(generate(answer));
		});
		packets.on("error", (error) => {
			throw error;
		});
		peer.onData = (bytes) => {
			client.received = Buffer.concat([client.received, bytes]);
			packets.parse(Buffer.from(bytes));
		};
		peer.onClose = () => {
			if (!client.isOpen) return;
			client.isOpen = false;
			const connect = client.packets.find((packet) => packet.cmd === "connect") as IConnectPacket | undefined;
			const isClean = client.packets.some(({ cmd }) => cmd === "disconnect");
			if (connect?.will && !isClean) this.wills.push(`${connect.will.topic} ${connect.will.payload}`);
		};
	}

	*#answers(packet: Packet): Generator<Packet> {
		if ((this.withheld as Set<string>).has(packet.cmd)) return;
		const messageId = packet.messageId ?? 0;
		switch (packet.cmd) {
			case "connect": {
				const { returnCode } = this;
				yield { cmd: "connack", returnCode, sessionPresent: this.sessionPresent };
				return;
			}
			case "subscribe": {
				const granted = packet.subscriptions.map(({ qos }) => this.granted ?? qos);
				yield { cmd: "suback", messageId, granted };
				return;
			}
			case "publish":
				if (packet.qos === 1) yield { cmd: "puback", messageId };
				if (packet.qos === 2) yield { cmd: "pubrec", messageId };
				return;
			case "pubrec":
				yield { cmd: "pubrel", messageId };
				return;
			case "pubrel":
				yield { cmd: "pubcomp", messageId };
				return;
			case "pingreq":
				yield { cmd: "pingresp" };
		}
	}
}

/** A packet of a device in a line; the details of CONNECT are left out. */
export function describePacket(packet: Packet): string {
	switch (packet.cmd) {
		case "connect":
			return `connect ${packet.clientId}`;
		case "subscribe":
			return `subscribe ${packet.subscriptions.map(({ topic, qos }) => `${topic} ${qos}`).join(", ")}`;
		case "publish": {
			const id = packet.qos === 0 ? "" : ` #${packet.messageId}`;
			const flags = `${packet.retain ? " retained" : ""}${packet.dup ? " again" : ""}`;
			return `publish ${packet.topic} ${packet.payload}${id}${flags}`;
		}
		case "puback":
		case "pubrec":
		case "pubrel":
		case "pubcomp":
			return `${packet.cmd} #${packet.messageId}`;
		default:
			return packet.cmd;
	}
}
