import type { EventEmitter } from "node:events";
import { Aedes, type Client, type PublishPacket } from "aedes";
import { aedesOptions, LIMITS } from "../../../host-sim/broker/aedes-options.js";
import type { EndReason } from "../../../host-sim/simulation/broker/events.js";
import type { BrokerException } from "../../../host-sim/simulation/trace.js";
import type { BrokerParts } from "../../../host-sim/simulation/world-broker.js";
import { idInUse } from "./exceptions.js";
import type { Granted } from "./granted.js";
import type { LinkStream } from "./link-stream.js";
import type { OwnTimers } from "./own-timers.js";

const decoder = new TextDecoder();

/** Where Aedes keeps sessions and retained messages. */
interface Persistence {
	/** Rejects when no message with QoS 2 and this packet id came and was not released. */
	incomingGetPacket(client: Client, packet: PublishPacket): Promise<PublishPacket>;
}

/** What Aedes has besides what its types say. */
interface Inside {
	readonly persistence: Persistence;
	/** The clients that are connected, by id. */
	readonly clients: Readonly<Record<string, Client>>;
}

export interface ProcessOptions {
	readonly parts: BrokerParts;
	readonly timers: OwnTimers;
	readonly granted: Granted;
	/** Another one for each process, as it is when Aedes chooses it. */
	readonly id: string;
	/** What the process before knew; `undefined`: nothing is known. */
	readonly persistence: unknown;
}

/** One Aedes from its start to its end, with the options of the embedded broker, and what it tells. */
export class Process {
	readonly #parts: BrokerParts;
	readonly #timers: OwnTimers;
	readonly #aedes: Aedes & Inside;
	/** Clients that were told to be connected, and why they go, as far as it is known. */
	readonly #reasons = new Map<Client, EndReason | undefined>();
	/** Clients whose will is being published. */
	readonly #wills = new Set<Client>();

	constructor({ parts, timers, granted, id, persistence }: ProcessOptions) {
		this.#parts = parts;
		this.#timers = timers;
		this.#aedes = new Aedes({
			...aedesOptions(LIMITS),
			...(persistence !== undefined && { persistence }),
			id,
			authenticate: (client, _username, _password, done) => {
				const old = this.#aedes.clients[client.id];
				if (old !== undefined) this.#because(old, "takeover");
				done(null, true);
			},
			authorizePublish: (client, packet, done) => done(this.#refusal(client, packet)),
		}) as Aedes & Inside;
		timers.run(() => {
			this.#hearClients();
			this.#hearMessages();
			this.#aedes.on("subscribe", (subscriptions, client) => {
				for (const { topic, qos } of subscriptions) granted.set(client.id, topic, qos);
			});
			this.#aedes.listen().catch((error: unknown) => this.#fail(error));
		});
	}

	/** What it knows, whole when it has settled. */
	get persistence(): unknown {
		return this.#aedes.persistence;
	}

	/** A connection comes. */
	handle(stream: LinkStream): void {
		this.#timers.run(() => this.#aedes.handle(stream));
	}

	/** It has ended, at a settled moment. */
	crash(): void {
		for (const client of this.#reasons.keys()) this.#tellEnd(client, "crash");
	}

	/** Tells that it did what it is known to do, if that concerns a device. */
	except(exception: BrokerException | undefined): void {
		if (exception !== undefined) this.#timers.run(() => this.#parts.onEvent(exception));
	}

	#hearClients(): void {
		const { onEvent } = this.#parts;
		this.#aedes.on("connackSent", ({ sessionPresent }, client) => {
			this.#reasons.set(client, undefined);
			const { id, clean } = client;
			const told = {
				event: "connected",
				client: id,
				clean,
				sessionPresent: sessionPresent === true,
			} as const;
			this.#timers.run(() => onEvent(told));
		});
		this.#aedes.on("keepaliveTimeout", (client) => this.#because(client, "keep-alive"));
		for (const event of ["clientError", "connectionError"] as const) {
			this.#aedes.on(event, (client, { message }) => this.#hearError(client, message));
		}
		this.#aedes.on("clientDisconnect", (client) => this.#timers.run(() => this.#tellEnd(client)));
		(this.#aedes as EventEmitter).on("error", (error: unknown) => this.#fail(error));
	}

	/** Hears each message where Aedes hands it to whoever is subscribed. */
	#hearMessages(): void {
		this.#aedes.subscribe(
			"#",
			({ topic, payload, qos, retain }, done) => {
				const message = { topic, qos, retain, payload: decoder.decode(payload as Buffer) };
				// Aedes tells of itself with topics that begin so.
				if (!topic.startsWith("$")) this.#timers.run(() => this.#parts.onMessage(message));
				done();
			},
			() => {},
		);
	}

	#hearError(client: Client, detail: string): void {
		// What Aedes still had to send when the client was gone is an error too.
		if (client.closed || this.#reasons.get(client) !== undefined) return;
		this.#because(client, "violation");
		// A slow network may bring CONNECT too late.
		const clause = detail === "connect did not arrive in time" ? "3.1.4" : "";
		const told = { event: "violation", client: client.id ?? "", clause, detail } as const;
		this.#timers.run(() => this.#parts.onEvent(told));
	}

	/** Why a message is not taken, and the connection closed. */
	#refusal(client: Client | null, packet: PublishPacket): Error | null {
		if (client === null) return null;
		// Aedes asks about the will when the client is gone.
		if (client.closed) {
			this.#wills.add(client);
			return null;
		}
		if (this.#parts.faults.publish?.(client.id, packet.topic) === "close") {
			this.#because(client, "fault");
			return new Error("a fault");
		}
		if (packet.qos === 2) this.#checkId(client, packet);
		return null;
	}

	/** Looks whether another message has the id of this one. */
	#checkId(client: Client, packet: PublishPacket): void {
		const payload = String(packet.payload);
		this.#aedes.persistence.incomingGetPacket(client, packet).then(
			(held) => {
				if (String(held.payload) !== payload) this.except(idInUse(client.id, payload));
			},
			() => {},
		);
	}

	/** Of several reasons the first counts. */
	#because(client: Client, reason: EndReason): void {
		if (this.#reasons.has(client)) this.#reasons.set(client, this.#reasons.get(client) ?? reason);
	}

	#tellEnd(client: Client, reason = this.#reasons.get(client)): void {
		const { isLost } = client.conn as LinkStream;
		const will = this.#wills.delete(client);
		this.#reasons.delete(client);
		const because = reason ?? (isLost ? "lost" : "disconnect");
		this.#parts.onEvent({ event: "disconnected", client: client.id, reason: because, will });
	}

	#fail(error: unknown): void {
		this.#timers.run(() => {
			throw error;
		});
	}
}
