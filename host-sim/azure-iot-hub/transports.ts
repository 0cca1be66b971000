import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import {
	createServer as createTlsServer,
	type TLSSocket,
	type TlsOptions,
	type Server as TlsServer,
} from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import type { KeyPair } from "../certificates/authority.js";
import { type Hub, type HubPeer, LIMITS } from "./core/hub.js";

/** What the ports of a hub show, and to whom they hand over. */
export interface TransportOptions {
	readonly hub: Hub;
	readonly server: KeyPair;
	/** The certificate of the CA whose clients count as signed by the hub. */
	readonly ca: string;
	/** A connection ended before there was any MQTT. */
	readonly onRejected: (address: string, code: RejectionCode, reason: string) => void;
}

/** Why a connection never became one of MQTT. */
export type RejectionCode = "tls-failed" | "websocket-refused";

/** Where MQTT over WebSocket is; a query behind it does not matter. */
export const WEBSOCKET_PATH = "/$iothub/websocket";

const SUBPROTOCOL = "mqtt";

/** ECDHE with AES-GCM: what Azure's hubs take with TLS 1.2 since August 2025. */
const CIPHERS = [
	...["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"],
	...["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"],
	...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"],
].join(":");

/** Bytes that may wait for a client that does not read: all that a mailbox has, twice. */
const MOST_WAITING = 2 * LIMITS.cloudToDeviceMessages * LIMITS.cloudToDeviceBytes;

/** A client certificate is asked for in every handshake; whoever has none connects with a token. */
const tlsOptions = ({ server, ca }: TransportOptions): TlsOptions => ({
	...server,
	ca,
	requestCert: true,
	rejectUnauthorized: false,
	minVersion: "TLSv1.2",
	ciphers: CIPHERS,
});

/** The port of MQTT over TLS. */
export function createMqttServer(options: TransportOptions): TlsServer {
	const server = createTlsServer({ ...tlsOptions(options), noDelay: true }, (socket) => {
		const connection = options.hub.open(
			{
				send: (bytes) => {
					socket.write(bytes);
					if (socket.writableLength > MOST_WAITING) socket.destroy();
				},
				close: () => endSoon(socket),
			},
			peerOf(socket),
		);
		socket.on("data", (bytes) => connection.received(bytes));
		socket.on("close", () => connection.closed());
		socket.on("error", () => socket.destroy());
	});
	return withRejections(server, options);
}

/** The port of HTTPS: MQTT over WebSocket, and `onRequest` for the rest. */
export function createWebServer(options: TransportOptions, onRequest: RequestListener): HttpsServer {
	const server = createHttpsServer({ ...tlsOptions(options), noDelay: true }, onRequest);
	const webSockets = new WebSocketServer({
		noServer: true,
		maxPayload: LIMITS.telemetryBytes * 2,
		handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
	});
	server.on("upgrade", (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
		const refusal = refusalOf(request);
		if (refusal === undefined) {
			webSockets.handleUpgrade(request, socket, head, (webSocket) =>
				openWebSocket(options.hub, webSocket, socket),
			);
			return;
		}
		options.onRejected(socket.remoteAddress ?? "unknown", "websocket-refused", refusal.reason);
		socket.on("error", () => {});
		socket.end(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
	});
	return withRejections(server, options);
}

function openWebSocket(hub: Hub, webSocket: WebSocket, socket: TLSSocket): void {
	const connection = hub.open(
		{
			send: (bytes) => {
				webSocket.send(bytes);
				if (webSocket.bufferedAmount > MOST_WAITING) webSocket.terminate();
			},
			close: () => {
				webSocket.close();
				endSoon(socket, 1000);
			},
		},
		peerOf(socket),
	);
	webSocket.on("message", (data: Buffer, isBinary) => {
		// MQTT comes in binary frames [MQTT-6.0.0-1].
		if (isBinary) connection.received(data);
		else webSocket.terminate();
	});
	webSocket.on("close", () => connection.closed());
	webSocket.on("error", () => webSocket.terminate());
}

/** Milliseconds in which a client may read what it was sent last. */
const END_GRACE = 2000;

/** Ends a socket behind what was written. */
function endSoon(socket: TLSSocket, grace = END_GRACE): void {
	if (grace === END_GRACE) socket.end();
	const timer = setTimeout(() => socket.destroy(), grace).unref();
	socket.once("close", () => clearTimeout(timer));
}

/** Why a request is not one for MQTT over WebSocket. */
function refusalOf({ url = "", headers }: IncomingMessage): { status: string; reason: string } | undefined {
	if (url.split("?")[0] !== WEBSOCKET_PATH)
		return {
			status: "404 Not Found",
			reason: `a WebSocket at ${url.slice(0, 200)}; MQTT is at ${WEBSOCKET_PATH}`,
		};
	const offered = (headers["sec-websocket-protocol"] ?? "").split(/\s*,\s*/);
	if (offered.includes(SUBPROTOCOL)) return undefined;
	return { status: "400 Bad Request", reason: `the WebSocket does not offer the subprotocol ${SUBPROTOCOL}` };
}

/** What a handshake showed of the client. */
export function peerOf(socket: TLSSocket): HubPeer {
	const shown = socket.getPeerX509Certificate();
	if (shown === undefined) return {};
	const commonName = /(?:^|\n)CN=(.*)/.exec(shown.subject)?.[1] ?? "";
	const { fingerprint: sha1, fingerprint256: sha256 } = shown;
	return { certificate: { sha1, sha256, commonName, isSignedByHub: socket.authorized } };
}

function withRejections<S extends TlsServer>(server: S, { onRejected }: TransportOptions): S {
	server.on("tlsClientError", (error: NodeJS.ErrnoException & { reason?: string }, socket) => {
		const reason = `the TLS handshake failed (${error.reason ?? error.code ?? error.message})`;
		onRejected(socket.remoteAddress ?? "unknown", "tls-failed", reason);
	});
	return server;
}
