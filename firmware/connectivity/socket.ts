import type { Config } from "../config.js";
import type { HostProvider, TCP, TCPOptions, TLSSocketOptions, WebSocketOptions } from "../ecma-419.js";

/** A constructor of sockets, as `io`, and the options it wants beside those of TCP. */
export interface SocketOptions {
	readonly io: new (options: TCPOptions) => TCP;
}

/** The subprotocol of a WebSocket that carries MQTT [MQTT-6.0.0-3]. */
const SUBPROTOCOL = "mqtt";

/**
 * The socket that the broker's protocol takes.
 * @throws RangeError when the host has none
 */
export function socketFor(
	{ io, network }: HostProvider,
	{ protocol, host, path }: Config["broker"],
): SocketOptions {
	switch (protocol) {
		case "mqtt":
			return { io: io.TCP };
		case "mqtts": {
			const client = network.tls?.client ?? missing(protocol);
			return complete(client, { tls: { host, ...client.tls } });
		}
		case "ws":
		case "wss": {
			const stream = network[protocol]?.stream ?? missing(protocol);
			return complete(stream, { host, path, protocol: SUBPROTOCOL });
		}
	}
}

/** With the options a client's constructor wants beside those of TCP, it is one of TCP sockets. */
const complete = (
	client: { readonly io: unknown },
	options: Pick<TLSSocketOptions, "tls"> | Omit<WebSocketOptions, keyof TCPOptions>,
): SocketOptions => ({ ...client, ...options }) as SocketOptions;

function missing(protocol: string): never {
	throw new RangeError(`this board does not speak ${protocol}`);
}
