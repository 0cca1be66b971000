import { generate, type Packet, parser } from "mqtt-packet";
import type { Application, Client, Step } from "./script.js";
import type { Dial, Wire } from "./wire.js";

/** A broker that does not answer for so long, in milliseconds, never will. */
const PATIENCE = 5_000;

/** A packet as it is compared; packet ids are each broker's own choice, but for those of answers. */
export interface Seen {
	readonly line: string;
	/** Of a PUBLISH. */
	readonly topic?: string;
}

/** A connection, while it is one. */
interface Line {
	readonly wire: Wire;
	isOpen: boolean;
	/** Whether what comes is no longer looked at: another connection takes over. */
	isOld: boolean;
	pongs: number;
}

/** A client that follows a script, and all that it sees. */
export class Player {
	readonly client: Client;
	/** How many packets have come, without PINGRESP. */
	heard = 0;
	readonly #dial: Dial;
	#line: Line | undefined;
	#seen: Seen[] = [];
	/** What it withholds; `undefined`: it does not. */
	#withheld: Packet[] | undefined;
	/** Its messages with QoS 2 whose PUBREL was not sent, by packet id. */
	readonly #unreleased = new Map<number, Application>();
	#resend: "pubrel" | "publish" = "pubrel";
	#lastId = 0;
	#wake: () => void = () => {};

	constructor(client: Client, dial: Dial) {
		this.client = client;
		this.#dial = dial;
	}

	/** What it has seen since the last time. */
	seen(): readonly Seen[] {
		const seen = this.#seen;
		this.#seen = [];
		return seen;
	}

	async take(step: Step): Promise<void> {
		switch (step.action) {
			case "connect":
				return this.#connect(step);
			case "disconnect":
				this.#send({ cmd: "disconnect" });
				return this.#end();
			case "cut":
				return this.#end();
			case "subscribe": {
				const subscriptions = step.filters.map(([topic, qos]) => ({ topic, qos }));
				return this.#send({ cmd: "subscribe", messageId: this.#newId(), subscriptions });
			}
			case "unsubscribe":
				return this.#send({
					cmd: "unsubscribe",
					messageId: this.#newId(),
					unsubscriptions: [...step.filters],
				});
			case "publish":
				return this.#publish(step.message, this.#newId(), false);
			case "withhold":
				this.#withheld ??= [];
				return;
			case "release": {
				const withheld = this.#withheld ?? [];
				this.#withheld = undefined;
				for (const packet of withheld) this.#acknowledge(packet);
				return;
			}
		}
	}

	/** Waits until the broker is done with all that was sent before. */
	async settle(): Promise<void> {
		const line = this.#line;
		if (line === undefined) return;
		const { pongs } = line;
		this.#send({ cmd: "pingreq" });
		await this.#until("PINGRESP", () => line.pongs > pongs || !line.isOpen);
	}

	/** Leaves without a trace. */
	async leave(): Promise<void> {
		if (this.#line !== undefined) await this.#end();
	}

	async #connect(step: Step & { action: "connect" }): Promise<void> {
		const old = this.#line;
		if (old !== undefined) old.isOld = true;
		this.#withheld = undefined;
		this.#resend = step.resend;
		this.#open();
		const { topic = "", payload = "", qos = 0, retain = false } = step.will ?? {};
		this.#send({
			cmd: "connect",
			protocolId: "MQTT",
			protocolVersion: 4,
			clientId: this.client,
			clean: step.clean,
			keepalive: 0,
			...(step.will !== undefined && { will: { topic, payload: Buffer.from(payload), qos, retain } }),
		});
		if (old !== undefined) await this.#until("the old connection's end", () => !old.isOpen);
	}

	#open(): void {
		const packets = parser();
		const wire = this.#dial({
			onBytes: (bytes) => packets.parse(Buffer.from(bytes)),
			onClosed: () => {
				line.isOpen = false;
				if (!line.isOld) {
					this.#seen.push({ line: "closed" });
					this.#line = undefined;
				}
				this.#wake();
			},
		});
		const line: Line = { wire, isOpen: true, isOld: false, pongs: 0 };
		packets.on("packet", (packet) => {
			if (!line.isOld) this.#hear(line, packet);
		});
		this.#line = line;
	}

	/** Hears of the end only when the broker has. */
	async #end(): Promise<void> {
		const line = this.#line;
		if (line === undefined) return;
		line.wire.end();
		await this.#until("the connection's end", () => !line.isOpen);
	}

	#hear(line: Line, packet: Packet): void {
		if (packet.cmd === "pingresp") {
			line.pongs++;
		} else {
			this.heard++;
			this.#seen.push(seenOf(packet));
		}
		this.#answer(packet);
		this.#wake();
	}

	#answer(packet: Packet): void {
		const { messageId = 0 } = packet;
		switch (packet.cmd) {
			case "connack":
				return this.#goOn(packet.sessionPresent);
			case "publish":
				if (packet.qos > 0) this.#acknowledge({ cmd: packet.qos === 1 ? "puback" : "pubrec", messageId });
				return;
			case "pubrec":
				return this.#acknowledge({ cmd: "pubrel", messageId });
			case "pubrel":
				return this.#acknowledge({ cmd: "pubcomp", messageId });
		}
	}

	#acknowledge(packet: Packet): void {
		if (this.#withheld !== undefined) {
			this.#withheld.push(packet);
			return;
		}
		if (packet.cmd === "pubrel") this.#unreleased.delete(packet.messageId ?? 0);
		this.#send(packet);
	}

	/** Sends again what the session has left open [MQTT-4.4.0-1]. */
	#goOn(isPresent: boolean): void {
		const open = [...this.#unreleased];
		this.#unreleased.clear();
		if (!isPresent) return;
		for (const [messageId, message] of open) {
			if (this.#resend === "publish") this.#publish(message, messageId, true);
			else this.#send({ cmd: "pubrel", messageId });
		}
	}

	#publish(message: Application, messageId: number, dup: boolean): void {
		if (message.qos === 2) this.#unreleased.set(messageId, message);
		this.#send({ cmd: "publish", ...message, dup, ...(message.qos > 0 && { messageId }) });
	}

	#send(packet: Packet): void {
		this.#line?.wire.send(new Uint8Array(generate(packet)));
	}

	#newId(): number {
		return ++this.#lastId;
	}

	async #until(what: string, isSo: () => boolean): Promise<void> {
		if (isSo()) return;
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`${this.client} waited for ${what}`)), PATIENCE);
			this.#wake = () => {
				if (!isSo()) return;
				clearTimeout(timer);
				this.#wake = () => {};
				resolve();
			};
		});
	}
}

function seenOf(packet: Packet): Seen {
	switch (packet.cmd) {
		case "publish": {
			const flags = `${packet.dup ? " dup" : ""}${packet.retain ? " retain" : ""}`;
			const { topic } = packet;
			return { line: `publish ${topic}=${packet.payload} q${packet.qos}${flags}`, topic };
		}
		case "connack":
			return { line: `connack ${packet.returnCode}${packet.sessionPresent ? " present" : ""}` };
		case "suback":
			return { line: `suback ${packet.messageId} ${packet.granted.join(",")}` };
		case "pubrel":
			return { line: "pubrel" };
		default:
			return { line: `${packet.cmd} ${packet.messageId}` };
	}
}
