import type { TelemetryPayload } from "../events.js";

/** What an outbox sends with. */
export interface Sender {
	/** Hands a message over for sending; whether it was taken. `tag` comes back with the broker's answer. */
	send(payload: TelemetryPayload, tag: string): boolean;
	/** Whether the session has the message with this tag still, and so sends it again by itself. */
	isInFlight(tag: string): boolean;
	/** A message was given up: the broker closes the connection on it. */
	onSetAside(payload: string): void;
}
