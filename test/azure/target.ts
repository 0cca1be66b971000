import type { Agent } from "node:https";
import type { TwinBody } from "./sdk.js";

/** How a client of the suite connects. */
export type Kind = "sas" | "x509" | "x509-ca" | "module" | "websocket";

/** What a client of the SDK needs to connect. */
export interface Access {
	/** `dev1`, of a module `dev1/mod1`. */
	readonly id: string;
	readonly connectionString: string;
	/** Options of the SDK's transport: CA, certificate and key. */
	readonly options: Readonly<Record<string, unknown>>;
	/** For WebSockets to another port than 443. */
	readonly agent?: Agent;
}

/** A message that a hub has stored. */
export interface Stored {
	readonly payload: string;
	readonly system: Readonly<Record<string, string | null>>;
	readonly application: Readonly<Record<string, string | null>>;
}

/** A connection of a client. */
export interface Connected {
	readonly clean: boolean;
	/** Seconds. */
	readonly keepAlive: number;
	readonly authentication: string;
	readonly apiVersion?: string;
}

/** A hub that the suite runs against: the emulator, or a real one. */
export interface HubUnderTest {
	readonly name: string;
	readonly kinds: readonly Kind[];
	access(kind: Kind): Access;
	/** What the hub has stored of a client, in order; a real hub keeps that in an event hub, where this suite does not look. */
	stored?(id: string): readonly Stored[];
	/** How a client has connected so far, in order, if the hub tells. */
	connects?(id: string): readonly Connected[];
	/** Closes the client's connection, if the hub can be made to. */
	kick?(id: string): Promise<void>;
	/** Messages that wait for a client, if the hub tells. */
	waiting?(id: string): Promise<number>;
	send(id: string, body: string, properties: Readonly<Record<string, string>>): Promise<void>;
	invoke(id: string, method: string, payload: unknown): Promise<{ status: number; payload: unknown }>;
	twin(id: string): Promise<TwinBody>;
	desire(id: string, patch: object): Promise<void>;
	stop(): Promise<void>;
}
