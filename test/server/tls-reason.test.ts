import { describe, expect, it } from "vitest";
import { tlsReason } from "../../server/tls-reason.js";

const reasonOf = (error: object) => tlsReason(error, "broker.test", "broker.test:8883");

describe("the reason of a TLS failure", () => {
	it.each([
		[{ code: "CERT_HAS_EXPIRED" }, "the certificate of broker.test has expired"],
		[{ code: "CERT_NOT_YET_VALID" }, "the certificate of broker.test is not valid yet; is the clock right?"],
		[
			{ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: { subjectaltname: "DNS:a.test, IP Address:10.0.0.1" } },
			"the certificate is not for broker.test, but for a.test, 10.0.0.1",
		],
		[{ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: {} }, "the certificate is not for broker.test"],
		[{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "broker.test:8883 does not speak TLS"],
		[{ code: "ERR_SSL_X", reason: "wrong version number" }, "broker.test:8883 does not speak TLS"],
		[
			{
				code: "EPROTO",
				message:
					"write EPROTO 4017:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/x.c:1:\n",
			},
			"broker.test:8883 does not speak TLS",
		],
		[{ code: "EPROTO", message: "write EPROTO" }, "TLS with broker.test:8883 failed (EPROTO)"],
		[{ code: "ERR_SSL_NEW_ONE" }, "TLS with broker.test:8883 failed (NEW_ONE)"],
	])("%j is told in words", (error, reason) => {
		expect(reasonOf(error)).toBe(reason);
	});

	it("stays in a line however many names a certificate has", () => {
		const subjectaltname = Array.from({ length: 50 }, (_, index) => `DNS:host-${index}.test`).join(", ");
		const reason = reasonOf({ code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: { subjectaltname } });
		expect(reason).toMatch(/^the certificate is not for broker\.test, but for .{97}\.\.\.$/);
	});

	it.each([{ code: "ECONNREFUSED" }, { code: 5 }, {}])("is none of TLS's: %j", (error) => {
		expect(reasonOf(error)).toBeUndefined();
	});
});
