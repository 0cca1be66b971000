import { expect, it } from "vitest";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { protocolReason, transportReason } from "../../server/reasons.js";

const address = parseBrokerUrl("mqtt://broker.example");
const failure = (message: string, code?: string | number) =>
	Object.assign(new Error(message), code === undefined ? {} : { code });

it.each([
	{ code: "ECONNREFUSED", reason: "connection refused by broker.example:1883" },
	{ code: "ECONNRESET", reason: "connection reset by broker.example:1883" },
	{ code: "EPIPE", reason: "connection closed by broker.example:1883" },
	{ code: "ETIMEDOUT", reason: "connection to broker.example:1883 timed out" },
	{ code: "EHOSTUNREACH", reason: "cannot reach broker.example:1883" },
	{ code: "ENETUNREACH", reason: "cannot reach broker.example:1883" },
	{ code: "ENOTFOUND", reason: "cannot resolve host broker.example" },
	{ code: "EAI_AGAIN", reason: "cannot resolve host broker.example" },
	{
		code: "DEPTH_ZERO_SELF_SIGNED_CERT",
		reason: "the certificate of broker.example is signed by itself, and not trusted here",
	},
	{ code: "EOTHER", reason: "connection to broker.example:1883 failed: message" },
])("says what $code means", ({ code, reason }) => {
	expect(transportReason(failure("message", code), address)).toBe(reason);
	expect(protocolReason(failure("message", code), address)).toBe(reason);
});

it.each([
	{ code: 1, reason: "unacceptable protocol version (CONNACK 1)" },
	{ code: 2, reason: "client id rejected (CONNACK 2)" },
	{ code: 3, reason: "server unavailable (CONNACK 3)" },
	{ code: 4, reason: "bad user name or password (CONNACK 4)" },
	{ code: 5, reason: "not authorized (CONNACK 5)" },
	{ code: 77, reason: "connection refused (CONNACK 77)" },
])("says what CONNACK $code means", ({ code, reason }) => {
	const error = failure("Connection refused: whatever", code);
	expect(protocolReason(error, address)).toBe(reason);
});

it.each([
	{
		error: failure("Keepalive timeout"),
		reason: "no answer to a ping from broker.example:1883",
	},
	{
		error: failure("Not supported"),
		reason: "protocol error from broker.example:1883: Not supported",
	},
	{ error: "text", reason: "protocol error from broker.example:1883: text" },
])("says $reason", ({ error, reason }) => {
	expect(protocolReason(error, address)).toBe(reason);
});
