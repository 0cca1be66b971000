import type { IConnectPacket, Packet } from "mqtt-packet";
import { type Admitted, admit, type HubPeer, type Refusal } from "./admission.js";
import { type Around, who } from "./around.js";
import { Client, type End, type Outlet } from "./client.js";
import { whenDue } from "./clock.js";
import { encode, type Incoming, PacketReader } from "./codec.js";
import type { Endpoint } from "./endpoint.js";
import type { AnswerKind } from "./faults.js";
import { type Identity, idOf } from "./registry.js";
import { Session } from "./session.js";
import { readTelemetry } from "./telemetry.js";
import { eventsBag } from "./topics.js";

/** The hub's end of a transport connection. It must not call back from within these calls. */
export interface HubLink {
	/** Sends to the client. The bytes may be kept. */
	send(bytes: Uint8Array): void;
	/** The hub closes the connection, behind what it has sent. @param reason for people; a hub tells its client none */
	close(reason: string): void;
}

/** What a transport connection gives the hub. */
export interface HubConnection {
	/** Bytes of the client, however they are cut; they are not kept. */
	received(bytes: Uint8Array): void;
	/** The transport connection has ended, whoever ended it. */
	closed(): void;
}

/** What a connection needs of its hub. */
export interface Surroundings extends Around {
	/** What the hub keeps of an identity. */
	readonly endpointOf: (identity: Identity) => Endpoint;
}

/** Bytes of a packet beside a message: topic with its length, packet id. */
const HEADER_BYTES = 65_535 + 4;

/** One transport connection, from its first byte to its end. */
export class Connection implements HubConnection, Outlet {
	readonly #around: Surroundings;
	readonly #link: HubLink;
	readonly #peer: HubPeer;
	readonly #reader: PacketReader;
	readonly #forget: () => void;
	readonly #timers = new Set<() => void>();
	#client: Client | undefined;
	#will: IConnectPacket["will"];
	#heardAt: number;
	#isStuck = false;
	#isClosed = false;
	#isDead = false;

	/** @param forget hears that the connection is over */
	constructor(around: Surroundings, link: HubLink, peer: HubPeer, forget: (connection: Connection) => void) {
		const { clock, limits } = around;
		this.#around = around;
		this.#link = link;
		this.#peer = peer;
		this.#forget = () => forget(this);
		this.#reader = new PacketReader(limits.telemetryBytes + HEADER_BYTES);
		this.#heardAt = clock.now();
		const missing = {
			code: "no-connect",
			reason: `no CONNECT within ${limits.connectTimeout / 1000} s`,
		} as const;
		this.#timers.add(clock.post(() => this.#client ?? this.end(missing), limits.connectTimeout));
	}

	received(bytes: Uint8Array): void {
		if (this.#isClosed || this.#isIgnored) return;
		this.#reader.push(bytes);
		this.#takeAll();
	}

	closed(): void {
		this.end({ code: "connection-lost", reason: "the client closed the connection without DISCONNECT" });
	}

	/** Ends the connection. A will goes out unless the client said goodbye, or `withWill` is false. */
	end({ code, reason }: End, withWill = code !== "disconnect"): void {
		if (this.#isClosed) return;
		this.#shut(code === "connection-lost" ? undefined : reason);
		const client = this.#client;
		if (client === undefined) return this.#around.tell({ event: "dropped", code, reason });
		const { endpoint } = client;
		if (endpoint.owner === this) {
			endpoint.owner = undefined;
			endpoint.online = undefined;
		}
		const will = withWill && this.#will !== undefined;
		this.#around.tell({ ...who(endpoint.identity), event: "disconnected", code, reason, will });
		if (will) this.#sendWill(endpoint);
	}

	send(packet: Packet): void {
		if (!this.#isClosed && !this.#isIgnored) this.#link.send(encode(packet));
	}

	answer(kind: AnswerKind, packet: Packet, behind = () => {}): void {
		const fate = this.#around.faults.answer?.(kind, this.#id) ?? "send";
		if (fate === "drop") return;
		const send = () => {
			this.send(packet);
			behind();
		};
		if (fate === "send") return send();
		const cancel = this.#around.clock.post(() => {
			this.#timers.delete(cancel);
			send();
		}, fate);
		this.#timers.add(cancel);
	}

	/** @param reason for which the hub closes it; without, it is closed already */
	#shut(reason: string | undefined): void {
		this.#isClosed = true;
		this.#forget();
		for (const cancel of this.#timers) cancel();
		if (reason !== undefined) this.#link.close(reason);
	}

	get #id(): string {
		return this.#client === undefined ? "" : idOf(this.#client.endpoint.identity);
	}

