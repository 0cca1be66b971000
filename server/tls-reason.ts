import type { CertificateInfo, PeerCertificates } from "./peer-certificates.js";

/** What TLS found wrong, for programs; docs/events.md says what each means. */
export type TlsCode =
	| "certificate-expired"
	| "certificate-not-yet-valid"
	| "certificate-revoked"
	| "certificate-untrusted"
	| "certificate-wrong-name"
	| "client-certificate-wanted"
	| "client-certificate-refused"
	| "tls-version-refused"
	| "tls-failed"
	| "other-protocol";

/** What TLS found wrong, for programs and for people. */
export interface TlsFailure {
	readonly code: TlsCode;
	readonly reason: string;
}

/** A failure, for programs and in words that lack a name. */
type Known = readonly [code: TlsCode, words: string];

/** What makes a certificate unfit, by Node's codes; the certificate of a name. */
const CERTIFICATE_REASONS: Readonly<Record<string, Known>> = Object.freeze({
	CERT_HAS_EXPIRED: ["certificate-expired", "has expired"],
	CERT_NOT_YET_VALID: ["certificate-not-yet-valid", "is not valid yet; is the clock right?"],
	CERT_REVOKED: ["certificate-revoked", "was revoked"],
	INVALID_PURPOSE: ["certificate-untrusted", "is not one for a server"],
	DEPTH_ZERO_SELF_SIGNED_CERT: ["certificate-untrusted", "is signed by itself, and not trusted here"],
	SELF_SIGNED_CERT_IN_CHAIN: ["certificate-untrusted", "is from a CA that is not trusted here"],
	UNABLE_TO_GET_ISSUER_CERT: ["certificate-untrusted", "is from a CA that is not trusted here"],
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["certificate-untrusted", "is from a CA that is not trusted here"],
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["certificate-untrusted", "is from a CA that is not trusted here"],
	CERT_SIGNATURE_FAILURE: ["certificate-untrusted", "is from a CA that is not trusted here"],
	CERT_UNTRUSTED: ["certificate-untrusted", "is from a CA that is not trusted here"],
	INVALID_CA: ["certificate-untrusted", "is signed by what is no CA"],
});

/** What OpenSSL means; `%` stands for the broker. */
const PROTOCOL_REASONS: Readonly<Record<string, Known>> = Object.freeze({
	WRONG_VERSION_NUMBER: ["other-protocol", "% does not speak TLS"],
	PACKET_LENGTH_TOO_LONG: ["other-protocol", "% does not speak TLS"],
	UNSUPPORTED_PROTOCOL: ["tls-version-refused", "% speaks only versions of TLS that are no longer safe"],
	TLSV1_ALERT_PROTOCOL_VERSION: ["tls-version-refused", "% speaks no version of TLS that we speak"],
	TLSV1_ALERT_NO_APPLICATION_PROTOCOL: [
		"tls-failed",
		"% does not speak the application protocol asked for (ALPN)",
	],
	TLSV13_ALERT_CERTIFICATE_REQUIRED: ["client-certificate-wanted", "% wants a client certificate"],
	SSLV3_ALERT_HANDSHAKE_FAILURE: [
		"client-certificate-wanted",
		"% refuses the TLS handshake; it may want a client certificate",
	],
	TLSV1_ALERT_UNKNOWN_CA: ["client-certificate-refused", "% does not trust the CA of our client certificate"],
	SSLV3_ALERT_BAD_CERTIFICATE: ["client-certificate-refused", "% refuses our client certificate"],
	SSLV3_ALERT_CERTIFICATE_UNKNOWN: ["client-certificate-refused", "% refuses our client certificate"],
	SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: ["client-certificate-refused", "% refuses our client certificate"],
	SSLV3_ALERT_CERTIFICATE_EXPIRED: [
		"client-certificate-refused",
		"our client certificate has expired, says %",
	],
	SSLV3_ALERT_CERTIFICATE_REVOKED: [
		"client-certificate-refused",
		"our client certificate was revoked, says %",
	],
	TLSV1_UNRECOGNIZED_NAME: ["tls-failed", "% knows no such name"],
});

/** Node's words; its code for it is ECONNRESET. */
const CLOSED_EARLY = "Client network socket disconnected before secure TLS connection was established";

