import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";
import { maxFrame } from "../../server/stream.js";
import type { BrokerLimits } from "./aedes-options.js";
import type { BrokerCode, Transport } from "./events.js";
import { isLoopback } from "./listen.js";

/** What a listener with TLS shows, and whose clients it takes; in PEM. */
export interface ListenerSecrets {
	/** Its certificate, then those that it rests on. */
	readonly cert: string;
	readonly key: string;
	/** When given, a client must have a certificate of these CAs. */
	readonly ca?: string | undefined;
	/** Their list of certificates that hold no longer. */
	readonly crl?: string | undefined;
}

/** What a listener hands over. */
export interface TransportListener {
	/** A stream of MQTT; `request` is a WebSocket's. */
	readonly onStream: (stream: Duplex, socket: Socket, request?: IncomingMessage) => void;
	/** A connection that never became one of MQTT. */
	readonly onRefused: (socket: Socket, code: BrokerCode, reason: string) => void;
}

/** Names of MQTT as a subprotocol of WebSocket [MQTT-6.0.0-3], 3.1's too. */
const SUBPROTOCOLS = Object.freeze(["mqtt", "mqttv3.1"]);

/** A server that does not listen yet. */
export function createTransport(
	transport: Transport,
	secrets: ListenerSecrets | undefined,
	limits: BrokerLimits,
	listener: TransportListener,
): Server {
	const tls: TlsOptions = {
		...tlsContext(secrets),
		handshakeTimeout: limits.connectTimeout,
		...(secrets?.ca !== undefined && { requestCert: true, rejectUnauthorized: true }),
	};
	switch (transport) {
		case "mqtt":
			return createTcpServer({ noDelay: true }, (socket) => listener.onStream(socket, socket));
		case "mqtts":
			return withTls(
				createTlsServer({ ...tls, noDelay: true }, (socket) => listener.onStream(socket, socket)),
				listener,
			);
		case "ws":
			return withWebSocket(createHttpServer(httpOptions(limits), answer), limits, listener);
		case "wss":
			return withTls(
				withWebSocket(createHttpsServer({ ...httpOptions(limits), ...tls }, answer), limits, listener),
				listener,
			);
	}
}

/** What of a listener with TLS can be replaced while it runs. */
export const tlsContext = (secrets: ListenerSecrets | undefined): TlsOptions => ({
	...(secrets as TlsOptions | undefined),
	minVersion: "TLSv1.2",
});

const httpOptions = ({ connectTimeout }: BrokerLimits) => ({
	noDelay: true,
	headersTimeout: connectTimeout,
	requestTimeout: connectTimeout,
	connectionsCheckingInterval: connectTimeout,
});

/** What a browser shows that was pointed here. */
function answer(_request: IncomingMessage, response: ServerResponse): void {
	response.writeHead(426, { "Content-Type": "text/plain", Upgrade: "websocket", Connection: "close" });
	response.end("This port is for MQTT over WebSocket.\n");
}

function withTls(server: Server, { onRefused }: TransportListener): Server {
	return server.on("tlsClientError", (error: NodeJS.ErrnoException & { reason?: string }, socket: Socket) => {
		const reason = clientReason(socket) ?? error.reason ?? error.code ?? error.message;
		onRefused(socket, "tls-failed", `the TLS handshake failed (${reason})`);
	});
}

/** What Node finds wrong with a client's certificate; the handshake's own error then says only that it was cut off. */
function clientReason(socket: Socket): string | undefined {
	// Of Node's types only an Error; it is a code.
	const code = (socket as { authorizationError?: unknown }).authorizationError;
	if (code === undefined || code === null) return undefined;
	return CLIENT_REASONS[String(code)] ?? `the client's certificate: ${String(code)}`;
}

const ANOTHER_CA = "the client's certificate is of another CA";
const CLIENT_REASONS: Readonly<Record<string, string>> = Object.freeze({
	CERT_REVOKED: "the client's certificate was revoked",
	CERT_HAS_EXPIRED: "the client's certificate has expired",
	CERT_NOT_YET_VALID: "the client's certificate is not valid yet",
	DEPTH_ZERO_SELF_SIGNED_CERT: ANOTHER_CA,
	SELF_SIGNED_CERT_IN_CHAIN: ANOTHER_CA,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ANOTHER_CA,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: ANOTHER_CA,
});

function withWebSocket(server: Server, limits: BrokerLimits, listener: TransportListener): Server {
	const webSockets = new WebSocketServer({
		noServer: true,
		maxPayload: maxFrame(limits.maxPacket),
		handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
	});
	server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
		if (error.code?.startsWith("HPE_"))
			listener.onRefused(
				socket,
				"other-protocol",
				"this client does not speak HTTP, with which a WebSocket begins",
			);
		socket.destroy();
	});
	return server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
		const refusal = refusalOf(request);
		if (refusal !== undefined) {
			const [status, reason] = refusal;
			listener.onRefused(socket, "websocket-refused", reason);
			socket.on("error", () => {});
			socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
			return;
		}
		webSockets.handleUpgrade(request, socket, head, (webSocket) => {
			listener.onStream(streamOf(webSocket), socket, request);
		});
	});
}

/** Why a request is not let in, and the status that says so. */
function refusalOf({
	headers,
	socket,
}: IncomingMessage): readonly [status: string, reason: string] | undefined {
	const offered = (headers["sec-websocket-protocol"] ?? "").split(/\s*,\s*/);
	if (!SUBPROTOCOLS.some((name) => offered.includes(name)))
		return ["400 Bad Request", "the WebSocket does not offer the subprotocol mqtt"];
	// What listens for this machine only is not for pages of others that a browser on it shows.
	if (headers.origin !== undefined && isLoopback(socket.localAddress ?? "") && !isLocalOrigin(headers.origin))
		return ["403 Forbidden", "the WebSocket is of a page from another machine"];
	return undefined;
}

function isLocalOrigin(origin: string): boolean {
	if (!URL.canParse(origin)) return false;
	const host = new URL(origin).hostname.replace(/^\[(.*)\]$/, "$1");
	return (
		host === "localhost" || host.endsWith(".localhost") || (/^[0-9.]+$|:/.test(host) && isLoopback(host))
	);
}

function streamOf(webSocket: WebSocket): Duplex {
	// MQTT comes in binary frames [MQTT-6.0.0-1].
	webSocket.on("message", (_data, isBinary) => {
		if (!isBinary) stream.destroy(new Error("a text frame where MQTT wants a binary one"));
	});
	const stream = createWebSocketStream(webSocket);
	webSocket.on("close", () => stream.destroy());
	return stream;
}
