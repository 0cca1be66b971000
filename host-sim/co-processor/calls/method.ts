import type { Sockets } from "../sockets.js";
import type { ValueReader, ValueWriter } from "../values.js";
import type { Wifi } from "../wifi.js";

/** Ends a call: out-parameters in order, then the result. Without an argument it has none of either. */
export type Done = (values?: ValueWriter) => void;

/**
 * What a method does: reads its in-parameters, all of them before anything else happens, and calls `done`
 * once, at once or later. It throws `Malformed` when parameters are missing.
 */
export type Method = (values: ValueReader, done: Done) => void;

/** A service's methods by their ids. */
export type Service = ReadonlyMap<number, Method>;

/** All services by their ids. */
export type Services = ReadonlyMap<number, Service>;

/** What the methods are about. */
export interface Chip {
	/** The version that the firmware tells. */
	readonly version: string;
	/** Six bytes. */
	readonly macAddress: Uint8Array;
	readonly wifi: Wifi;
	readonly sockets: Sockets;
	/** Whether the scan's calls have the ids that are known. */
	readonly hasScan: boolean;
}
