import { X509Certificate } from "node:crypto";
import { RENEWAL_DAYS } from "../access/provision.js";
import type { CertificateEvent } from "./events.js";

const DAY = 86_400_000;

/**
 * Says which certificates in use expire within 30 days, or have expired: the own one, and that of the CA if it is one.
 * A file of many CAs, as systems have it, always has some that end.
 * @param certificates in PEM
 */
export function tellExpiry(
	{ cert, ca }: { readonly cert?: string | undefined; readonly ca?: string | undefined },
	tell: (event: CertificateEvent) => void,
): void {
	if (cert !== undefined) look("own", cert, tell);
	if (ca !== undefined && ca.split("-----BEGIN").length === 2) look("ca", ca, tell);
}

function look(certificate: "own" | "ca", pem: string, tell: (event: CertificateEvent) => void): void {
	// The first of a chain is the one itself.
	const until = Date.parse(new X509Certificate(pem).validTo);
	if (until - Date.now() > RENEWAL_DAYS * DAY) return;
	tell({ event: "certificate", certificate, expires: new Date(until).toISOString() });
}
