import type { Config } from "../config.js";
import type { ConnectionProfile } from "../endpoint.js";
import type { Outcome, Refusal, TelemetryPayload } from "../events.js";
import type { Message } from "../mqtt/packet.js";

/**
 * How a device speaks to one kind of cloud or broker: where it connects to and as whom, which topics it uses, and
 * what its messages look like. Several messages in a list are sent all or none; an empty list says nothing.
 */
export interface Profile extends ConnectionProfile {
	/** @param tag names a message that is kept, and sent again, until it is answered */
	telemetry(reading: TelemetryPayload, tag?: string): readonly Message[];
	/** The actual state, sent when it changes and at each connect. */
	state(state: DeviceState): readonly Message[];
	/** The answer to a command with an id. */
	reply(id: string, outcome: Outcome): readonly Message[];
	/** Takes the parts of the device that it looks at, before the first connection. */
	join?(parts: Parts): void;
	/** The connection is over, or ends. */
	offline?(): void;
}

/** What a device says of itself. */
export interface DeviceState {
	readonly led_on: boolean;
	/** Who switched the LED last: absent before that. */
	readonly decided_by?: "server" | "device" | "hand" | undefined;
}

/** What of a device a profile may need beside what it is told. */
export interface Parts {
	/** The configuration in force. */
	readonly settings: { readonly config: Config };
	/** Takes messages for sending, all or none; whether it did. */
	readonly connection: { publish(messages: readonly Message[]): boolean };
}

/** What takes the messages that come. */
export interface Receivers {
	readonly obey: Obey;
	/** Takes a server's answer to readings, JSON as text. Returns why it is refused, if it is. */
	readonly answer: (text: string | undefined) => Refusal | undefined;
}

/**
 * Obeys a command, JSON as text. Returns why it is refused, if it is.
 * @param text `undefined` when its bytes are no UTF-8
 * @param retained whether the broker kept it for late comers
 * @param topic where it came, if there is more than one place
 */
export type Obey = (text: string | undefined, retained: boolean, topic?: string) => Refusal | undefined;
