/** Why a client is gone, or never became one, for programs; docs/events.md says what each means. */
export type BrokerCode =
	| "connection-lost"
	| "keep-alive-expired"
	| "no-connect"
	| "not-reading"
	| "limit-exceeded"
	| "packet-too-large"
	| "other-protocol"
	| "tls-failed"
	| "websocket-refused"
	| "protocol-version-refused"
	| "client-id-refused"
	| "broker-unavailable"
	| "bad-credentials"
	| "not-authorized"
	| "taken-over"
	| "protocol-violation";

/** How a listener is spoken to: the scheme of its URL. */
export type Transport = "mqtt" | "mqtts" | "ws" | "wss";

/** What the embedded broker tells about itself while it runs. */
export type BrokerEvent =
	/** It listens, for one protocol. Without `loopback` anyone on the network can connect. */
	| { event: "listening"; protocol: Transport; host: string; port: number; loopback: boolean }
	/** A client logged in. `client`: its id, cut at 200 characters. */
	| { event: "connected"; client: string }
	/** A client is gone; `code` and `reason` where something went wrong. */
	| { event: "disconnected"; client: string; code?: BrokerCode; reason?: string }
	/** A connection was closed before it became a client's. `address`: where it came from. */
	| { event: "rejected"; address: string; code: BrokerCode; reason: string }
	/**
	 * A client wants what the access table does not give it: to publish or subscribe, or to have a will. Once for each
	 * topic of a connection.
	 */
	| { event: "denied"; client: string; action: DeniedAction; topic: string }
	/** The access table was read again; or it cannot be, for a `reason`, and the old one holds on. */
	| { event: "access"; state: "loaded" | "refused"; devices?: number; revoked?: number; reason?: string };

/** What a client may not do. */
export type DeniedAction = "publish" | "subscribe" | "will";