/**
 * What TLS found wrong; `undefined` when the error is none of TLS.
 * @param host the name that the certificate must have
 * @param label the broker, as `host:port`
 * @param certificates those that the broker showed, its own first; without them none but its own is named
 * @param now milliseconds since 1970: an intermediate certificate is told to have expired by it
 */
export function tlsFailure(
	error: unknown,
	host: string,
	label: string,
	certificates: PeerCertificates = [],
	now = Date.now(),
): TlsFailure | undefined {
	const { code, message, reason } = error as { code?: unknown; message?: unknown; reason?: unknown };
	if (typeof code !== "string") return undefined;
	if (message === CLOSED_EARLY)
		return failure("tls-failed", `${label} closed the connection in the TLS handshake; does it speak TLS?`);
	const intermediate = intermediateFailure(code, host, certificates, now);
	if (intermediate !== undefined) return intermediate;
	const certificate = entryOf(CERTIFICATE_REASONS, code);
	if (certificate !== undefined)
		return failure(certificate[0], `the certificate of ${host} ${certificate[1]}`);
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
		return failure("certificate-wrong-name", `the certificate is not for ${host}${namesOf(error)}`);
	if (code !== "EPROTO" && !code.startsWith("ERR_SSL_")) return undefined;
	const name = nameOf(code, message, reason);
	const [known, words] = entryOf(PROTOCOL_REASONS, name.replaceAll(" ", "_").toUpperCase()) ?? [
		"tls-failed",
		`TLS with % failed (${name})`,
	];
	return failure(
		known,
		words.replace("%", () => label),
	);
}

/** What is wrong with a certificate that the broker's own rests on: OpenSSL does not say with which. */
function intermediateFailure(
	code: string,
	host: string,
	certificates: PeerCertificates,
	now: number,
): TlsFailure | undefined {
	const [own, ...others] = certificates;
	if (own === undefined) return undefined;
	const isExpired = ({ validTo }: CertificateInfo) => validTo < now;
	const isEarly = ({ validFrom }: CertificateInfo) => validFrom > now;
	switch (code) {
		case "CERT_HAS_EXPIRED": {
			const expired = isExpired(own) ? undefined : others.find(isExpired);
			return expired && failure("certificate-expired", `${kindOf(expired)} "${expired.name}" has expired`);
		}
		case "CERT_NOT_YET_VALID": {
			const early = isEarly(own) ? undefined : others.find(isEarly);
			return (
				early &&
				failure(
					"certificate-not-yet-valid",
					`${kindOf(early)} "${early.name}" is not valid yet; is the clock right?`,
				)
			);
		}
		case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
		case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": {
			const { issuer, isIssuerPublished } = certificates.at(-1) as CertificateInfo;
			const missing = `the broker does not send the intermediate certificate "${issuer}"`;
			// Nothing else tells an intermediate from a CA whose certificate is not here.
			const reason = isIssuerPublished
				? missing
				: `the certificate of ${host} is from "${issuer}": it is a CA that is not trusted here, or ${missing}`;
			return failure("certificate-untrusted", reason);
		}
		default:
			return undefined;
	}
}

const kindOf = ({ name, issuer }: CertificateInfo): string =>
	name === issuer ? "the certificate of the CA" : "the intermediate certificate";

/** What a table has of its own: the code of an error may be any text, `toString` too. */
const entryOf = (table: Readonly<Record<string, Known>>, name: string): Known | undefined =>
	Object.hasOwn(table, name) ? table[name] : undefined;

const failure = (code: TlsCode, reason: string): TlsFailure => ({ code, reason });

/** OpenSSL's name of an error, which Node has in one of three places. */
function nameOf(code: string, message: unknown, reason: unknown): string {
	if (typeof reason === "string") return reason;
	if (code !== "EPROTO") return code.slice("ERR_SSL_".length);
	return /:SSL routines:[^:]*:([^:]+):/.exec(String(message))?.[1] ?? code;
}

/** The names a certificate is for, as far as a line holds them. */
function namesOf(error: unknown): string {
	const { cert } = error as { cert?: { subjectaltname?: string } };
	const names = cert?.subjectaltname?.replace(/\b(DNS|IP Address):/g, "") ?? "";
	if (names === "") return "";
	return `, but for ${names.length > 100 ? `${names.slice(0, 97)}...` : names}`;
}
