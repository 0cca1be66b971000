import type { BrokerAddress } from "./broker-address.js";
import type { LinkFailure, ServerLinkCode } from "./events.js";
import { tlsFailure } from "./tls-reason.js";

/** A failure, for programs and in words. */
type Known = readonly [code: ServerLinkCode, words: string];

/** MQTT 3.1.1, table 3.1. */
const CONNACK_REASONS: readonly (Known | undefined)[] = Object.freeze([
	undefined,
	["protocol-version-refused", "unacceptable protocol version"],
	["client-id-refused", "client id rejected"],
	["broker-unavailable", "server unavailable"],
	["bad-credentials", "bad user name or password"],
	["not-authorized", "not authorized"],
]);

/** What the system's error codes mean; `%` stands for `host:port`. */
const SYSTEM_REASONS: Readonly<Record<string, Known>> = Object.freeze({
	ECONNREFUSED: ["connection-refused", "connection refused by %"],
	ECONNRESET: ["connection-lost", "connection reset by %"],
	EPIPE: ["connection-lost", "connection closed by %"],
	EHOSTUNREACH: ["host-unreachable", "cannot reach %"],
	ENETUNREACH: ["host-unreachable", "cannot reach %"],
	EADDRNOTAVAIL: ["host-unreachable", "cannot reach %"],
	ENETDOWN: ["no-network", "cannot reach %: the network is down"],
});

/** Why the transport (socket, TLS, WebSocket) failed. */
export function transportFailure(error: unknown, address: BrokerAddress): LinkFailure {
	const tls = tlsFailure(error, address.host, address.label);
	if (tls !== undefined) return tls;
	const code = codeOf(error);
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return failure("name-not-resolved", `cannot resolve host ${address.host}`);
	// Of a connection that was open it says that nothing was acknowledged for too long.
	if (code === "ETIMEDOUT")
		return failure(
			isOfConnect(error) ? "timeout-connecting" : "connection-lost",
			`connection to ${address.label} timed out`,
		);
	const known =
		typeof code === "string" && Object.hasOwn(SYSTEM_REASONS, code) ? SYSTEM_REASONS[code] : undefined;
	if (known !== undefined)
		return failure(
			known[0],
			known[1].replace("%", () => address.label),
		);
	return failure(otherCode(code, address), `connection to ${address.label} failed: ${messageOf(error)}`);
}

/** Why MQTT.js gave up on a connection. */
export function protocolFailure(error: unknown, address: BrokerAddress): LinkFailure {
	const code = codeOf(error);
	const message = messageOf(error);
	if (typeof code === "string") return transportFailure(error, address);
	if (typeof code === "number" && message.startsWith("Connection refused")) {
		const [known, words] = CONNACK_REASONS[code] ?? (["protocol-violation", "connection refused"] as const);
		return failure(known, `${words} (CONNACK ${code})`);
	}
	if (message === "Keepalive timeout")
		return failure("no-pingresp", `no answer to a ping from ${address.label}`);
	return failure("protocol-violation", `protocol error from ${address.label}: ${message}`);
}

/** What the WebSocket, or Node's HTTP below it, found wrong; else nothing that a program could act on. */
function otherCode(code: unknown, { path }: BrokerAddress): ServerLinkCode {
	if (typeof code !== "string") return path === "" ? "connection-failed" : "websocket-refused";
	if (code.startsWith("WS_ERR_")) return "protocol-violation";
	return code.startsWith("HPE_") ? "other-protocol" : "connection-failed";
}

const failure = (code: ServerLinkCode, reason: string): LinkFailure => ({ code, reason });

const isOfConnect = (error: unknown): boolean => (error as { syscall?: unknown }).syscall === "connect";

const codeOf = (error: unknown): unknown =>
	typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
