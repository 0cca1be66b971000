import type { BrokerCode } from "./events.js";

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
	const { code, errorCode } = error as { code?: unknown; errorCode?: unknown };
	const refusal = typeof errorCode === "number" ? REFUSALS[errorCode] : undefined;
	if (refusal !== undefined) return refusal;
	// A socket's: ECONNRESET, EPIPE, ERR_STREAM_DESTROYED and the like.
	if (typeof code === "string") return "connection-lost";
	const known = WORDS.find(([beginning]) => error.message.startsWith(beginning));
	return known === undefined ? "protocol-violation" : known[1];
}
