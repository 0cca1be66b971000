import { createHash } from "node:crypto";
import type { Config } from "../../firmware/config.js";
import type { DeviceEvent } from "../../firmware/events.js";
import type { ServerEvent } from "../../server/events.js";
import type { BrokerEvent } from "./broker/events.js";
import type { FaultName } from "./faults/rates.js";

/**
 * A broker that is no model did what it is known to do, for which one thing cannot be expected of a device:
 * that it tells of one message that it reads, or that one message that it promised arrives.
 */
export type BrokerException = {
	readonly event: "exception";
	readonly device: string;
	readonly name: string;
} & ({ readonly excuses: "input" } | { readonly excuses: "promise"; readonly payload: string });

/** Something that happened in a world. */
export type WorldEvent =
	| ({ readonly source: "device"; readonly device: string } & DeviceEvent)
	/** The device was switched on, or its power went. `outbox`: what its configuration says now, if that changes. */
	| {
			readonly source: "power";
			readonly device: string;
			readonly isOn: boolean;
			/** The firmware has it start again. */
			readonly isRestart?: boolean;
			readonly outbox?: Config["outbox"];
	  }
	/** It became lighter or darker around the device. */
	| { readonly source: "light"; readonly device: string; readonly light: number }
	/** What another sensor of the device measures has changed. */
	| { readonly source: "sensor"; readonly device: string; readonly sensor: string; readonly value: number }
	| ({ readonly source: "server" } & ServerEvent)
	| ({ readonly source: "broker" } & (BrokerEvent | BrokerException))
	/** A fault: at once, or from its beginning to its end. */
	| {
			readonly source: "fault";
			readonly fault: FaultName;
			readonly target: string;
			readonly phase: "once" | "begin" | "end";
	  };

/** Characters that are gathered before they are hashed. */
const PIECE = 4096;

/** What happened, as JSON Lines: `time` in virtual milliseconds, then what the event says. */
export class Trace {
	readonly #hash = createHash("sha256");
	readonly #write: ((line: string) => void) | undefined;
	#pending = "";
	#lines = 0;

	/** @param write hears each line, with its end */
	constructor(write?: (line: string) => void) {
		this.#write = write;
	}

	/** Lines so far. */
	get lines(): number {
		return this.#lines;
	}

	/**
	 * Adds a line.
	 * @param members what comes before the event's own, as JSON members with a comma each
	 */
	record(time: number, members: string, event: object): void {
		const line = `{"time":${time},${members}${JSON.stringify(event).slice(1)}\n`;
		this.#lines++;
		this.#write?.(line);
		this.#pending += line;
		if (this.#pending.length > PIECE) this.#flush();
	}

	/** SHA-256 of all lines so far, in hexadecimal. */
	get hash(): string {
		this.#flush();
		return this.#hash.copy().digest("hex");
	}

	#flush(): void {
		this.#hash.update(this.#pending);
		this.#pending = "";
	}
}
