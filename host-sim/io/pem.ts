/** A certificate or key in DER as PEM, as Node wants it (RFC 7468). */
export function pemOf(label: "CERTIFICATE" | "PRIVATE KEY", der: Uint8Array): string {
	const lines = Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
	return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