	/** Once ignored, a connection stays dead: what was not read cannot be gone on from. */
	get #isIgnored(): boolean {
		this.#isDead ||= this.#client !== undefined && this.#around.faults.ignore?.(this.#id) === true;
		return this.#isDead;
	}

	#takeAll(): void {
		while (!this.#isClosed && !this.#isStuck) {
			const incoming = this.#reader.next();
			if (incoming === undefined) return;
			this.#heardAt = this.#around.clock.now();
			const end = this.#take(incoming);
			if (end !== undefined) this.end(end);
		}
	}

	#take(incoming: Incoming): End | undefined {
		switch (incoming.kind) {
			case "malformed":
				return { code: "protocol-violation", reason: incoming.reason };
			case "too-large":
				return { code: "packet-too-large", reason: incoming.reason };
			case "other-version":
				return this.#refuse("", {
					refused: "protocol-version-refused",
					reason: "another version than MQTT 3.1.1",
					returnCode: 1,
				});
		}
		const { packet } = incoming;
		if (this.#client !== undefined) return this.#client.take(packet);
		if (packet.cmd === "connect") return this.#connect(packet);
		return { code: "protocol-violation", reason: `${packet.cmd.toUpperCase()} before CONNECT` };
	}

	#connect(packet: IConnectPacket): End | undefined {
		const { clock, faults } = this.#around;
		const admission = admit(packet, this.#peer, { ...this.#around, date: clock.date() });
		if ("refused" in admission) return this.#refuse(packet.clientId, admission);
		const returnCode = faults.connect?.(idOf(admission.identity)) ?? 0;
		if (returnCode !== 0)
			return this.#refuse(packet.clientId, { refused: "fault", reason: "a fault refuses it", returnCode });
		return this.#accept(packet, admission);
	}

	#refuse(clientId: string, { refused: code, reason, returnCode }: Refusal): undefined {
		const client = clientId.slice(0, 200);
		this.#around.tell({
			event: "refused",
			client,
			code,
			reason,
			...(returnCode !== undefined && { returnCode }),
		});
		if (returnCode !== undefined) this.send({ cmd: "connack", sessionPresent: false, returnCode });
		this.#shut(reason);
	}

	#accept(packet: IConnectPacket, { identity, userName, authentication, expires }: Admitted): undefined {
		const { tell } = this.#around;
		const endpoint = this.#around.endpointOf(identity);
		endpoint.owner?.end({ code: "replaced", reason: "another connection of the same identity came" });
		endpoint.owner = this;
		const clean = packet.clean === true;
		const sessionPresent = !clean && !endpoint.isForgotten;
		const session = (clean ? undefined : endpoint.session) ?? new Session();
		endpoint.session = clean ? undefined : session;
		endpoint.isForgotten = false;
		const client = new Client(this.#around, this, endpoint, session, userName.apiVersion);
		this.#client = client;
		this.#will = packet.will;
		const keepAlive = packet.keepalive ?? 0;
		const { apiVersion, modelId } = userName;
		tell({
			...{ ...who(identity), event: "connected", clean, authentication, keepAlive },
			...(apiVersion !== undefined && { apiVersion }),
			...(modelId !== undefined && { modelId }),
			...(expires !== undefined && { expires }),
		});
		this.#watchSilence(keepAlive);
		if (expires !== undefined) this.#watchToken(expires);
		this.#isStuck = true;
		this.answer("connack", { cmd: "connack", sessionPresent, returnCode: 0 }, () => {
			this.#isStuck = false;
			endpoint.online = client;
			client.resume();
			this.#takeAll();
		});
	}

	/** At 1.5 times the keep-alive the client counts as gone [MQTT-3.1.2-24], and at the hub's longest in any case. */
	#watchSilence(keepAlive: number): void {
		const { clock, limits } = this.#around;
		const patience =
			keepAlive === 0 ? limits.longestSilence : Math.min(keepAlive * 1500, limits.longestSilence);
		const reason = `nothing came for ${patience / 1000} s`;
		this.#watch(
			() => clock.now(),
			() => this.#heardAt + patience,
			{ code: "keep-alive-expired", reason },
		);
	}

	#watchToken(expires: number): void {
		const { clock } = this.#around;
		this.#watch(
			() => clock.date(),
			() => expires,
			{ code: "token-expired", reason: "the token has expired" },
		);
	}

	#watch(now: () => number, due: () => number, end: End): void {
		const { clock } = this.#around;
		this.#timers.add(
			whenDue(
				(callback, delay) => clock.post(callback, delay),
				now,
				due,
				() => this.end(end),
			),
		);
	}

	#sendWill(endpoint: Endpoint): void {
		const { identity } = endpoint;
		const { topic = "", payload = "", qos = 0, retain = false } = this.#will ?? {};
		const message = readTelemetry(eventsBag(identity, topic) ?? "", Buffer.from(payload), retain, true);
		if (message === undefined) return;
		const { system, application, body } = message;
		const about = { ...who(identity), qos: qos === 0 ? 0 : 1, dup: false, isWill: true } as const;
		this.#around.tell({ ...about, event: "telemetry", system, application, body });
	}
}
