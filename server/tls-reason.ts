/** What makes a certificate unfit, by Node's codes; the certificate of a name. */
const CERTIFICATE_REASONS: Readonly<Record<string, string>> = Object.freeze({
	CERT_HAS_EXPIRED: "has expired",
	CERT_NOT_YET_VALID: "is not valid yet; is the clock right?",
	CERT_REVOKED: "was revoked",
	INVALID_PURPOSE: "is not one for a server",
	DEPTH_ZERO_SELF_SIGNED_CERT: "is signed by itself, and not trusted here",
	SELF_SIGNED_CERT_IN_CHAIN: "is from a CA that is not trusted here",
	UNABLE_TO_GET_ISSUER_CERT: "is from a CA that is not trusted here",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "is from a CA that is not trusted here",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "is from a CA that is not trusted here",
	CERT_SIGNATURE_FAILURE: "is from a CA that is not trusted here",
	CERT_UNTRUSTED: "is from a CA that is not trusted here",
	INVALID_CA: "is signed by what is no CA",
});

/** What OpenSSL means; `%` stands for the broker. */
const PROTOCOL_REASONS: Readonly<Record<string, string>> = Object.freeze({
	WRONG_VERSION_NUMBER: "% does not speak TLS",
	PACKET_LENGTH_TOO_LONG: "% does not speak TLS",
	UNSUPPORTED_PROTOCOL: "% speaks only versions of TLS that are no longer safe",
	TLSV1_ALERT_PROTOCOL_VERSION: "% speaks no version of TLS that we speak",
	TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "% does not speak the application protocol asked for (ALPN)",
	TLSV13_ALERT_CERTIFICATE_REQUIRED: "% wants a client certificate",
	SSLV3_ALERT_HANDSHAKE_FAILURE: "% refuses the TLS handshake; it may want a client certificate",
	TLSV1_ALERT_UNKNOWN_CA: "% does not trust the CA of our client certificate",
	SSLV3_ALERT_BAD_CERTIFICATE: "% refuses our client certificate",
	SSLV3_ALERT_CERTIFICATE_UNKNOWN: "% refuses our client certificate",
	SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: "% refuses our client certificate",
	SSLV3_ALERT_CERTIFICATE_EXPIRED: "our client certificate has expired, says %",
	SSLV3_ALERT_CERTIFICATE_REVOKED: "our client certificate was revoked, says %",
	TLSV1_UNRECOGNIZED_NAME: "% knows no such name",
});

/** Node's words; its code for it is ECONNRESET. */
const CLOSED_EARLY = "Client network socket disconnected before secure TLS connection was established";

/**
 * In words, for people, what TLS found wrong; `undefined` when the error is none of TLS.
 * @param host the name that the certificate must have
 * @param label the broker, as `host:port`
 */
export function tlsReason(error: unknown, host: string, label: string): string | undefined {
	const { code, message, reason } = error as { code?: unknown; message?: unknown; reason?: unknown };
	if (typeof code !== "string") return undefined;
	if (message === CLOSED_EARLY)
		return `${label} closed the connection in the TLS handshake; does it speak TLS?`;
	const certificate = CERTIFICATE_REASONS[code];
	if (certificate !== undefined) return `the certificate of ${host} ${certificate}`;
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `the certificate is not for ${host}${namesOf(error)}`;
	if (code !== "EPROTO" && !code.startsWith("ERR_SSL_")) return undefined;
	const name = nameOf(code, message, reason);
	const known = PROTOCOL_REASONS[name.replaceAll(" ", "_").toUpperCase()];
	return (known ?? `TLS with % failed (${name})`).replace("%", () => label);
}

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
