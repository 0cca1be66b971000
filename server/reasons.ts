import type { BrokerAddress } from "./broker-address.js";
import { tlsReason } from "./tls-reason.js";

/** MQTT 3.1.1, table 3.1. */
const CONNACK_REASONS: Readonly<Record<number, string>> = Object.freeze({
	1: "unacceptable protocol version",
	2: "client id rejected",
	3: "server unavailable",
	4: "bad user name or password",
	5: "not authorized",
});

/** What the system's error codes mean to people; `%` stands for `host:port`. */
const SYSTEM_REASONS: Readonly<Record<string, string>> = Object.freeze({
	ECONNREFUSED: "connection refused by %",
	ECONNRESET: "connection reset by %",
	EPIPE: "connection closed by %",
	ETIMEDOUT: "connection to % timed out",
	EHOSTUNREACH: "cannot reach %",
	ENETUNREACH: "cannot reach %",
	EADDRNOTAVAIL: "cannot reach %",
});

/** In words, for people, why the transport (socket, TLS, WebSocket) failed. */
export function transportReason(error: unknown, address: BrokerAddress): string {
	const tls = tlsReason(error, address.host, address.label);
	if (tls !== undefined) return tls;
	const code = codeOf(error);
	if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `cannot resolve host ${address.host}`;
	const reason = typeof code === "string" ? SYSTEM_REASONS[code] : undefined;
	return (
		reason?.replace("%", () => address.label) ?? `connection to ${address.label} failed: ${messageOf(error)}`
	);
}

/** In words, for people, why MQTT.js gave up on a connection. */
export function protocolReason(error: unknown, address: BrokerAddress): string {
	const code = codeOf(error);
	const message = messageOf(error);
	if (typeof code === "string") return transportReason(error, address);
	if (typeof code === "number" && message.startsWith("Connection refused"))
		return `${CONNACK_REASONS[code] ?? "connection refused"} (CONNACK ${code})`;
	if (message === "Keepalive timeout") return `no answer to a ping from ${address.label}`;
	return `protocol error from ${address.label}: ${message}`;
}

const codeOf = (error: unknown): unknown =>
	typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
