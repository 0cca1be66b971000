import type { Socket } from "node:net";
import type { PeerCertificate } from "node:tls";
import type { AedesOptions, Client } from "aedes";
import type { AccessList, Admission, ClientCertificate } from "../access/access-list.js";
import { mayRead, maySubscribe, mayWrite, type Rights } from "../access/table.js";
import type { BrokerEvent, DeniedAction } from "./events.js";

/** How many denials of a connection are told, so that a client cannot fill a log. */
const MOST_TOLD = 100;

type Hooks = Pick<AedesOptions, "preConnect" | "authenticate" | "authorizePublish" | "authorizeSubscribe">;

/** A client as it is known here. */
interface Known {
	readonly certificate: ClientCertificate;
	readonly admission: Admission;
	/** What was told of it. */
	readonly told: Set<string>;
	/** Where its will goes, if it was allowed one when it came. */
	will: string | undefined;
	/** It has no access any more, and its connection is closed. */
	isLeaving: boolean;
}

/**
 * Lets clients do what the access table gives them, as Mosquitto does with `use_identity_as_username`,
 * `use_username_as_clientid` and an `acl_file`: user and client id are the common name of the certificate, whatever
 * CONNECT says; what may not be published is acknowledged and dropped, a will likewise. A subscription that may not be
 * is refused (SUBACK 0x80), where Mosquitto grants it and delivers nothing.
 */
export class Gate {
	/** For Aedes. */
	readonly hooks: Hooks;
	#list: AccessList;
	readonly #onEvent: (event: BrokerEvent) => void;
	readonly #certificates = new WeakMap<object, ClientCertificate>();
	readonly #known = new WeakMap<Client, Known>();
	readonly #denied = new WeakSet<object>();

	constructor(list: AccessList, onEvent: (event: BrokerEvent) => void) {
		this.#list = list;
		this.#onEvent = onEvent;
		this.hooks = {
			preConnect: (client, packet, done) => {
				const certificate = this.#certificates.get(client.conn) ?? NOBODY;
				const admission = this.#list.admit(certificate, Date.now());
				const will = packet.will?.topic;
				const known: Known = { certificate, admission, told: new Set(), will: undefined, isLeaving: false };
				this.#known.set(client, known);
				if (admission.kind === "admitted") {
					Object.assign(packet, { clientId: admission.name, username: admission.name });
					const isAllowed = will !== undefined && mayWrite(this.#rightsOf(client), will);
					if (isAllowed) known.will = will;
					else if (will !== undefined) {
						this.#deny(client, "will", will);
						Object.assign(packet, { will: undefined });
					}
				}
				done(null, true);
			},
			authenticate: (client, _user, _password, done) => {
				const admission = this.#known.get(client)?.admission;
				if (admission?.kind === "admitted") done(null, true);
				else done(Object.assign(new Error(admission?.reason ?? "no certificate"), { returnCode: 5 }), false);
			},
			authorizePublish: (client, packet, done) => {
				if (client !== null && !this.#mayPublish(client, packet.topic)) {
					this.#denied.add(packet);
					this.#deny(client, "publish", packet.topic);
				}
				done(null);
			},
			authorizeSubscribe: (client, subscription, done) => {
				if (maySubscribe(this.#rightsOf(client), subscription.topic)) return done(null, subscription);
				this.#deny(client, "subscribe", subscription.topic);
				done(null, null);
			},
		};
	}

	/** Takes note of the certificate with which a stream of MQTT came. */
	enter(stream: object, socket: Socket): void {
		const { getPeerCertificate } = socket as { getPeerCertificate?: () => PeerCertificate };
		this.#certificates.set(stream, certificateOf(getPeerCertificate?.call(socket)));
	}

	/** Whether a packet was denied: it is acknowledged, and goes nowhere. */
	isDenied(packet: object): boolean {
		return this.#denied.has(packet);
	}

	/** Whether a client may get what is published on a topic. */
	mayRead(client: Client, topic: string): boolean {
		return mayRead(this.#rightsOf(client), topic);
	}

	/** Another table from now on. @returns of these clients those that have no access any more, and why */
	replace(list: AccessList, clients: Iterable<Client>): readonly (readonly [Client, reason: string])[] {
		this.#list = list;
		return [...clients].flatMap((client) => {
			const admission = list.admit(this.#known.get(client)?.certificate ?? NOBODY, Date.now());
			if (admission.kind === "admitted") return [];
			const known = this.#known.get(client);
			if (known !== undefined) known.isLeaving = true;
			return [[client, admission.reason] as const];
		});
	}

	/** One that has to leave still has its will: others learn that it is gone. */
	#mayPublish(client: Client, topic: string): boolean {
		const { isLeaving, will, admission } = this.#known.get(client) ?? {};
		const isWill = isLeaving === true && topic === will && admission?.kind === "admitted";
		return isWill || mayWrite(this.#rightsOf(client), topic);
	}

	#rightsOf(client: Client): Rights {
		const admission = this.#known.get(client)?.admission;
		return this.#list.rightsOf(admission?.kind === "admitted" ? admission.name : "");
	}

	#deny(client: Client, action: DeniedAction, topic: string): void {
		const known = this.#known.get(client);
		if (known?.admission.kind !== "admitted") return;
		const shown = topic.slice(0, 200);
		const entry = `${action} ${shown}`;
		if (known.told.has(entry) || known.told.size >= MOST_TOLD) return;
		known.told.add(entry);
		this.#onEvent({ event: "denied", client: known.admission.name, action, topic: shown });
	}
}

/** What a connection without TLS has. */
const NOBODY: ClientCertificate = Object.freeze({ commonName: undefined, serial: "", until: new Date(0) });

function certificateOf(peer: PeerCertificate | undefined): ClientCertificate {
	if (peer?.subject === undefined) return NOBODY;
	// Of several names Node makes a list.
	const { CN } = peer.subject as { readonly CN?: string | readonly string[] };
	return {
		commonName: typeof CN === "string" ? CN : undefined,
		serial: peer.serialNumber.toLowerCase(),
		until: new Date(peer.valid_to),
	};
}
