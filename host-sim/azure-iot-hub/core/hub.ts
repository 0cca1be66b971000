import type { HubPeer } from "./admission.js";
import type { HubClock } from "./clock.js";
import { Connection, type HubConnection, type HubLink, type Surroundings } from "./connection.js";
import { type CloudToDevice, Endpoint, type Sent } from "./endpoint.js";
import type { HubEvent } from "./events.js";
import type { HubFaults } from "./faults.js";
import type { JsonValue } from "./json.js";
import { type HubLimits, LIMITS } from "./limits.js";
import type { MethodCall, MethodOutcome } from "./methods.js";
import { type Identity, idOf, type Policy, Registry } from "./registry.js";
import { type ServiceError, serviceError } from "./service-error.js";
import type { TwinProperties } from "./twin.js";

export type { HubPeer, PeerCertificate } from "./admission.js";
export type { HubClock } from "./clock.js";
export type { HubConnection, HubLink } from "./connection.js";
export type { CloudToDevice, Sent } from "./endpoint.js";
export type { AuthenticationKind, EndCode, HubEvent, RefusalCode, TwinRefusalCode } from "./events.js";
export type { AnswerKind, HubFaults } from "./faults.js";
export type { JsonObject, JsonValue } from "./json.js";
export { type HubLimits, LIMITS } from "./limits.js";
export type { MethodCall, MethodOutcome } from "./methods.js";
export type { Bag, Properties } from "./property-bag.js";
export { type Authentication, type Identity, idOf, isDeviceId, type Policy, type Right } from "./registry.js";
export type { ServiceError, ServiceErrorCode } from "./service-error.js";
export type { TwinProperties } from "./twin.js";

/** What a hub is made with. */
export interface HubOptions {
	/** The names of the hub in user names and tokens, such as `contoso.azure-devices.net`; one at least. */
	readonly hostNames: readonly string[];
	readonly clock: HubClock;
	/** 0 to below 1. */
	readonly random: () => number;
	/** Hears all that the hub tells; it must not throw, and may call the hub. */
	readonly onEvent?: ((event: HubEvent) => void) | undefined;
	readonly limits?: Partial<HubLimits> | undefined;
	readonly policies?: readonly Policy[] | undefined;
	readonly faults?: HubFaults | undefined;
}

/** What became of a change of a twin. */
export type TwinOutcome =
	| { readonly ok: true; readonly twin: TwinProperties }
	| { readonly ok: false; readonly error: ServiceError };

/**
 * The MQTT side of an Azure IoT Hub, and what its service side does, without IO: bytes in, bytes out; time and chance
 * come from outside, so the same inputs lead to the same bytes. It follows what Microsoft documents, and what its SDKs
 * were seen to rely on; `docs/azure-iot-hub.md` says which is which.
 *
 * An `id` names a client: `dev1`, of a module `dev1/mod1`.
 */
export class Hub {
	/** What it does wrong: set and unset its parts while it runs. */
	readonly faults: HubFaults;
	readonly #around: Surroundings;
	readonly #registry = new Registry();
	readonly #endpoints = new Map<string, Endpoint>();
	readonly #connections = new Set<Connection>();

