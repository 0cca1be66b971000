import type { BrokerEvent } from "./events.js";
import type { Exchange } from "./exchange.js";
import type { BrokerFaults } from "./faults.js";
import type { Turns } from "./turns.js";
import type { BrokerWays } from "./ways.js";

/** The broker's end of a network connection. */
export interface BrokerLink {
	/** Sends to the client. The bytes may be kept by the callee. */
	send(bytes: Uint8Array): void;
	/** The broker closes the connection, behind what it has sent. */
	close(): void;
}

/** What a connection gives the broker. */
export interface BrokerConnection {
	/** Bytes of the client, however they are cut; they are not kept. */
	receive(bytes: Uint8Array): void;
	/** The network connection has ended, whoever ended it. */
	lost(): void;
}

export interface BrokerClock {
	/** Milliseconds, only forward. */
	readonly elapsed: number;
	/** Calls back once, `delay` milliseconds later, never from within this call. */
	post(callback: () => void, delay: number): void;
}

/** What all connections of a broker share. */
export interface Surroundings {
	readonly clock: BrokerClock;
	readonly ways: BrokerWays;
	readonly faults: BrokerFaults;
	readonly exchange: Exchange;
	readonly turns: Turns;
	readonly tell: (event: BrokerEvent) => void;
}
