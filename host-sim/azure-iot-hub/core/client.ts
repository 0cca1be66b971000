import type { IPublishPacket, ISubscribePacket, Packet } from "mqtt-packet";
import { type Around, who } from "./around.js";
import type { Endpoint, Online } from "./endpoint.js";
import type { EndCode, Who } from "./events.js";
import type { AnswerKind } from "./faults.js";
import { readJson } from "./json.js";
import type { Letter } from "./mailbox.js";
import { writeBag } from "./property-bag.js";
import type { Session } from "./session.js";
import { readTelemetry } from "./telemetry.js";
import {
	deviceboundTopic,
	inputTopic,
	type Publication,
	readFilter,
	readTopic,
	type Subject,
} from "./topics.js";
import { answerTwin, type TwinRequest } from "./twin-requests.js";

/** Why a connection ends. */
export interface End {
	readonly code: EndCode;
	readonly reason: string;
}

/** How a client is written to. */
export interface Outlet {
	send(packet: Packet): void;
	/** Sends an answer, unless a fault drops or delays it. */
	answer(kind: AnswerKind, packet: Packet): void;
}

/** A client whose CONNECT was accepted. */
export class Client implements Online {
	readonly endpoint: Endpoint;
	readonly session: Session;
	readonly #around: Around;
	readonly #outlet: Outlet;
	readonly #apiVersion: string | undefined;
	readonly #who: Who;

	constructor(
		around: Around,
		outlet: Outlet,
		endpoint: Endpoint,
		session: Session,
		apiVersion: string | undefined,
	) {
		this.#around = around;
		this.#outlet = outlet;
		this.endpoint = endpoint;
		this.session = session;
		this.#apiVersion = apiVersion;
		this.#who = who(endpoint.identity);
	}

	/** Takes a packet of the client. Returns why the connection ends, if it does. */
	take(packet: Packet): End | undefined {
		if (packet.messageId === 0) return { code: "protocol-violation", reason: "packet id 0 [MQTT-2.3.1-1]" };
		switch (packet.cmd) {
			case "publish":
				return this.#receive(packet);
			case "puback":
				return this.#acknowledged(packet.messageId ?? 0);
			case "subscribe":
				return this.#subscribe(packet);
			case "unsubscribe":
				for (const filter of packet.unsubscriptions) this.#unsubscribe(filter);
				this.#outlet.answer("unsuback", { cmd: "unsuback", messageId: packet.messageId ?? 0, granted: [] });
				return undefined;
			case "pingreq":
				this.#outlet.answer("pingresp", { cmd: "pingresp" });
				return undefined;
			case "disconnect":
				return { code: "disconnect", reason: "the client said goodbye" };
			default:
				return {
					code: "protocol-violation",
					reason: `${packet.cmd.toUpperCase()} is not for a connected client to send`,
				};
		}
	}

	/** After CONNACK: what was in flight goes again, marked as such, then what waits, then method calls. */
	resume(): void {
		for (const [id, letter] of this.session.inFlight) {
			if (this.endpoint.mailbox.has(letter)) this.#sendLetter(letter, 1, id, true);
			else this.session.inFlight.delete(id);
		}
		this.deliver();
		this.endpoint.calls.retry();
	}

	isSubscribed(subject: Subject): boolean {
		return this.session.to(subject) !== undefined;
	}

	publish(topic: string, payload: string): void {
		this.#outlet.send({ cmd: "publish", topic, payload, qos: 0, dup: false, retain: false });
	}

	deliver(): void {
		const { mailbox, identity } = this.endpoint;
		const subscription = this.session.to(identity.module === undefined ? "c2d" : "inputs");
		if (subscription === undefined) return;
		for (const letter of mailbox.letters) {
			if (this.session.isInFlight(letter)) continue;
			if (subscription.qos === 0) {
				this.#sendLetter(letter, 0, 0, false);
				this.#complete(letter);
				continue;
			}
			const id = this.session.nextId();
			this.session.inFlight.set(id, letter);
			this.#sendLetter(letter, 1, id, false);
		}
	}

