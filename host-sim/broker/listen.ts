import { BlockList, isIPv6, type Server } from "node:net";
import type { Transport } from "./events.js";

/** The option that chooses the port of a listener. */
export const PORT_OPTIONS: Readonly<Record<Transport, string>> = Object.freeze({
	mqtt: "--port",
	mqtts: "--tls-port",
	ws: "--ws-port",
	wss: "--wss-port",
});

/** The port of MQTT, and the first one tried when none is given. */
export const FIRST_PORT = 1883;

/** How many ports after the first are tried. */
const MORE_PORTS = 100;

/** The broker cannot listen where it was told to; the message is one line, for people. */
export class ListenError extends Error {
	override readonly name = "ListenError";
	/** Whether the host is none, so that trying again does not help. */
	readonly isWrongHost: boolean;

	constructor(message: string, isWrongHost = false) {
		super(message);
		this.isWrongHost = isWrongHost;
	}
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Whether an IP address can be reached from this machine only. */
export const isLoopback = (address: string): boolean =>
	LOOPBACK.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/** A URL by which this machine reaches what listens on an address. */
export function urlOf(address: string, port: number, protocol: Transport = "mqtt"): string {
	const path = protocol.startsWith("ws") ? "/mqtt" : "";
	if (address === "0.0.0.0") return `${protocol}://127.0.0.1:${port}${path}`;
	if (address === "::") return `${protocol}://[::1]:${port}${path}`;
	return `${protocol}://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`;
}

/**
 * Makes a server listen: on `port` (0: any free one), or, without, on 1883 or
 * the next free port up to 1983. `option`: the one that chooses the port.
 *
 * @throws ListenError if there is no such address or no free port
 */
export async function listen(
	server: Server,
	host: string,
	port: number | undefined,
	option = "--port",
): Promise<{ host: string; port: number }> {
	const last = port ?? FIRST_PORT + MORE_PORTS;
	for (let next = port ?? FIRST_PORT; next <= last; next += 1) {
		const error = await tryToListen(server, host, next);
		if (error === undefined) return addressOf(server);
		if (error.code !== "EADDRINUSE") throw explain(error, host, next, option);
	}
	throw new ListenError(
		port === undefined
			? `ports ${FIRST_PORT} to ${last} on ${host} are taken; choose another with --port`
			: option === "--port"
				? `port ${port} on ${host} is taken; choose another with --port, or leave --port out to take the next free one`
				: `port ${port} on ${host} is taken; choose another with ${option}`,
	);
}

const tryToListen = (server: Server, host: string, port: number) =>
	new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
		const settle = (error?: NodeJS.ErrnoException) => {
			server.off("error", settle).off("listening", settle);
			resolve(error);
		};
		server.once("error", settle).once("listening", settle);
		server.listen({ host, port });
	});

function addressOf(server: Server): { host: string; port: number } {
	const address = server.address();
	if (address === null || typeof address === "string")
		throw new ListenError("the broker does not listen on a port");
	return { host: address.address, port: address.port };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, option: string): ListenError {
	switch (error.code) {
		case "EACCES":
			return new ListenError(
				`port ${port} on ${host} is not allowed for this user; choose one above 1023 with ${option}`,
			);
		case "EADDRNOTAVAIL":
		case "ENOTFOUND":
		case "EAI_AGAIN":
		case "EINVAL":
			return new ListenError(
				`${host} is not an address of this machine; choose another with --host, for example 127.0.0.1`,
				true,
			);
		default:
			return new ListenError(`cannot listen on port ${port} on ${host}: ${error.message}`);
	}
}
