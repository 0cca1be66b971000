import { brokerUrl, parseBrokerUrl } from "../../server/broker-address.js";

/**
 * A broker's host as a user writes it in the one form that device and server take: without spaces around
 * it, without brackets around an IPv6 address, without the dot of an absolute name, which TLS must not
 * have (RFC 6066, 3), in lower case, letters beyond ASCII in Punycode (RFC 3492), and an IPv4 address in four numbers. What is no host comes back as it
 * is, for the firmware's check to refuse.
 */
export function hostOf(text: string): string {
	const host = text.trim().replace(/^\[([^[\]]*)\]$/, "$1");
	try {
		return parseBrokerUrl(brokerUrl({ protocol: "mqtt", host, port: 1, path: "" })).host.replace(/\.$/, "");
	} catch {
		return text;
	}
}
