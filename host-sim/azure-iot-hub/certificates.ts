import "reflect-metadata";
import { randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { hostname } from "node:os";
import * as x509 from "@peculiar/x509";
import type { PrivateFolder } from "./private-files.js";

/** A certificate and its key, in PEM. */
export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

type Keys = webcrypto.CryptoKeyPair;

const RSA = Object.freeze({
	name: "RSASSA-PKCS1-v1_5",
	hash: "SHA-256",
	modulusLength: 2048,
	publicExponent: Uint8Array.of(1, 0, 1),
});
const P256 = Object.freeze({ name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" });

const DAY = 86_400_000;
const YEARS = Object.freeze({ ca: 3650, server: 397, device: 1825 });

/** A certificate that ends within these days is replaced. */
const TOO_OLD = 7;

/** The names that this machine's programs may have for the hub. */
export const serverNames = (hostName: string): readonly string[] => [
	...new Set([hostName, "localhost", "127.0.0.1", "::1", hostname()]),
];

/** Makes the certificates of a hub: its CA's, its server's, and those of devices. */
export class CertificateAuthority {
	readonly cert: string;
	readonly #certificate: x509.X509Certificate;
	readonly #key: webcrypto.CryptoKey;

	private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey) {
		this.cert = pem(certificate);
		this.#certificate = certificate;
		this.#key = key;
	}

	/** The CA that a folder has in `ca.pem` and `ca.key`, or a new one, which is kept there. */
	static async in(folder: PrivateFolder): Promise<CertificateAuthority> {
		const [cert, key] = [folder.read("ca.pem"), folder.read("ca.key")];
		if (cert !== undefined && key !== undefined && isFresh(cert)) {
			const signing = await webcrypto.subtle.importKey("pkcs8", derOf(key), RSA, true, ["sign"]);
			return new CertificateAuthority(new x509.X509Certificate(cert), signing);
		}
		const keys = await generate(RSA);
		const certificate = await x509.X509CertificateGenerator.createSelfSigned({
			...common("Nightlight hub CA", YEARS.ca),
			signingAlgorithm: RSA,
			keys: keys,
			extensions: [
				new x509.BasicConstraintsExtension(true, 0, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
				await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
			],
		});
		const authority = new CertificateAuthority(certificate, keys.privateKey);
		folder.write("ca.pem", authority.cert);
		folder.write("ca.key", await pemOf(keys));
		return authority;
	}

	/** The server's certificate in a folder, or a new one if that is too old, of another CA, or for other names. */
	async server(folder: PrivateFolder, hostName: string): Promise<KeyPair> {
		const names = serverNames(hostName);
		const kept = this.#kept(folder, "server");
		const missing = (certificate: X509Certificate) =>
			names.some((name) => !(isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)));
		if (kept !== undefined && !missing(new X509Certificate(kept.cert))) return kept;
		const alternatives = names.map(
			(name) => ({ type: isAddress(name) ? "ip" : "dns", value: name }) as const,
		);
		return this.#issue(folder, "server", hostName, RSA, YEARS.server, [
			new x509.SubjectAlternativeNameExtension(alternatives),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
		]);
	}

	/** A device's certificate in a folder, or a new one. @param name the files' name without its ending */
	async device(folder: PrivateFolder, name: string, device: string): Promise<KeyPair> {
		const kept = this.#kept(folder, name);
		if (kept !== undefined) return kept;
		return this.#issue(folder, name, device, P256, YEARS.device, [
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
		]);
	}

	#kept(folder: PrivateFolder, name: string): KeyPair | undefined {
		const [cert, key] = [folder.read(`${name}.pem`), folder.read(`${name}.key`)];
		if (cert === undefined || key === undefined || !isFresh(cert)) return undefined;
		return new X509Certificate(cert).verify(new X509Certificate(this.cert).publicKey)
			? { cert, key }
			: undefined;
	}

	async #issue(
		folder: PrivateFolder,
		name: string,
		subject: string,
		algorithm: typeof RSA | typeof P256,
		days: number,
		extensions: readonly x509.Extension[],
	): Promise<KeyPair> {
		const keys = await generate(algorithm);
		const certificate = await x509.X509CertificateGenerator.create({
			...common(subject, days),
			issuer: this.#certificate.subjectName,
			signingAlgorithm: RSA,
			signingKey: this.#key,
			publicKey: keys.publicKey,
			extensions: [
				new x509.BasicConstraintsExtension(false, undefined, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
				await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
				...extensions,
			],
		});
		const pair = { cert: pem(certificate), key: await pemOf(keys) };
		folder.write(`${name}.pem`, pair.cert);
		folder.write(`${name}.key`, pair.key);
		return pair;
	}
}

/** What all certificates have. They are valid from yesterday, for a clock that is behind. */
const common = (name: string, days: number) => ({
	serialNumber: `01${randomBytes(15).toString("hex")}`,
	subject: new x509.Name([{ CN: [{ utf8String: name }] }]),
	name: new x509.Name([{ CN: [{ utf8String: name }] }]),
	notBefore: new Date(Date.now() - DAY),
	notAfter: new Date(Date.now() + days * DAY),
});

const generate = (algorithm: typeof RSA | typeof P256): Promise<Keys> =>
	webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<Keys>;

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString("pem")}\n`;

const pemOf = async ({ privateKey }: Keys): Promise<string> =>
	`${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY")}\n`;

const derOf = (text: string): ArrayBuffer => x509.PemConverter.decodeFirst(text);

const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);

/** Whether a certificate can be used for some days. */
function isFresh(cert: string): boolean {
	try {
		return Date.parse(new X509Certificate(cert).validTo) > Date.now() + TOO_OLD * DAY;
	} catch {
		return false;
	}
}
