import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** A certificate and its key, in PEM. */
export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

/** The kinds of keys: RSA of 2048 bits for what knows nothing newer, or the curve P-256. */
export type KeyKind = "rsa" | "p256";

/** A certificate that is wanted. */
export interface CertificateRequest {
	readonly commonName: string;
	/** From now on; it also ends with the CA's. */
	readonly days: number;
	readonly keys: KeyKind;
	/** The names and addresses of a server; left out: it is a client's. */
	readonly serverNames?: readonly string[];
}

/** A certificate that holds no longer. */
export interface Revocation {
	/** In hexadecimal. */
	readonly serial: string;
	readonly at: Date;
}

const ALGORITHMS = Object.freeze({
	rsa: Object.freeze({
		name: "RSASSA-PKCS1-v1_5",
		hash: "SHA-256",
		modulusLength: 2048,
		publicExponent: Uint8Array.of(1, 0, 1),
	}),
	p256: Object.freeze({ name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }),
});

const DAY = 86_400_000;

/** A certificate authority: its certificate, signed by itself, and its key. It does no IO. */
export class CertificateAuthority {
	/** In PEM. */
	readonly cert: string;
	/** When its certificate ends. */
	readonly until: Date;
	readonly #certificate: x509.X509Certificate;
	readonly #key: webcrypto.CryptoKey;
	readonly #kind: KeyKind;

	private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey, kind: KeyKind) {
		this.cert = pemOfCertificate(certificate);
		this.until = certificate.notAfter;
		this.#certificate = certificate;
		this.#key = key;
		this.#kind = kind;
	}

	/** Makes a new one. @returns it, and its key in PEM */
	static async create({
		commonName,
		days,
		keys: kind,
	}: Omit<CertificateRequest, "serverNames">): Promise<{ authority: CertificateAuthority; key: string }> {
		const keys = await generate(kind);
		const certificate = await x509.X509CertificateGenerator.createSelfSigned({
			...common(commonName, dateAfter(days)),
			signingAlgorithm: ALGORITHMS[kind],
			keys,
			extensions: [
				new x509.BasicConstraintsExtension(true, 0, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
				await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
			],
		});
		const authority = new CertificateAuthority(certificate, keys.privateKey, kind);
		return { authority, key: await pemOfKey(keys) };
	}

	/**
	 * One that was made before.
	 * @throws Error if these are no certificate and its key in PEM, with keys of a kind that is known here
	 */
	static async from({ cert, key }: KeyPair): Promise<CertificateAuthority> {
		const secret = createPrivateKey(key);
		if (!new X509Certificate(cert).checkPrivateKey(secret)) throw new Error("not the key of the certificate");
		const kind = secret.asymmetricKeyType === "rsa" ? "rsa" : "p256";
		const der = secret.export({ type: "pkcs8", format: "der" });
		const signing = await webcrypto.subtle.importKey("pkcs8", der, ALGORITHMS[kind], true, ["sign"]);
		return new CertificateAuthority(new x509.X509Certificate(cert), signing, kind);
	}

	/** Whether a certificate, in PEM, was signed by this one. */
	hasSigned(cert: string): boolean {
		try {
			return new X509Certificate(cert).verify(new X509Certificate(this.cert).publicKey);
		} catch {
			return false;
		}
	}

	/** Makes a certificate with a key of its own. @returns them, and the serial number in hexadecimal */
	async issue(request: CertificateRequest): Promise<KeyPair & { readonly serial: string }> {
		const { commonName, days, keys: kind, serverNames } = request;
		const keys = await generate(kind);
		const until = new Date(Math.min(dateAfter(days).getTime(), this.until.getTime()));
		const certificate = await x509.X509CertificateGenerator.create({
			...common(commonName, until),
			issuer: this.#certificate.subjectName,
			signingAlgorithm: ALGORITHMS[this.#kind],
			signingKey: this.#key,
			publicKey: keys.publicKey,
			extensions: [
				new x509.BasicConstraintsExtension(false, undefined, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
				await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
				...(serverNames === undefined
					? []
					: [new x509.SubjectAlternativeNameExtension(namesOf(serverNames))]),
				new x509.ExtendedKeyUsageExtension([
					serverNames === undefined ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
				]),
			],
		});
		return {
			cert: pemOfCertificate(certificate),
			key: await pemOfKey(keys),
			serial: certificate.serialNumber,
		};
	}

	/** Whether a list, in PEM, is of this CA and has exactly these certificates, by their serial numbers in hexadecimal. */
	async hasListed(list: string, serials: readonly string[]): Promise<boolean> {
		try {
			const read = new x509.X509Crl(list);
			const listed = read.entries.map(({ serialNumber }) => serialNumber.toLowerCase());
			const isSame = listed.length === serials.length && serials.every((serial) => listed.includes(serial));
			return isSame && (await read.verify({ publicKey: this.#certificate }));
		} catch {
			return false;
		}
	}

	/**
	 * The list of certificates that hold no longer (RFC 5280, 5), in PEM. It is valid as long as the CA: OpenSSL refuses
	 * every client once a list has ended.
	 */
	async revocationList(revocations: readonly Revocation[]): Promise<string> {
		const list = await x509.X509CrlGenerator.create({
			issuer: this.#certificate.subjectName,
			thisUpdate: new Date(),
			nextUpdate: this.until,
			signingAlgorithm: ALGORITHMS[this.#kind],
			signingKey: this.#key,
			extensions: [await x509.AuthorityKeyIdentifierExtension.create(this.#certificate), crlNumber()],
			// Without a reason the package writes an empty list of extensions, which RFC 5280 does not allow.
			entries: revocations.map(({ serial, at }) => ({
				...{ serialNumber: serial, revocationDate: at, reason: x509.X509CrlReason.keyCompromise },
			})),
		});
		// The label that OpenSSL wants (RFC 7468, 6); the package has another one.
		return `${x509.PemConverter.encode(list.rawData, "X509 CRL")}\n`;
	}
}

/** A number that is higher for each list (RFC 5280, 5.2.3): the time in milliseconds, as an INTEGER of DER in 6 bytes. */
function crlNumber(): x509.Extension {
	const bytes = Buffer.alloc(8);
	bytes.set([0x02, 6]);
	bytes.writeUIntBE(Date.now(), 2, 6);
	return new x509.Extension("2.5.29.20", false, bytes);
}

const namesOf = (names: readonly string[]) =>
	names.map((name) => ({ type: isIP(name) === 0 ? "dns" : "ip", value: name }) as const);

/** What all certificates have. They are valid from yesterday, for a clock that is behind. */
const common = (name: string, until: Date) => ({
	serialNumber: `01${randomBytes(15).toString("hex")}`,
	subject: new x509.Name([{ CN: [{ utf8String: name }] }]),
	name: new x509.Name([{ CN: [{ utf8String: name }] }]),
	notBefore: dateAfter(-1),
	notAfter: until,
});

const dateAfter = (days: number): Date => new Date(Date.now() + days * DAY);

const generate = (kind: KeyKind): Promise<webcrypto.CryptoKeyPair> =>
	webcrypto.subtle.generateKey(ALGORITHMS[kind], true, [
		"sign",
		"verify",
	]) as Promise<webcrypto.CryptoKeyPair>;

const pemOfCertificate = (certificate: x509.X509Certificate): string => `${certificate.toString("pem")}\n`;

const pemOfKey = async ({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> =>
	`${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY")}\n`;
