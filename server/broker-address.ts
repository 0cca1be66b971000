import { isIPv6 } from "node:net";

/** Where a broker is, and how it is spoken to. */
export interface BrokerAddress {
	readonly protocol: Protocol;
	/** A name in ASCII (Punycode where it was not) or an address; IPv6 without brackets, a zone behind `%`. */
	readonly host: string;
	/** The name that the broker's certificate must have, without a dot at its end; left out for an address. */
	readonly serverName?: string | undefined;
	/** 1-65535. */
	readonly port: number;
	/** Path and query of a WebSocket, at most 4,096 characters; empty for TCP. */
	readonly path: string;
	/** `host:port`, for people. */
	readonly label: string;
}

type Protocol = keyof typeof DEFAULT_PORTS;

const DEFAULT_PORTS = Object.freeze({
	mqtt: 1883,
	mqtts: 8883,
	ws: 80,
	wss: 443,
});

/** The longest path and query, in characters. */
export const MAX_PATH = 4096;

/** The longest name (RFC 1035, 2.3.4), a dot at its end not counted. */
const MAX_NAME = 253;

const EXAMPLE = "for example mqtt://127.0.0.1:1883";

/** Scheme, authority, and what follows it. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i;

/** Host and port: an address in brackets, perhaps with a zone (RFC 6874), or anything without a colon. */
const AUTHORITY = /^(?:\[([0-9a-f:.]+)(?:%(?:25)?([\w.~-]{1,32}))?\]|([^:[\]]+))(?::([0-9]*))?$/i;

/** No name has these, and URL would read some of them as the end of one or drop them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const NOT_IN_NAME = /[\u0000-\u0020\u007f%\\]/;

/** URL would drop some of these. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Reads a broker's URL: `mqtt://`, `mqtts://`, `ws://` or `wss://`. White space around it is ignored.
 *
 * @throws RangeError saying what is wrong; the text does not repeat the URL, which may hold a password
 */
export function parseBrokerUrl(text: string): BrokerAddress {
	const [, scheme = "", authority = "", rest = ""] =
		URL_PARTS.exec(text.trim()) ?? refuse(`the broker's address is not a URL, ${EXAMPLE}`);
	const protocol = scheme.toLowerCase();
	if (!isProtocol(protocol))
		refuse(`the broker's URL must begin with mqtt://, mqtts://, ws:// or wss://, ${EXAMPLE}`);
	if (authority.includes("@"))
		refuse("the broker's URL must not hold a user name or password; give them apart");
	const [, address, zone, name, digits = ""] =
		AUTHORITY.exec(authority) ?? refuse(`the broker's URL has no usable host or port, ${EXAMPLE}`);
	const port = digits === "" ? DEFAULT_PORTS[protocol] : Number(digits);
	if (port < 1 || port > 65_535) refuse(`the broker's URL has no usable host or port, ${EXAMPLE}`);
	const webSocket = protocol === "ws" || protocol === "wss";
	if (webSocket && zone !== undefined)
		refuse("an IPv6 address with a zone works with mqtt:// and mqtts:// only");
	const host = name === undefined ? readAddress(address as string, zone) : readName(name);
	const shown = host.includes(":") ? `[${host}]` : host;
	return {
		protocol,
		host,
		...(isName(host) && { serverName: host.replace(/\.$/, "") }),
		port,
		path: readPath(rest, webSocket),
		label: `${shown}:${port}`,
	};
}

/** The URL of a broker whose parts are known; `host` may be an IPv6 address without brackets. */
export const brokerUrl = (parts: Pick<BrokerAddress, "protocol" | "host" | "port" | "path">): string => {
	const host = parts.host.includes(":") ? `[${parts.host}]` : parts.host;
	return `${parts.protocol}://${host}:${parts.port}${parts.protocol.startsWith("ws") ? parts.path : ""}`;
};

const isProtocol = (text: string): text is Protocol => Object.hasOwn(DEFAULT_PORTS, text);

/** Whether a host as `parseBrokerUrl` gives it is a name: each other one is a canonical address. */
const isName = (host: string): boolean => !host.includes(":") && !/^[0-9.]+$/.test(host);

function readAddress(text: string, zone: string | undefined): string {
	if (!isIPv6(text)) refuse(`the broker's URL has no IPv6 address in its brackets, ${EXAMPLE}`);
	const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
	return zone === undefined ? canonical : `${canonical}%${zone}`;
}

/** A name in ASCII and lower case, or the usual form of an IPv4 address: as browsers read a host. */
function readName(text: string): string {
	let host = "";
	if (!NOT_IN_NAME.test(text)) {
		try {
			host = new URL(`http://${text}`).hostname;
		} catch {
			// It stays empty.
		}
	}
	const labels = host.replace(/\.$/, "").split(".");
	if (labels.includes("") || labels.some(({ length }) => length > 63) || labels.join(".").length > MAX_NAME)
		refuse(`the broker's URL has no usable host or port, ${EXAMPLE}`);
	return host;
}

function readPath(rest: string, webSocket: boolean): string {
	if (rest.includes("#") || CONTROL.test(rest) || (!webSocket && rest !== "" && rest !== "/"))
		refuse(`the broker's URL must end after host and port, ${EXAMPLE}`);
	if (!webSocket) return "";
	const { pathname, search } = new URL(`ws://h${rest}`);
	const path = `${pathname}${search}`;
	if (path.length > MAX_PATH) refuse(`the path of the broker's URL is longer than ${MAX_PATH} characters`);
	return path;
}

function refuse(problem: string): never {
	throw new RangeError(problem);
}
