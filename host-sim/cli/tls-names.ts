import { Mistakes, usage } from "./failure.js";
import { hostOf } from "./host-name.js";

/** Names that TLS says in its first message, in the clear. */
export interface TlsNames {
	/** The name that the broker must prove to have, if it is not the host's (SNI, RFC 6066, 3). */
	readonly serverName?: string;
	/** Names of protocols to choose from, the best first (ALPN, RFC 7301). */
	readonly alpn?: readonly string[];
}

/** The keys of the configuration's section `tls` that hold such names. */
export const TLS_NAMES = ["serverName", "alpn"] as const;

/**
 * The names in the configuration's section `tls`: `{"serverName": "broker.example", "alpn": ["mqtt"]}`.
 * @param section the section, an object
 * @param at where a key of it is
 * @throws Failure with a line for each that is none
 */
export function readTlsNames(
	{ serverName, alpn }: { readonly serverName?: unknown; readonly alpn?: unknown },
	at: (key: string) => string,
): TlsNames {
	const mistakes = new Mistakes();
	const name = typeof serverName === "string" ? hostOf(serverName) : serverName;
	if (name !== undefined && !(typeof name === "string" && HOST_NAME.test(name))) {
		mistakes.lines.push(`${at("tls.serverName")}: wants a host name, which an IP address is not`);
	}
	if (alpn !== undefined && !(Array.isArray(alpn) && alpn.length > 0 && alpn.every(isProtocol))) {
		mistakes.lines.push(`${at("tls.alpn")}: wants a list of names of 1 to 255 visible ASCII characters`);
	}
	if (mistakes.lines.length > 0) throw usage(...mistakes.lines);
	return {
		...(name !== undefined && { serverName: name as string }),
		...(alpn !== undefined && { alpn: alpn as readonly string[] }),
	};
}

/** Ends in a label that is no number: an IPv4 address does not. */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9_-]{1,63}\.)*(?!\d+$)[a-z0-9_-]{1,63}$/i;

const isProtocol = (name: unknown): boolean => typeof name === "string" && /^[!-~]{1,255}$/.test(name);
