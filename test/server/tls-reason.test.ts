import { describe, expect, it } from "vitest";
import { tlsFailure } from "../../server/tls-reason.js";

const failureOf = (error: object) => tlsFailure(error, "broker.test", "broker.test:8883");

describe("the reason of a TLS failure", () => {
	it.each([
		[{ code: "CERT_HAS_EXPIRED" }, "certificate-expired", "the certificate of broker.test has expired"],
		[
			{ code: "CERT_NOT_YET_VALID" },
			"certificate-not-yet-valid",
			"the certificate of broker.test is not valid yet; is the clock right?",
		],
		[
			{ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: { subjectaltname: "DNS:a.test, IP Address:10.0.0.1" } },
			"certificate-wrong-name",
			"the certificate is not for broker.test, but for a.test, 10.0.0.1",
		],
		[
			{ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: {} },
			"certificate-wrong-name",
			"the certificate is not for broker.test",
		],
		[{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "other-protocol", "broker.test:8883 does not speak TLS"],
		[
			{ code: "ERR_SSL_X", reason: "wrong version number" },
			"other-protocol",
			"broker.test:8883 does not speak TLS",
		],
		[
			{
				code: "EPROTO",
				message:
					"write EPROTO 4017:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/x.c:1:\n",
			},
			"other-protocol",
			"broker.test:8883 does not speak TLS",
		],
		[{ code: "EPROTO", message: "write EPROTO" }, "tls-failed", "TLS with broker.test:8883 failed (EPROTO)"],
		[{ code: "ERR_SSL_NEW_ONE" }, "tls-failed", "TLS with broker.test:8883 failed (NEW_ONE)"],
		[{ code: "CERT_REVOKED" }, "certificate-revoked", "the certificate of broker.test was revoked"],
		[
			{ code: "SELF_SIGNED_CERT_IN_CHAIN" },
			"certificate-untrusted",
			"the certificate of broker.test is from a CA that is not trusted here",
		],
		[
			{ code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" },
			"client-certificate-wanted",
			"broker.test:8883 wants a client certificate",
		],
		[
			{ code: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" },
			"client-certificate-refused",
			"broker.test:8883 does not trust the CA of our client certificate",
		],
		[
			{ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" },
			"tls-version-refused",
			"broker.test:8883 speaks no version of TLS that we speak",
		],
		[{ code: "ERR_SSL_X", reason: "toString" }, "tls-failed", "TLS with broker.test:8883 failed (toString)"],
	])("%j is told: %s", (error, code, reason) => {
		expect(failureOf(error)).toEqual({ code, reason });
	});

	it("stays in a line however many names a certificate has", () => {
		const subjectaltname = Array.from({ length: 50 }, (_, index) => `DNS:host-${index}.test`).join(", ");
		const reason = failureOf({ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: { subjectaltname } })?.reason;
		expect(reason).toMatch(/^the certificate is not for broker\.test, but for .{97}\.\.\.$/);
	});

	it.each([{ code: "ECONNREFUSED" }, { code: 5 }, { code: "toString" }, {}])(
		"is none of TLS's: %j",
		(error) => {
			expect(failureOf(error)).toBeUndefined();
		},
	);
});
