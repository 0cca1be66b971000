import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TLSClient } from "../../firmware/ecma-419.js";
import { codeOf, Mistakes, usage } from "./failure.js";
import { type ReferencePlace, readReference } from "./secrets.js";
import { readTlsNames, TLS_NAMES, type TlsNames } from "./tls-names.js";

/**
 * What TLS needs of its user, in PEM as RFC 7468 has it, whatever the files looked like: device and server get
 * the same. Each is left out when it was not given.
 */
export interface Certificates extends TlsNames {
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
/** Of the configuration's section `tls`. */
const KEYS = [...NAMES, ...TLS_NAMES] as const;

/** A certificate or key that the user names: what was read, if it could be, and what to call the place it is from. */
interface Named {
	readonly pem: string | undefined;
	readonly from: string;
}

/** One that was read. */
type Found = Named & { readonly pem: string };

/**
 * The certificates that the command line names and, where it names none, the configuration's section
 * `tls`, which has references to them: `{"ca": {"file": "ca.pem"}}`.
 * @param placeOf where a key of the configuration is
 * @throws Failure for files that cannot be read, or that do not hold what they should
 */
export function readCertificates(
	files: CertificateFiles,
	section: unknown,
	placeOf: (key: string) => ReferencePlace,
): Certificates {
	const mistakes = new Mistakes();
	const references = section === undefined ? {} : readSection(section, placeOf, mistakes);
	const named: Partial<Record<Name, Named>> = {};
	for (const name of NAMES) {
		const option = files[name];
		if (option !== undefined) {
			const pem = mistakes.attempt(() => readPem(option, `--${name}`));
			named[name] = { pem, from: `--${name}: ${option}` };
		} else if (references[name] !== undefined) {
			const place = placeOf(`tls.${name}`);
			const read = mistakes.attempt(() => readReference(references[name], place, readPem));
			named[name] = { pem: read?.text, from: place.at };
		}
	}
	const names = mistakes.attempt(() => readTlsNames(references, (key) => placeOf(key).at));
	const certificates = check(named, mistakes);
	if (mistakes.lines.length > 0) throw usage(...mistakes.lines);
	return { ...certificates, ...names };
}

/** The same as options of a TLS client socket, in DER. */
export const tlsOptionsOf = ({
	ca,
	cert,
	key,
	serverName,
	alpn,
}: Certificates): NonNullable<TLSClient["tls"]> => ({
	...(serverName !== undefined && { host: serverName }),
	...(alpn !== undefined && { applicationLayerProtocol: alpn }),
	...(ca !== undefined && { ca: certificatesIn(ca) }),
	...(cert !== undefined && { clientCertificate: certificatesIn(cert) }),
	...(key !== undefined && { clientKey: createPrivateKey(key).export({ type: "pkcs8", format: "der" }) }),
});

function readSection(
	section: unknown,
	placeOf: (key: string) => ReferencePlace,
	mistakes: Mistakes,
): Partial<Record<(typeof KEYS)[number], unknown>> {
	if (typeof section !== "object" || section === null || Array.isArray(section)) {
		mistakes.lines.push(`${placeOf("tls").at}: wants an object`);
		return {};
	}
	for (const key of Object.keys(section)) {
		if ((KEYS as readonly string[]).includes(key)) continue;
		mistakes.lines.push(`${placeOf(`tls.${key}`).at}: no such key, only ${KEYS.join(", ")}`);
	}
	return section;
}

/** A file as it is: what is no PEM in it is found later. */
function readPem(file: string, from: string): string {
	try {
		return readFileSync(file, "latin1");
	} catch (error) {
		throw usage(`${from}: cannot read ${file} (${codeOf(error)})`);
	}
}

/** What was read, in one form. What is no certificate or key, and one without the other, is a mistake. */
function check({ ca, cert, key }: Partial<Record<Name, Named>>, mistakes: Mistakes): Certificates {
	const trusted = readIf(ca, chainIn, mistakes);
	const chain = readIf(cert, chainIn, mistakes);
	const secret = readIf(key, readKey, mistakes);
	if (key !== undefined && cert === undefined) mistakes.lines.push(alone(key, "certificate"));
	if (cert !== undefined && key === undefined) mistakes.lines.push(alone(cert, "key"));
	if (chain !== undefined && secret !== undefined && !chain[0].checkPrivateKey(secret)) {
		mistakes.lines.push(`${key?.from}: is not the key of the certificate`);
	}
	return {
		...(trusted !== undefined && { ca: normalised(trusted) }),
		...(chain !== undefined && { cert: normalised(chain) }),
		...(secret !== undefined && { key: secret.export({ type: "pkcs8", format: "pem" }) as string }),
	};
}

const alone = ({ from }: Named, missing: string): string =>
	`${from}: there is no ${missing} to go with it; give both --cert and --key`;

/** Reads what was found, if it was. */
function readIf<T>(
	{ pem, from }: Named = { pem: undefined, from: "" },
	read: (found: Found) => T,
	mistakes: Mistakes,
): T | undefined {
	return pem === undefined ? undefined : mistakes.attempt(() => read({ pem, from }));
}

/** The certificates of a text, one at least. */
function chainIn({ pem, from }: Found): [X509Certificate, ...X509Certificate[]] {
	try {
		const [first, ...others] = certificatesIn(pem).map((der) => new X509Certificate(der));
		if (first !== undefined) return [first, ...others];
	} catch {
		// What OpenSSL has to say of it helps nobody.
	}
	throw usage(`${from}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
}

const normalised = (certificates: readonly X509Certificate[]): string =>
	certificates.map(({ raw }) => pemOf("CERTIFICATE", raw)).join("");

function readKey({ pem, from }: Found): KeyObject {
	// RFC 7468, 11, and RFC 1421, 4.6.1.1.
	if (/BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem)) {
		throw usage(`${from}: the key is encrypted; decrypt it with openssl pkey`);
	}
	const [, label = "", base64 = ""] = KEY_BLOCK.exec(pem) ?? [];
	try {
		// Its lines anew: OpenSSL wants them at the margin.
		return createPrivateKey(pemOf(label, Buffer.from(base64, "base64")));
	} catch {
		throw usage(`${from}: holds no private key in PEM (-----BEGIN PRIVATE KEY-----)`);
	}
}

const KEY_BLOCK = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([^-]*)-----END \1-----/;
const BLOCK = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** What `label` names, in DER, as PEM (RFC 7468). */
function pemOf(label: string, der: Uint8Array): string {
	const lines = Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
	return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** The certificates of a text, in DER. */
const certificatesIn = (pem: string): Buffer[] =>
	[...pem.matchAll(BLOCK)].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
