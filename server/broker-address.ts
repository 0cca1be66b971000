/** Where a broker is, and how it is spoken to. */
export interface BrokerAddress {
	readonly protocol: Protocol;
	/** A name or an address; IPv6 without brackets. */
	readonly host: string;
	/** 1-65535. */
	readonly port: number;
	/** Path and query of a WebSocket; empty for TCP. */
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

const EXAMPLE = "for example mqtt://127.0.0.1:1883";

/**
 * Reads a broker's URL: `mqtt://`, `mqtts://`, `ws://` or `wss://`.
 *
 * @throws RangeError saying what is wrong; the text does not repeat the URL, which may hold a password
 */
export function parseBrokerUrl(text: string): BrokerAddress {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw new RangeError(`the broker's address is not a URL, ${EXAMPLE}`);
	}
	const protocol = url.protocol.slice(0, -1);
	if (!isProtocol(protocol))
		throw new RangeError(`the broker's URL must begin with mqtt://, mqtts://, ws:// or wss://, ${EXAMPLE}`);
	if (url.username !== "" || url.password !== "")
		throw new RangeError("the broker's URL must not hold a user name or password; give them apart");
	if (url.hostname === "" || url.port === "0")
		throw new RangeError(`the broker's URL has no usable host or port, ${EXAMPLE}`);
	const webSocket = protocol === "ws" || protocol === "wss";
	const path = `${url.pathname}${url.search}`;
	if (url.hash !== "" || (!webSocket && path !== "" && path !== "/"))
		throw new RangeError(`the broker's URL must end after host and port, ${EXAMPLE}`);
	const port = url.port === "" ? DEFAULT_PORTS[protocol] : Number(url.port);
	return {
		protocol,
		host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
		port,
		path: webSocket ? path : "",
		label: `${url.hostname}:${port}`,
	};
}

const isProtocol = (text: string): text is Protocol => Object.hasOwn(DEFAULT_PORTS, text);