	#sendLetter({ bag, body, input, messageId }: Letter, qos: 0 | 1, id: number, dup: boolean): void {
		const { identity } = this.endpoint;
		const text = writeBag(bag);
		const topic = input === undefined ? deviceboundTopic(identity, text) : inputTopic(identity, input, text);
		const payload = Buffer.from(body);
		this.#around.tell({ ...this.#who, event: "c2d-sent", messageId });
		this.#outlet.send({
			...{ cmd: "publish", topic, payload, qos, dup, retain: false },
			...(qos === 1 && { messageId: id }),
		});
	}

	/** An id that is not in use is not an error: what it was of may have expired. */
	#acknowledged(id: number): undefined {
		const letter = this.session.inFlight.get(id);
		this.session.inFlight.delete(id);
		if (letter !== undefined) this.#complete(letter);
	}

	#complete(letter: Letter): void {
		if (this.endpoint.mailbox.complete(letter))
			this.#around.tell({ ...this.#who, event: "c2d-completed", messageId: letter.messageId });
	}

	#receive(packet: IPublishPacket): End | undefined {
		const { topic, qos, dup } = packet;
		if (qos === 2) return { code: "qos-2", reason: "a message with QoS 2: the hub takes 0 and 1" };
		if (qos === 0 && dup) return { code: "protocol-violation", reason: "DUP with QoS 0 [MQTT-3.3.1-2]" };
		const publication = readTopic(this.endpoint.identity, topic);
		if (publication === undefined)
			return { code: "topic-not-allowed", reason: `the hub knows no topic ${quoted(topic)} for this client` };
		return this.#handle(publication, packet, qos);
	}

	#handle(publication: Publication, packet: IPublishPacket, qos: 0 | 1): End | undefined {
		const payload = Buffer.from(packet.payload);
		if (publication.kind === "telemetry") {
			const end = this.#takeTelemetry(publication.bag, payload, packet.retain, qos, packet.dup);
			if (end === undefined) this.#puback(packet);
			return end;
		}
		this.#puback(packet);
		if (publication.kind === "method-response") return this.#takeResponse(publication, payload);
		this.#takeTwin({ ...publication, payload, apiVersion: this.#apiVersion });
		return undefined;
	}

	#puback({ qos, messageId }: IPublishPacket): void {
		if (qos === 1) this.#outlet.answer("puback", { cmd: "puback", messageId: messageId ?? 0 });
	}

	#takeTelemetry(bag: string, body: Uint8Array, retain: boolean, qos: 0 | 1, dup: boolean): End | undefined {
		const { faults, limits, tell } = this.#around;
		if (faults.throttleTelemetry?.(this.#id) === true) {
			tell({ ...this.#who, event: "throttled", what: "telemetry" });
			return { code: "throttled", reason: "telemetry is throttled" };
		}
		const message = readTelemetry(bag, body, retain, false);
		if (message === undefined)
			return { code: "bad-properties", reason: `the properties ${quoted(bag)} are not URL-encoded` };
		const { bytes, ...told } = message;
		if (bytes > limits.telemetryBytes)
			return {
				code: "message-too-large",
				reason: `${bytes} bytes with properties; at most ${limits.telemetryBytes} are allowed`,
			};
		tell({ ...this.#who, event: "telemetry", qos, dup, isWill: false, ...told });
		return undefined;
	}

	#takeTwin(request: TwinRequest): void {
		const answer = answerTwin(request, this.endpoint, this.#around);
		if (!this.isSubscribed("twin-responses")) return;
		this.#outlet.answer("twin", { cmd: "publish", ...answer, qos: 0, dup: false, retain: false });
	}

	#takeResponse(
		{ rid, status }: Publication & { kind: "method-response" },
		payload: Uint8Array,
	): End | undefined {
		const { limits, tell } = this.#around;
		const method = this.endpoint.calls.methodOf(rid);
		if (method === undefined) {
			tell({ ...this.#who, event: "method-unknown", rid });
			return undefined;
		}
		const body = payload.length === 0 ? null : readJson(payload);
		if (body === undefined)
			return { code: "bad-method-response", reason: `the answer to ${method} is not JSON` };
		if (payload.length > limits.methodBytes)
			return { code: "message-too-large", reason: `an answer of more than ${limits.methodBytes} bytes` };
		tell({ ...this.#who, event: "method-answered", method, rid, status, payload: body });
		this.endpoint.calls.answer(rid, { ok: true, status, payload: body });
		return undefined;
	}

	#subscribe({ subscriptions, messageId }: ISubscribePacket): End | undefined {
		const { limits, tell } = this.#around;
		const granted: number[] = [];
		for (const { topic: filter, qos: wanted } of subscriptions) {
			const subject = readFilter(this.endpoint.identity, filter);
			if (subject === undefined)
				return {
					code: "topic-not-allowed",
					reason: `the hub knows no filter ${quoted(filter)} for this client`,
				};
			const qos = wanted === 0 ? 0 : 1;
			this.session.subscriptions.set(filter, { subject, qos });
			if (this.session.subscriptions.size > limits.subscriptions)
				return { code: "too-many-subscriptions", reason: `more than ${limits.subscriptions} subscriptions` };
			granted.push(qos);
			tell({ ...this.#who, event: "subscribed", filter, qos });
		}
		this.#outlet.answer("suback", { cmd: "suback", messageId: messageId ?? 0, granted });
		this.deliver();
		this.endpoint.calls.retry();
		return undefined;
	}

	#unsubscribe(filter: string): void {
		if (this.session.subscriptions.delete(filter))
			this.#around.tell({ ...this.#who, event: "unsubscribed", filter });
	}

	get #id(): string {
		const { device, module } = this.#who;
		return module === undefined ? device : `${device}/${module}`;
	}
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 200));
