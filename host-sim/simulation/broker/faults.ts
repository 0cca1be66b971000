import type { AcknowledgementKind } from "./packet.js";

/** A packet by which the broker answers. */
export type AnswerKind = AcknowledgementKind | "connack" | "suback" | "unsuback" | "pingresp";

/** What a broker can do wrong. Each is asked when it matters, and may be set and unset while it runs. */
export interface BrokerFaults {
	/** A network connection comes: `close` ends it at once. */
	accept?: (() => "take" | "close") | undefined;
	/**
	 * A client wants to connect: the return code of CONNACK, 0 to let it in (3.2.2.3). The login is as it
	 * came; `client` is empty when the broker is to give the name.
	 */
	admit?:
		| ((client: string, username: string | undefined, password: Uint8Array | undefined) => 0 | 3 | 4 | 5)
		| undefined;
	/**
	 * An answer is about to leave: it is sent, dropped, or sent so many milliseconds later. A connection
	 * whose CONNACK is dropped or late is stuck as long: what it sends waits, and nothing is sent to it.
	 */
	answer?: ((kind: AnswerKind, client: string) => "send" | "drop" | number) | undefined;
	/** A client publishes: `close` ends the connection, and the message is not taken. */
	publish?: ((client: string, topic: string) => "take" | "close") | undefined;
}
