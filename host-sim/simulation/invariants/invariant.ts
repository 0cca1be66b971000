import type { Config } from "../../../firmware/config.js";
import type { LinkState, RefusalCode } from "../../../firmware/events.js";
import type { Message } from "../../../server/action.js";
import type { Counts } from "../../../server/core-options.js";
import type { ServerEvent } from "../../../server/events.js";
import type { Rule } from "../../../server/rule.js";
import type { Row } from "../../../server/store/store.js";
import type { OpenMessages } from "../broker/broker.js";
import type { ReadMessage } from "../network/message-reader.js";
import type { WorldEvent } from "../trace.js";

/** What an invariant may look at of a device. */
export interface DeviceView {
	readonly id: string;
	readonly config: Config;
	readonly light: number;
	readonly led: boolean;
	readonly link: LinkState;
	readonly hasPower: boolean;
	/** Values in its storage. */
	readonly stored: number;
	/** Connections that it holds open. */
	readonly connections: number;
	/** Timers that are running. */
	readonly timers: number;
	/** What is open between the broker and it; `undefined` for a broker that cannot tell. */
	readonly open: OpenMessages | undefined;
	/** Since when it has been calm around it, in milliseconds; `undefined` while it is not. */
	readonly calmSince: number | undefined;
}

/** What an invariant may look at of a world. */
export interface WorldView {
	readonly time: number;
	readonly devices: readonly DeviceView[];
	readonly isServerOnline: boolean;
	/** What the server counted since the beginning. */
	readonly serverCounts: Counts;
	/** When an LED is to be on. */
	readonly rule: Rule;
	/** What is to happen that is known. */
	readonly pending: number;
	/** Faults that last, and are not over. */
	readonly faultsUnderWay: number;
}

/** A message that the broker took from a client, before it goes to anyone. */
export interface TakenMessage {
	readonly topic: string;
	readonly payload: string;
	readonly qos: 0 | 1 | 2;
	readonly retain: boolean;
}

/** When something happened. */
export interface Moment {
	/** Milliseconds since the beginning. */
	readonly time: number;
	/** Milliseconds since 1970 by the device's wall clock; `undefined` while that is not set. */
	readonly date: number | undefined;
}

/** A reading at the moment in which a device takes it. */
export interface Measured {
	/** Milliseconds since the beginning, and since 1970 by the device's wall clock. */
	readonly time: number;
	readonly date: number;
	readonly light: number;
}

/** Something that always holds. What does not is thrown as a `Violation`. */
export interface Invariant {
	/** What holds, as a sentence. */
	readonly name: string;
	/** Something happened. */
	onEvent?(time: number, event: WorldEvent): void;
	/** The broker took a message. */
	onTaken?(time: number, message: TakenMessage): void;
	/** A device read its light sensor. */
	onMeasured?(device: string, reading: Measured): void;
	/** The server's store has these readings, in this order, and how far each stream has come, for good. */
	onStored?(rows: readonly Row[], time: number): void;
	/** A device read messages that are no answers to readings, one at least. */
	onRead?(device: string, messages: readonly ReadMessage[], when: Moment): void;
	/** The server read a message. */
	onServerRead?(message: Message): void;
	/** The server told something. */
	onServerTold?(event: ServerEvent, time: number): void;
	/** Called every ten seconds, and at the end. */
	check?(world: WorldView): void;
	/** Called when the last fault is long over. */
	end?(world: WorldView): void;
}

/** Those of some invariants that hear of something: most hear of little, and to ask each takes time. */
export const hearing = <
	Hook extends "onEvent" | "onTaken" | "onMeasured" | "onStored" | "onRead" | "onServerRead" | "onServerTold",
>(
	invariants: readonly Invariant[],
	hook: Hook,
): readonly Required<Pick<Invariant, Hook>>[] =>
	invariants.filter(
		(invariant): invariant is Invariant & Required<Pick<Invariant, Hook>> => invariant[hook] !== undefined,
	);

/** What a device's client id ends with, behind the device's own id. */
export const CLIENT = "nightlight_client";

/** The device that a client is, if it is one. */
export const deviceOf = (client: string): string | undefined =>
	client.endsWith(CLIENT) ? client.slice(0, -CLIENT.length) : undefined;

/** Milliseconds that a message may take when nothing is wrong. */
export const ON_ITS_WAY = 10_000;

/** Whether a message that a device refused is one of its own, which it gave up, rather than one that came. */
export const isGivenUp = (code: RefusalCode): boolean => code === "given-up" || code === "session-ended";

/** An invariant did not hold. */
export class Violation extends Error {
	override readonly name = "Violation";
	readonly invariant: string;

	/** @param invariant its name */
	constructor(invariant: string, message: string) {
		super(message);
		this.invariant = invariant;
	}
}
