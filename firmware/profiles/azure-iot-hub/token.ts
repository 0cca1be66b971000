import { encodeBase64 } from "./base64.js";
import type { HubIdentity } from "./connection-string.js";
import { percentEncode } from "./percent.js";

/** HMAC-SHA-256 (RFC 2104) of a text in ASCII: 32 bytes. */
export type HmacSha256 = (key: Uint8Array, text: string) => Uint8Array;

/** What the tokens of an identity are for (`sr`), percent-encoded once, as Microsoft's SDK does. */
export const resourceOf = ({ hub, device, module }: Pick<HubIdentity, "hub" | "device" | "module">): string =>
	percentEncode(`${hub}/devices/${device}${module === undefined ? "" : `/modules/${module}`}`);

/**
 * A shared access signature, the password of CONNECT (Azure, "Control access to IoT Hub with shared access
 * signatures").
 * @param resource percent-encoded
 * @param expires seconds since 1970
 */
export function tokenOf(resource: string, key: Uint8Array, expires: number, hmac: HmacSha256): string {
	const signature = percentEncode(encodeBase64(hmac(key, `${resource}\n${expires}`)));
	return `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expires}`;
}
