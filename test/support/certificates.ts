import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.js";

/** A certificate and its key, in PEM. */
export interface Identity {
	readonly cert: string;
	readonly key: string;
}

/** Days from now on which a certificate begins and ends to be valid. */
export interface Dates {
	readonly from?: number;
	readonly until?: number;
}

/** From yesterday until tomorrow when there are no dates. */
export interface CertificateOptions extends Dates {
	/** Names and addresses it is for: the first is its subject. */
	readonly names: readonly string[];
	/** Where the certificate of its issuer is published: in an extension that public CAs give. */
	readonly issuerUrl?: string;
}

const DAY = 86_400_000;

/** A certificate authority of the running test's own: its own certificate, signed by itself or by another one, and its key. */
export class Authority implements Identity {
	readonly cert: string;
	readonly key: string;
	readonly #type: KeyType;
	readonly #name: Buffer;
	readonly #key: KeyObject;
	readonly #keyId: Buffer;

	/**
	 * @param type of all keys; RSA for whoever knows nothing newer
	 * @param issuer who signs its certificate
	 * @param dates as those of `issue`; valid for years when absent
	 */
	constructor(name: string, type: KeyType = "ec", issuer?: Authority, dates: Dates = {}) {
		this.#type = type;
		this.#name = subject(name);
		const { publicKey, privateKey } = newKeys(type);
		this.#key = privateKey;
		this.key = pkcs8(privateKey);
		this.#keyId = keyIdOf(publicKey);
		const isCa = extension("2.5.29.19", der.sequence(der.truth()));
		const options = { names: [name], from: -1000, until: 1000, ...dates };
		this.cert = (issuer ?? this).#sign(this.#name, publicKey, options, isCa);
	}

	/** An intermediate authority, whose certificate is signed by this one. */
	intermediate(name: string, dates?: Dates): Authority {
		return new Authority(name, this.#type, this, dates);
	}

	/** Issues a certificate for a server or a client. */
	issue(options: CertificateOptions): Identity {
		const { publicKey, privateKey } = newKeys(this.#type);
		const names = der.sequence(...options.names.map(alternativeName));
		const [name = ""] = options.names;
		return {
			cert: this.#sign(
				subject(name),
				publicKey,
				options,
				extension("2.5.29.17", names),
				issuerUrlOf(options),
			),
			key: pkcs8(privateKey),
		};
	}

	/** RFC 5280, 4.1. */
	#sign(name: Buffer, key: KeyObject, options: CertificateOptions, ...extensions: readonly Buffer[]): string {
		const { from = -1, until = 1 } = options;
		const date = (days: number) => der.time(new Date(Date.now() + days * DAY));
		const toBeSigned = der.sequence(
			der.field(0, der.integer(2)),
			der.integer(1, ...randomBytes(8)),
			ALGORITHM[this.#type],
			this.#name,
			der.sequence(date(from), date(until)),
			name,
			key.export({ type: "spki", format: "der" }),
			der.field(
				3,
				der.sequence(
					...extensions,
					extension(SUBJECT_KEY_ID, der.octets(keyIdOf(key))),
					extension(AUTHORITY_KEY_ID, der.sequence(der.plainField(0, this.#keyId))),
				),
			),
		);
		const signature = sign("sha256", toBeSigned, this.#key);
		const certificate = der.sequence(toBeSigned, ALGORITHM[this.#type], der.bits(signature));
		const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
		return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
	}
}

/** Authority Information Access, with the location of the issuer's certificate (RFC 5280, 4.2.2.1). */
const issuerUrlOf = ({ issuerUrl }: CertificateOptions): Buffer =>
	issuerUrl === undefined
		? Buffer.alloc(0)
		: extension(
				"1.3.6.1.5.5.7.1.1",
				der.sequence(
					der.sequence(der.identifier("1.3.6.1.5.5.7.48.2"), der.plainField(6, Buffer.from(issuerUrl))),
				),
			);

type KeyType = "ec" | "rsa";

/** ecdsa-with-SHA256 (RFC 5758, 3.2) and sha256WithRSAEncryption (RFC 4055, 5). */
const ALGORITHM: Readonly<Record<KeyType, Buffer>> = {
	ec: der.sequence(der.identifier("1.2.840.10045.4.3.2")),
	rsa: der.sequence(der.identifier("1.2.840.113549.1.1.11"), der.nothing()),
};

const newKeys = (type: KeyType) =>
	type === "ec"
		? generateKeyPairSync("ec", { namedCurve: "P-256" })
		: generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What a key is known by (RFC 5280, 4.2.1.1 and 4.2.1.2). */
const SUBJECT_KEY_ID = "2.5.29.14";
const AUTHORITY_KEY_ID = "2.5.29.35";
const keyIdOf = (key: KeyObject): Buffer =>
	createHash("sha1")
		.update(key.export({ type: "spki", format: "der" }))
		.digest();

const pkcs8 = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string;

/** A distinguished name that has a common name only. */
const subject = (name: string): Buffer =>
	der.sequence(der.set(der.sequence(der.identifier("2.5.4.3"), der.text(name))));

const extension = (id: string, value: Buffer): Buffer => der.sequence(der.identifier(id), der.octets(value));

/** A DNS name, or an IPv4 address (RFC 5280, 4.2.1.6). */
const alternativeName = (name: string): Buffer =>
	isIP(name) === 0
		? der.plainField(2, Buffer.from(name))
		: der.plainField(7, Uint8Array.from(name.split("."), Number));
