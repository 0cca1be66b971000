import { createHmac, timingSafeEqual } from "node:crypto";
import { decoded } from "./property-bag.js";

/** A shared access signature, as its text has it. */
export interface Token {
	/** The resource as it stands in the token: the signature is over this text. */
	readonly sr: string;
	/** The resource, decoded. */
	readonly resource: string;
	/** Base64. */
	readonly signature: string;
	/** The expiry as it stands in the token: the signature is over this text. */
	readonly se: string;
	/** The expiry in milliseconds since 1970. */
	readonly expires: number;
	/** The policy whose key signed it; without, a key of the device did. */
	readonly policy?: string;
}

const SCHEME = "SharedAccessSignature ";

/**
 * Reads a token: `SharedAccessSignature sr=…&sig=…&se=…[&skn=…]`, fields in any order.
 * @returns the token, or what is wrong with it
 */
export function readToken(text: string): Token | string {
	if (!text.startsWith(SCHEME)) return `it does not begin with "${SCHEME.trimEnd()}"`;
	const fields = new Map<string, string>();
	for (const field of text.slice(SCHEME.length).split("&")) {
		const at = field.indexOf("=");
		const name = field.slice(0, Math.max(at, 0));
		if (fields.has(name)) return `it has ${name} twice`;
		fields.set(name, field.slice(at + 1));
	}
	const sr = fields.get("sr");
	const sig = fields.get("sig");
	const se = fields.get("se");
	const skn = fields.get("skn");
	if (sr === undefined || sr === "") return "it has no sr (the resource)";
	if (sig === undefined || sig === "") return "it has no sig (the signature)";
	if (se === undefined) return "it has no se (the expiry)";
	if (!/^[0-9]{1,12}$/.test(se)) return "its se (the expiry) is not in whole seconds since 1970";
	const resource = decoded(sr);
	const signature = decoded(sig);
	const policy = skn === undefined || skn === "" ? undefined : decoded(skn);
	if (resource === undefined || signature === undefined) return "its URL encoding is broken";
	return {
		sr,
		resource,
		signature,
		se,
		expires: Number(se) * 1000,
		...(policy !== undefined && { policy }),
	};
}

/** The signature that a key, in base64, gives a resource and an expiry, in base64. */
export const signatureOf = (key: string, sr: string, se: string): string =>
	createHmac("sha256", Buffer.from(key, "base64")).update(`${sr}\n${se}`).digest("base64");

/** Whether a key, in base64, signed the token. */
export function isSignedWith({ sr, se, signature }: Token, key: string): boolean {
	const right = Buffer.from(signatureOf(key, sr, se));
	const given = Buffer.from(signature);
	return right.length === given.length && timingSafeEqual(right, given);
}

/**
 * Whether a token's resource covers another: it is the same, or a prefix of it that ends where a path segment ends. The
 * host's name is compared without case, the rest with it.
 */
export function covers(resource: string, wanted: string): boolean {
	const given = resource.split("/");
	const all = wanted.split("/");
	return given.every(
		(segment, index) =>
			segment === all[index] || (index === 0 && segment.toLowerCase() === all[0]?.toLowerCase()),
	);
}

/**
 * Makes a token.
 * @param resource not encoded, such as `contoso.azure-devices.net/devices/dev1`
 * @param key base64
 * @param expires seconds since 1970
 */
export function makeToken(resource: string, key: string, expires: number, policy?: string): string {
	const sr = encodeURIComponent(resource);
	const sig = encodeURIComponent(signatureOf(key, sr, String(expires)));
	return `${SCHEME}sr=${sr}&sig=${sig}&se=${expires}${policy === undefined ? "" : `&skn=${policy}`}`;
}
