import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import WebSocket, { createWebSocketStream } from "ws";
import { type BrokerAddress, brokerUrl } from "./broker-address.js";
import { type PeerCertificates, watchCertificates } from "./peer-certificates.js";

/** What TLS needs of its user, in PEM: whom to trust (Node's own CAs when left out), our certificate and its key. */
export interface Secrets {
	readonly ca?: string | undefined;
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	/** The name that the broker's certificate must have; that of its address when left out. */
	readonly serverName?: string | undefined;
	/** For ALPN (RFC 7301): names of protocols, the best first. */
	readonly alpn?: readonly string[] | undefined;
}

/** The way of bytes to a broker. */
export interface BrokerStream {
	/** Takes bytes at once; they leave when the connection is open. */
	readonly stream: Duplex;
	/** Calls back once, when bytes leave: the connection is open, with its TLS and its WebSocket. */
	readonly onOpen: (listener: () => void) => void;
	/** Whether the broker has not said anything yet: not a byte or, to a WebSocket, not that it opens one. */
	readonly isSilent: () => boolean;
	/** The certificates that the broker showed; `undefined` without TLS, or before it showed them. */
	readonly certificates: () => PeerCertificates | undefined;
}

/** A frame may hold several packets, so it may be larger than the largest packet; but not without end. */
const LEAST_MAX_FRAME = 1_048_576;

/** Bytes that a frame of a WebSocket may have when a packet may have `maxPacket`. */
export const maxFrame = (maxPacket: number): number => Math.max(maxPacket, LEAST_MAX_FRAME);

/**
 * Begins to connect to a broker: over TCP, TLS, a WebSocket, or a WebSocket in TLS. The certificate of
 * the broker is always checked.
 * @throws Error when a certificate or key cannot be read
 */
export function openStream(address: BrokerAddress, secrets: Secrets, maxPacket: number): BrokerStream {
	const { protocol, host, port, serverName } = address;
	const tls: ConnectionOptions = {
		...(secrets.ca !== undefined && { ca: secrets.ca }),
		...(secrets.cert !== undefined && { cert: secrets.cert }),
		...(secrets.key !== undefined && { key: secrets.key }),
		...(secrets.alpn !== undefined && { ALPNProtocols: [...secrets.alpn] }),
		// An address must not be told (RFC 6066, 3).
		...(serverName !== undefined && { servername: serverName }),
		rejectUnauthorized: true,
	};
	switch (protocol) {
		case "mqtt": {
			const socket = connectTcp({ host, port });
			return {
				stream: socket,
				onOpen: (listener) => socket.once("connect", listener),
				isSilent: () => socket.bytesRead === 0,
				certificates: () => undefined,
			};
		}
		case "mqtts": {
			const socket = connectTls({ host, port, ...tls });
			return {
				stream: socket,
				onOpen: (listener) => socket.once("secureConnect", listener),
				isSilent: () => socket.bytesRead === 0,
				certificates: watchCertificates(socket),
			};
		}
		case "ws":
		case "wss": {
			let certificates: () => PeerCertificates | undefined = () => undefined;
			const webSocket = new WebSocket(brokerUrl(address), ["mqtt"], {
				...tls,
				// A message of a few bytes gains nothing, and what it grows to is not known before.
				perMessageDeflate: false,
				maxPayload: maxFrame(maxPacket),
				finishRequest: (request) => {
					request.once("socket", (socket) => {
						if (protocol === "wss") certificates = watchCertificates(socket as TLSSocket);
					});
					request.end();
				},
			});
			const stream = createWebSocketStream(webSocket);
			// A peer that closes the WebSocket ends the stream only; ours ends with it.
			webSocket.on("close", () => stream.destroy());
			let isSilent = true;
			webSocket.once("upgrade", () => {
				isSilent = false;
			});
			return {
				stream,
				onOpen: (listener) => webSocket.once("open", listener),
				isSilent: () => isSilent,
				certificates: () => certificates(),
			};
		}
	}
}
