import type {
	DecisionEvent,
	OrderEvent,
	RulesEvent,
	ServerRefusalCode,
	StoreEvent,
	StreamEvent,
} from "./events.js";
import type { Command } from "./rule.js";
import type { Telemetry } from "./telemetry.js";

/** A message as it came from the broker. */
export interface Message {
	readonly topic: string;
	readonly payload: Uint8Array;
	/** The broker kept it and delivered it because of a new subscription [MQTT-3.3.1-8]. */
	readonly retain: boolean;
	/** 0 if left out. Of a message with more the broker limits how many wait to be acknowledged. */
	readonly qos?: number;
}

/** What is to be done about a message, in this order. */
export type Action =
	| { kind: "received"; device: string; topic: string; payload: Telemetry }
	/** Publish `body` (UTF-8) at QoS 0, not retained. `payload` is the same, unserialised. */
	| {
			kind: "send";
			device: string;
			topic: string;
			payload: Command;
			body: string;
	  }
	/** Publish `body` (UTF-8) at QoS 0, not retained: the readings of a stream up to `through` are stored. */
	| { kind: "ack"; device: string; stream: string; through: number; topic: string; body: string }
	/** Publish `body` (UTF-8) at QoS 1, not retained: an order, perhaps again. */
	| { kind: "order"; device: string; id: string; topic: string; body: string }
	/** Publish `body` (UTF-8) at QoS 1, not retained: how an order stands. */
	| { kind: "respond"; topic: string; body: string }
	| { kind: "told"; event: StreamEvent | StoreEvent | OrderEvent | DecisionEvent | RulesEvent }
	/** Stop: a server with the same name answers that began later, at `since` in milliseconds since 1970. */
	| { kind: "superseded"; name: string; since: number }
	/** Stop: the store is damaged. */
	| { kind: "broken"; reason: string }
	/** Dropped. `topic` and `payload` are cut at 200 characters. */
	| {
			kind: "refused";
			device?: string;
			topic: string;
			code: ServerRefusalCode;
			reason: string;
			payload: string;
	  };
