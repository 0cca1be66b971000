/** A packet by which the hub answers a client. */
export type AnswerKind = "connack" | "puback" | "suback" | "unsuback" | "pingresp" | "twin";

/**
 * What a hub does wrong, or what a busy one does. Each is asked when it matters, and may be set and unset while the
 * hub runs. `id` is the client's: `dev1`, of a module `dev1/mod1`.
 */
export interface HubFaults {
	/** A client with good credentials connects: the return code of CONNACK, 0 to accept it. */
	connect?: ((id: string) => 0 | 1 | 2 | 3 | 4 | 5) | undefined;
	/** Telemetry arrives: true closes the connection without an answer, and the message is not stored. */
	throttleTelemetry?: ((id: string) => boolean) | undefined;
	/** A twin is read or patched: true answers 429. */
	throttleTwin?: ((id: string) => boolean) | undefined;
	/** Bytes of a connected client arrive: true ignores them, so that the connection is open and dead. */
	ignore?: ((id: string) => boolean) | undefined;
	/**
	 * An answer is about to leave: it is sent, dropped, or sent that many milliseconds later. A connection whose
	 * CONNACK is late or dropped reads nothing meanwhile.
	 */
	answer?: ((kind: AnswerKind, id: string) => "send" | "drop" | number) | undefined;
}
