import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { KeyPair } from "./authority.js";

const DAY = 86_400_000;

/** Days until a certificate, in PEM, ends; below 0 once it has. @throws Error for what is no certificate */
export const daysLeft = (cert: string, now = Date.now()): number =>
	(Date.parse(new X509Certificate(cert).validTo) - now) / DAY;

/** Whether a certificate, in PEM, can be used for more than `days` days; what is no certificate cannot. */
export function isFresh(cert: string, days: number): boolean {
	try {
		return daysLeft(cert) > days;
	} catch {
		return false;
	}
}

/** Whether a key is a certificate's. */
export function areOnePair({ cert, key }: KeyPair): boolean {
	try {
		return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
	} catch {
		return false;
	}
}

/** Whether a server's certificate, in PEM, holds for all these names and addresses. */
export function isFor(cert: string, names: readonly string[]): boolean {
	const certificate = new X509Certificate(cert);
	return names.every(
		(name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined,
	);
}
