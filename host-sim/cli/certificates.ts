import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TLSClient } from "../../firmware/ecma-419.js";
import { codeOf, usage } from "./failure.js";
import { readReference } from "./secrets.js";

/** What TLS needs of its user, in PEM; each is left out when it was not given. */
export interface Certificates {
	/** Whose certificates are trusted. */
	readonly ca?: string;
	/** Our own certificate, then those it rests on, and its key. */
	readonly cert?: string;
	readonly key?: string;
}

/** The names of the files: of options of the command line. */
export interface CertificateFiles {
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
}

const NAMES = ["ca", "cert", "key"] as const;
type Name = (typeof NAMES)[number];

/** A certificate or key, and what to call the place it is from. */
interface Found {
	readonly pem: string;
	readonly from: string;
}

/**
 * The certificates that the command line names and, where it names none, the configuration's section
 * `tls`, which has references to them: `{"ca": {"file": "ca.pem"}}`.
 * @param file the configuration's
 * @throws Failure for a file that cannot be read, or that does not hold what it should
 */
export function readCertificates(files: CertificateFiles, section: unknown, file = ""): Certificates {
	const references = section === undefined ? {} : readSection(section, file);
	const found: Partial<Record<Name, Found>> = {};
	for (const name of NAMES) {
		const option = files[name];
		const key = `tls.${name}`;
		if (option !== undefined)
			found[name] = { pem: readPem(option, `--${name}`), from: `--${name}: ${option}` };
		else if (references[name] !== undefined) {
			found[name] = { pem: readReference(references[name], key, file), from: `${file}: ${key}` };
		}
	}
	check(found);
	return Object.fromEntries(Object.entries(found).map(([name, { pem }]) => [name, pem]));
}

/** The same as options of a TLS client socket, in DER. */
export const tlsOptionsOf = ({ ca, cert, key }: Certificates): NonNullable<TLSClient["tls"]> => ({
	...(ca !== undefined && { ca: certificatesIn(ca) }),
	...(cert !== undefined && { clientCertificate: certificatesIn(cert) }),
	...(key !== undefined && { clientKey: createPrivateKey(key).export({ type: "pkcs8", format: "der" }) }),
});

function readSection(section: unknown, file: string): Partial<Record<Name, unknown>> {
	if (typeof section !== "object" || section === null || Array.isArray(section)) {
		throw usage(`${file}: tls: wants an object`);
	}
	const unknown = Object.keys(section).find((key) => !(NAMES as readonly string[]).includes(key));
	if (unknown !== undefined) throw usage(`${file}: tls.${unknown}: no such key, only ${NAMES.join(", ")}`);
	return section;
}

function readPem(file: string, option: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		throw usage(`${option}: cannot read ${file} (${codeOf(error)})`);
	}
}

function check({ ca, cert, key }: Partial<Record<Name, Found>>): void {
	if (ca !== undefined) readCertificate(ca);
	if (cert === undefined && key === undefined) return;
	if (cert === undefined || key === undefined) {
		const [there, missing] = cert === undefined ? [key?.from, "certificate"] : [cert.from, "key"];
		throw usage(`${there}: there is no ${missing} to go with it; give both --cert and --key`);
	}
	if (!readCertificate(cert).checkPrivateKey(readKey(key))) {
		throw usage(`${key.from}: is not the key of the certificate`);
	}
}

/** The first of the certificates, all of which are looked at. */
function readCertificate({ pem, from }: Found): X509Certificate {
	try {
		const [first] = certificatesIn(pem).map((der) => new X509Certificate(der));
		if (first !== undefined) return first;
	} catch {
		// What OpenSSL has to say of it helps nobody.
	}
	throw usage(`${from}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
}

function readKey({ pem, from }: Found): KeyObject {
	// RFC 7468, 11, and RFC 1421, 4.6.1.1.
	if (/BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem)) {
		throw usage(`${from}: the key is encrypted; decrypt it with openssl pkey`);
	}
	try {
		return createPrivateKey(pem);
	} catch {
		throw usage(`${from}: holds no private key in PEM (-----BEGIN PRIVATE KEY-----)`);
	}
}

const BLOCK = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** The certificates of a text, in DER. */
const certificatesIn = (pem: string): Buffer[] =>
	[...pem.matchAll(BLOCK)].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
