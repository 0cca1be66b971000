import { expect, it } from "vitest";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { protocolFailure, transportFailure } from "../../server/reasons.js";

const address = parseBrokerUrl("mqtt://broker.example");
const failure = (message: string, code?: string | number) =>
	Object.assign(new Error(message), code === undefined ? {} : { code });

const webSocket = parseBrokerUrl("ws://broker.example/mqtt");

it.each([
	["ECONNREFUSED", "connection-refused", "connection refused by broker.example:1883"],
	["ECONNRESET", "connection-lost", "connection reset by broker.example:1883"],
	["EPIPE", "connection-lost", "connection closed by broker.example:1883"],
	["ETIMEDOUT", "connection-lost", "connection to broker.example:1883 timed out"],
	["EHOSTUNREACH", "host-unreachable", "cannot reach broker.example:1883"],
	["ENETUNREACH", "host-unreachable", "cannot reach broker.example:1883"],
	["EADDRNOTAVAIL", "host-unreachable", "cannot reach broker.example:1883"],
	["ENETDOWN", "no-network", "cannot reach broker.example:1883: the network is down"],
	["ENOTFOUND", "name-not-resolved", "cannot resolve host broker.example"],
	["EAI_AGAIN", "name-not-resolved", "cannot resolve host broker.example"],
	[
		"DEPTH_ZERO_SELF_SIGNED_CERT",
		"certificate-untrusted",
		"the certificate of broker.example is signed by itself, and not trusted here",
	],
	["EOTHER", "connection-failed", "connection to broker.example:1883 failed: message"],
	["toString", "connection-failed", "connection to broker.example:1883 failed: message"],
	["WS_ERR_INVALID_OPCODE", "protocol-violation", "connection to broker.example:1883 failed: message"],
	["HPE_INVALID_CONSTANT", "other-protocol", "connection to broker.example:1883 failed: message"],
])("says what %s means", (nodeCode, code, reason) => {
	expect(transportFailure(failure("message", nodeCode), address)).toEqual({ code, reason });
	expect(protocolFailure(failure("message", nodeCode), address)).toEqual({ code, reason });
});

it("tells a connection that cannot be opened in time from one that was lost", () => {
	const error = Object.assign(failure("message", "ETIMEDOUT"), { syscall: "connect" });
	expect(transportFailure(error, address)).toEqual({
		code: "timeout-connecting",
		reason: "connection to broker.example:1883 timed out",
	});
});

it("says that a WebSocket was refused, which has no code", () => {
	const error = failure("Unexpected server response: 404");
	expect(transportFailure(error, webSocket)).toEqual({
		code: "websocket-refused",
		reason: "connection to broker.example:80 failed: Unexpected server response: 404",
	});
	expect(transportFailure(error, address)).toMatchObject({ code: "connection-failed" });
});

it.each([
	[1, "protocol-version-refused", "unacceptable protocol version (CONNACK 1)"],
	[2, "client-id-refused", "client id rejected (CONNACK 2)"],
	[3, "broker-unavailable", "server unavailable (CONNACK 3)"],
	[4, "bad-credentials", "bad user name or password (CONNACK 4)"],
	[5, "not-authorized", "not authorized (CONNACK 5)"],
	[0, "protocol-violation", "connection refused (CONNACK 0)"],
	[77, "protocol-violation", "connection refused (CONNACK 77)"],
])("says what CONNACK %d means", (returnCode, code, reason) => {
	const error = failure("Connection refused: whatever", returnCode);
	expect(protocolFailure(error, address)).toEqual({ code, reason });
});

it.each([
	[failure("Keepalive timeout"), "no-pingresp", "no answer to a ping from broker.example:1883"],
	[failure("Not supported"), "protocol-violation", "protocol error from broker.example:1883: Not supported"],
	["text", "protocol-violation", "protocol error from broker.example:1883: text"],
])("says of %s: %s", (error, code, reason) => {
	expect(protocolFailure(error, address)).toEqual({ code, reason });
});
