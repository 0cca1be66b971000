import type { BrokerAddress } from "./broker-address.js";
import type { LinkFailure, ServerLinkCode } from "./events.js";
import { type ForeignProtocol, foreignProtocol, foreignReason } from "./foreign-protocol.js";
import type { Refusal } from "./guard.js";
import { problemText } from "./packet-scanner.js";
import type { PeerCertificates } from "./peer-certificates.js";
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

/**
 * Why the transport (socket, TLS, WebSocket) failed.
 * @param certificates those that the broker showed, where it came so far
 */
export function transportFailure(
	error: unknown,
	address: BrokerAddress,
	certificates?: PeerCertificates,
): LinkFailure {
	const tls = tlsFailure(error, address.serverName ?? address.host, address.label, certificates);
	if (tls !== undefined) return tls;
	const code = codeOf(error);
	const foreign = foreignOf(error);
	if (foreign !== undefined) return failure("other-protocol", foreignReason(foreign, address.protocol));
	// Node's HTTP gives an orderly end before any answer the code of a reset.
	if (messageOf(error) === "socket hang up")
		return failure("closed-by-broker", `connection closed by ${address.label} in the WebSocket handshake`);
	if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")
		return failure("packet-too-large", "a WebSocket message is larger than the limit (--max-packet)");
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

/** Why MQTT.js gave up on a connection; `certificates` as for `transportFailure`. */
export function protocolFailure(
	error: unknown,
	address: BrokerAddress,
	certificates?: PeerCertificates,
): LinkFailure {
	const code = codeOf(error);
	const message = messageOf(error);
	if (typeof code === "string") return transportFailure(error, address, certificates);
	if (typeof code === "number" && message.startsWith("Connection refused")) {
		const [known, words] = CONNACK_REASONS[code] ?? (["protocol-violation", "connection refused"] as const);
		return failure(known, `${words} (CONNACK ${code})`);
	}
	if (message === "Keepalive timeout")
		return failure("no-pingresp", `no answer to a ping from ${address.label}`);
	return failure("protocol-violation", `protocol error from ${address.label}: ${message}`);
}

/** Why what the broker sends is read no further; `limit`: bytes of the largest packet. */
export function refusalFailure(refusal: Refusal, limit: number, address: BrokerAddress): LinkFailure {
	switch (refusal.kind) {
		case "foreign":
			return failure("other-protocol", foreignReason(refusal.protocol, address.protocol));
		case "too-large":
			return failure("packet-too-large", problemText(refusal, limit));
		case "malformed":
			return failure(
				"protocol-violation",
				`protocol error from ${address.label}: ${problemText(refusal, limit)}`,
			);
	}
}

/** What is told by the bytes that Node's HTTP could not read. */
function foreignOf(error: unknown): ForeignProtocol | undefined {
	const { rawPacket } = Object(error) as { rawPacket?: unknown };
	const protocol = rawPacket instanceof Uint8Array ? foreignProtocol(rawPacket) : undefined;
	return protocol === "undecided" ? undefined : protocol;
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
