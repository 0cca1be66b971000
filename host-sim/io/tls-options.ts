import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ConnectionOptions } from "node:tls";
import { bytesOf } from "./byte-buffer.js";
import { oneOf, optional, optionsObject, type Range, required } from "./options.js";

type Bytes = ArrayBuffer | Uint8Array;
type OneOrMore<Value> = Value | readonly Value[];

/** TLS versions that this host speaks; 1.1 is refused, as RFC 8996 wants it. */
export type TLSVersion = "TLSv1.2" | "TLSv1.3";

/** The `tls` option (§10, "TLS Client socket"). Certificates and keys are DER. */
export interface TLSClientOptions {
	/** The name that the server must prove to have, and that it is told (SNI). Not where it is: see `address`. */
	readonly host: string;
	/** "TLSv1.2" when absent. */
	readonly minimumVersion?: TLSVersion;
	/** "TLSv1.3" when absent. */
	readonly maximumVersion?: TLSVersion;
	/** Names for ALPN, the best first, 1 to 255 bytes each. A server without ALPN selects none. */
	readonly applicationLayerProtocol?: OneOrMore<string | Bytes>;
	/** Refused: Node's TLS cannot negotiate it. */
	readonly maximumFragmentLength?: never;
	/** Certificates to trust, one or more in each buffer; Node's own when absent, nobody's for an empty list. */
	readonly ca?: OneOrMore<Bytes>;
	/** Our certificate, then those it rests on. Needs `clientKey`. */
	readonly clientCertificate?: OneOrMore<Bytes>;
	/** Its key, as PKCS #8; one at most. */
	readonly clientKey?: OneOrMore<Bytes>;
}

/** What Node's `connect` takes, and the name to look for in the certificate. */
export interface TLSSettings {
	readonly host: string;
	readonly node: ConnectionOptions;
}

/**
 * Reads and checks the `tls` option of a constructor's options, each property once. Properties that the
 * standard does not have are ignored (§8, "constructor"); those it has are honoured or refused.
 * @throws Error when it is missing, out of range or not supported here, beginning with the property
 */
export function readTLSOptions(options: object): TLSSettings {
	const tls = required(options, "tls", optionsObject);
	const read = <Value>(name: string, range: Range<Value>): Value | undefined =>
		optional(tls, name, (value) => range(value, `tls.${name}`), undefined);
	optional(tls, "maximumFragmentLength", unsupported, undefined);
	const host = required(tls, "host", hostName);
	const minVersion = read("minimumVersion", version) ?? "TLSv1.2";
	const maxVersion = read("maximumVersion", version) ?? "TLSv1.3";
	if (minVersion > maxVersion) {
		throw new RangeError(`tls.minimumVersion: ${minVersion} is above the maximum, ${maxVersion}`);
	}
	const protocols = read("applicationLayerProtocol", protocolNames);
	const ca = read("ca", certificates);
	const cert = read("clientCertificate", certificates) ?? [];
	const key = read("clientKey", privateKey);
	checkPair(cert, key);
	return {
		host,
		node: {
			minVersion,
			maxVersion,
			...(protocols && { ALPNProtocols: protocols }),
			...(ca && { ca: ca.map(String) }),
			...(key && { cert: cert.join(""), key: key.export({ type: "pkcs8", format: "pem" }) }),
		},
	};
}

const version = oneOf<TLSVersion>("TLSv1.2", "TLSv1.3");

const unsupported: Range<never> = () => {
	throw new RangeError("tls.maximumFragmentLength: cannot be negotiated here; leave it out");
};

const hostName: Range<string> = (value, name) => {
	// Without the dot of a fully qualified name (RFC 6066, 3).
	const host = String(value).replace(/\.$/, "");
	if (host === "") throw new RangeError(`tls.${name}: a name or an address is required`);
	return host;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const byteBuffer = (
	value: unknown,
	name: string,
	wanted = "a Byte Buffer, or a list of them",
): Uint8Array => {
	try {
		return bytesOf(value);
	} catch {
		throw new TypeError(`${name}: wants ${wanted}`);
	}
};

const NAMES = "a string, a Byte Buffer, or a list of them";

/** Names as ALPN has them on the wire (RFC 7301, 3.1), without the length of the whole. */
const protocolNames: Range<Buffer> = (value, name) => {
	const parts = listOf(value).map((each) => {
		const bytes = typeof each === "string" ? Buffer.from(each) : byteBuffer(each, name, NAMES);
		if (bytes.length < 1 || bytes.length > 255) {
			throw new RangeError(`${name}: the name of a protocol has 1 to 255 bytes, not ${bytes.length}`);
		}
		return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
	});
	const list = Buffer.concat(parts);
	if (list.length < 1 || list.length > 0xffff) {
		throw new RangeError(`${name}: the list of protocols is ${list.length === 0 ? "empty" : "too long"}`);
	}
	return list;
};

/** All the certificates of one or more buffers; each becomes its PEM as a string. */
const certificates: Range<X509Certificate[]> = (value, name) =>
	listOf(value).flatMap((each) => certificatesIn(byteBuffer(each, name), name));

function certificatesIn(der: Uint8Array, name: string): X509Certificate[] {
	const found: X509Certificate[] = [];
	for (let rest = der; rest.length > 0 || found.length === 0; ) {
		const certificate = certificateAt(rest);
		if (certificate === undefined) throw new RangeError(`${name}: not a certificate in DER`);
		found.push(certificate);
		rest = rest.subarray(certificate.raw.length);
	}
	return found;
}

/** The certificate that the bytes begin with. */
function certificateAt(bytes: Uint8Array): X509Certificate | undefined {
	try {
		const certificate = new X509Certificate(bytes);
		// Node also takes PEM, which the standard rules out.
		const isDER = certificate.raw.equals(bytes.subarray(0, certificate.raw.length));
		return isDER ? certificate : undefined;
	} catch {
		return undefined;
	}
}

const privateKey: Range<KeyObject | undefined> = (value, name) => {
	const [first, ...more] = listOf(value).map((each) => Buffer.from(byteBuffer(each, name)));
	if (more.length > 0) throw new RangeError(`${name}: one key at most is supported here`);
	if (first === undefined) return undefined;
	try {
		return createPrivateKey({ key: first, format: "der", type: "pkcs8" });
	} catch {
		throw new RangeError(`${name}: not a private key in DER (PKCS #8, not encrypted)`);
	}
};

/** @throws RangeError when a certificate lacks its key, or a key its certificate */
function checkPair([own]: readonly X509Certificate[], key: KeyObject | undefined): void {
	if (own === undefined && key === undefined) return;
	if (key === undefined) throw new RangeError("tls.clientKey: is required with clientCertificate");
	if (own === undefined) throw new RangeError("tls.clientCertificate: is required with clientKey");
	if (!own.checkPrivateKey(key)) {
		throw new RangeError("tls.clientKey: not the key of the first certificate of clientCertificate");
	}
}