	/** @throws RangeError if it has no name */
	constructor({ hostNames, clock, random, onEvent, limits, policies, faults = {} }: HubOptions) {
		if (hostNames.length === 0) throw new RangeError("hostNames: one at least");
		this.faults = faults;
		this.#around = {
			clock,
			random,
			faults,
			limits: { ...LIMITS, ...limits },
			registry: this.#registry,
			hostNames: hostNames.map((name) => name.toLowerCase()),
			policies: policies ?? [],
			tell: onEvent ?? (() => {}),
			endpointOf: (identity) => this.#endpoint(identity),
		};
	}

	/** A transport connection comes. @param peer what its TLS handshake showed */
	open(link: HubLink, peer: HubPeer = {}): HubConnection {
		const connection = new Connection(this.#around, link, peer, (over) => this.#connections.delete(over));
		this.#connections.add(connection);
		return connection;
	}

	/**
	 * Registers a device or a module, or changes one that is registered: a client that is disabled is disconnected.
	 * @throws RangeError for an id that none can have, or a module of an unknown device
	 */
	register(identity: Identity): void {
		this.#registry.set(identity);
		if (identity.isEnabled) return;
		this.#end(idOf(identity), { code: "device-disabled", reason: "the identity was disabled" });
	}

	/** Removes an identity, its modules, and all that is kept of them; their calls end with DeviceNotFound. */
	unregister(id: string): void {
		for (const gone of this.#registry.remove(id)) {
			this.#end(gone, { code: "device-disabled", reason: "the identity was removed" });
			const endpoint = this.#endpoints.get(gone);
			this.#endpoints.delete(gone);
			endpoint?.remove();
		}
	}

	/** All that are registered. */
	get identities(): readonly Identity[] {
		return this.#registry.list();
	}

	isConnected(id: string): boolean {
		return this.#endpoints.get(id)?.online !== undefined;
	}

	/** Messages that wait for a client, those in flight included. */
	waiting(id: string): number {
		return this.#endpoints.get(id)?.mailbox.size ?? 0;
	}

	/** Sends a message to a device, or to an input of a module: at once, or when it is there. */
	send(id: string, message: CloudToDevice): Sent {
		const endpoint = this.#find(id);
		return "error" in endpoint ? { ok: false, error: endpoint.error } : endpoint.send(message);
	}

	/** Calls a direct method. @param done hears once what became of it, perhaps before this returns */
	invoke(id: string, call: MethodCall, done: (outcome: MethodOutcome) => void): void {
		const endpoint = this.#find(id);
		if ("error" in endpoint) done({ ok: false, error: endpoint.error });
		else endpoint.invoke(call, done);
	}

	/** The properties of a twin. */
	twin(id: string): TwinOutcome {
		const endpoint = this.#find(id);
		if ("error" in endpoint) return { ok: false, error: endpoint.error };
		return { ok: true, twin: endpoint.twin.properties };
	}

	/** Patches the desired properties of a twin. @param isWhole whether the patch replaces them all */
	desire(id: string, patch: JsonValue, isWhole = false): TwinOutcome {
		const endpoint = this.#find(id);
		if ("error" in endpoint) return { ok: false, error: endpoint.error };
		const patched = endpoint.desire(patch, isWhole);
		if (patched.ok) return { ok: true, twin: endpoint.twin.properties };
		return { ok: false, error: serviceError("ArgumentInvalid", patched.problem.reason) };
	}

	/** Closes the connection of a client, as a hub does that moves it to another node. Returns whether there was one. */
	kick(id: string): boolean {
		return this.#end(id, { code: "kicked", reason: "the hub closed the connection" });
	}

	/** Forgets subscriptions and what is in flight of a client, or of all; messages go on waiting. */
	forgetSessions(id?: string): void {
		for (const [each, endpoint] of this.#endpoints) {
			if (id !== undefined && id !== each) continue;
			endpoint.session = undefined;
			endpoint.isForgotten = true;
		}
	}

	/** Closes all connections, without wills. Everything else is kept, and the hub can be used again at once. */
	stop(): void {
		for (const connection of [...this.#connections])
			connection.end({ code: "hub-stopped", reason: "the hub stopped" }, false);
	}

	#end(id: string, end: Parameters<Connection["end"]>[0]): boolean {
		const owner = this.#endpoints.get(id)?.owner;
		owner?.end(end);
		return owner !== undefined;
	}

	#find(id: string): Endpoint | { readonly error: ServiceError } {
		const identity = this.#registry.get(id);
		if (identity !== undefined) return this.#endpoint(identity);
		return { error: serviceError("DeviceNotFound", `${id} is not registered`) };
	}

	/** A changed identity keeps its endpoint: names do not change. */
	#endpoint(identity: Identity): Endpoint {
		const id = idOf(identity);
		let endpoint = this.#endpoints.get(id);
		if (endpoint === undefined) {
			endpoint = new Endpoint(identity, this.#around);
			this.#endpoints.set(id, endpoint);
		}
		return endpoint;
	}
}
