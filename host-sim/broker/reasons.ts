import type { Refusal } from "../../server/guard.js";
import { problemText } from "../../server/packet-scanner.js";
import type { BrokerCode } from "./events.js";

/** Where clients go that speak another protocol. */
const HINTS = Object.freeze({
	HTTP: " (WebSockets have a port of their own, by --ws-port)",
	TLS: " (TLS has a port of its own, by --tls-port)",
	SSH: "",
});

/** A client is read no further. */
export class Refused extends Error {
	readonly brokerCode: BrokerCode;

	/** @param limit bytes of the largest packet */
	constructor(refusal: Refusal, limit: number) {
		super(
			refusal.kind === "foreign"
				? `this client seems to speak ${refusal.protocol}${HINTS[refusal.protocol]}`
				: problemText(refusal, limit),
		);
		this.brokerCode = REFUSAL_CODES[refusal.kind];
	}
}

const REFUSAL_CODES: Readonly<Record<Refusal["kind"], BrokerCode>> = Object.freeze({
	foreign: "other-protocol",
	"too-large": "packet-too-large",
	malformed: "protocol-violation",
});

/** By the return code of CONNACK (MQTT 3.1.1, table 3.1). */
const REFUSALS: readonly (BrokerCode | undefined)[] = Object.freeze([
	undefined,
	"protocol-version-refused",
	"client-id-refused",
	"broker-unavailable",
	"bad-credentials",
	"not-authorized",
]);

/** What Aedes says where the client did not break the protocol. */
const WORDS: readonly (readonly [beginning: string, code: BrokerCode])[] = Object.freeze([
	["keep alive timeout", "keep-alive-expired"],
	["connect did not arrive in time", "no-connect"],
	["drain timeout", "not-reading"],
	["Client queue limit reached", "limit-exceeded"],
	["maxInflightInbound exceeded", "limit-exceeded"],
	["connection closed", "connection-lost"],
]);

/** Why Aedes closes a connection, for programs: by what it emits, which has a code only where Node made it. */
export function brokerCode(error: Error): BrokerCode {
	if (error instanceof Refused) return error.brokerCode;
	const { code, errorCode } = error as { code?: unknown; errorCode?: unknown };
	const refusal = typeof errorCode === "number" ? REFUSALS[errorCode] : undefined;
	if (refusal !== undefined) return refusal;
	// A socket's: ECONNRESET, EPIPE, ERR_STREAM_DESTROYED and the like.
	if (typeof code === "string") return "connection-lost";
	const known = WORDS.find(([beginning]) => error.message.startsWith(beginning));
	return known === undefined ? "protocol-violation" : known[1];
}
