import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { BrokerAddress } from "./broker-address.js";
import type { Message } from "./core.js";
import type { LinkFailure, ServerLinkCode } from "./events.js";
import { protocolFailure, transportFailure } from "./reasons.js";

/** What a connection is made for. Durations in milliseconds. */
export interface ConnectionOptions {
	readonly address: BrokerAddress;
	readonly clientId: string;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** For TLS, in PEM: whom to trust (Node's own CAs when absent), our certificate and its key. */
	readonly ca?: string | undefined;
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	/** The topic filter to subscribe to. */
	readonly filter: string;
	/** How long resolving, connecting, logging in and subscribing may take together. */
	readonly handshakeTimeout: number;
	/** The longest silence before a ping; whole seconds on the wire. */
	readonly keepAlive: number;
	/** Connected and subscribed. */
	readonly onOnline: () => void;
	/** A message came; `next` asks for the following one. */
	readonly onMessage: (message: Message, next: () => void) => void;
	/** It is over. Called once, unless `close` was called before. */
	readonly onClosed: (failure: LinkFailure) => void;
}

/** One connection to a broker, from its first byte to its last; it is never reused. */
export interface Connection {
	/** Publishes at QoS 0, not retained. `done` hears whether it was handed to the socket; never, if the connection dies first. */
	publish(topic: string, body: string, done: (sent: boolean) => void): void;
	/** Says DISCONNECT and closes; after `grace` milliseconds without. Safe to call twice. */
	close(grace: number): Promise<void>;
}

/**
 * Opens a connection: one MQTT.js client with its own reconnecting switched
 * off. A client for each try has no queue and no subscription of an earlier
 * one, and the delay between two tries is the caller's.
 */
export function openConnection(options: ConnectionOptions): Connection {
	const { address } = options;
	let failure: LinkFailure | undefined;
	let closing = false;
	let client: MqttClient | undefined;

	// MQTT.js's own timer ends with any CONNACK, even a broken one, and none
	// waits for a SUBACK.
	const deadline = setTimeout(
		() =>
			fail({
				code: awaited(client, address),
				reason: `no answer from ${address.label} within ${options.handshakeTimeout / 1000} s`,
			}),
		options.handshakeTimeout,
	);
	const settle = () => {
		closing = true;
		clearTimeout(deadline);
	};
	const over = () => {
		if (closing) return;
		settle();
		options.onClosed(
			failure ?? { code: "closed-by-broker", reason: `connection closed by ${address.label}` },
		);
	};
	// MQTT.js reports what its parser cannot read and reads on: destroy always.
	const fail = (why: LinkFailure) => {
		failure ??= why;
		client?.stream.destroy();
	};

	try {
		client = connect(clientOptions(options));
	} catch (error) {
		failure = transportFailure(error, address);
		setImmediate(over);
		return {
			publish: (_topic, _body, done) => done(false),
			close: async () => settle(),
		};
	}
	const open = client;
	// 'error' tells errors without a system code as well, those of the WebSocket for one.
	open.stream.on("error", (error) => fail(transportFailure(error, address)));
	open.on("error", (error) => fail(protocolFailure(error, address)));
	open.on("close", over);
	open.on("connect", () => {
		open.subscribe(options.filter, { qos: 0 }, (error, grants, packet) => {
			// Without a SUBACK the connection closed; `over` tells why.
			if (closing || (error && !packet)) return;
			const code = grants?.[0]?.qos;
			if (error || code === undefined || code > 2)
				return fail({
					code: "subscription-refused",
					reason: `subscription to ${options.filter} refused (SUBACK ${packet?.granted.join(" ") || "none"})`,
				});
			clearTimeout(deadline);
			options.onOnline();
		});
	});
	// handleMessage rather than 'message': a broker that does not read is not read from.
	open.handleMessage = ({ topic, payload, retain }, next) => {
		if (closing || !open.connected) return next();
		options.onMessage({ topic, payload: bytesOf(payload), retain }, next);
	};

	return {
		publish: (topic, body, done) => {
			if (closing) return done(false);
			open.publish(topic, body, { qos: 0, retain: false }, (error) => done(!error));
		},
		close: (grace) => {
			settle();
			return closeClient(open, grace);
		},
	};
}

/** What the broker leaves us waiting for, by its code. */
function awaited(client: MqttClient | undefined, { path }: BrokerAddress): ServerLinkCode {
	if (client?.connected) return "no-suback";
	const stream = client?.stream as (MqttClient["stream"] & { readonly connecting?: boolean }) | undefined;
	// CONNECT waits in the stream until the connection is open.
	if (stream?.writableLength === 0) return "no-connack";
	return path === "" && stream?.connecting === false ? "timeout-securing" : "timeout-connecting";
}

function clientOptions(options: ConnectionOptions): IClientOptions {
	const { address } = options;
	const webSocket = address.path !== "";
	return {
		protocol: address.protocol,
		// MQTT.js puts the name into a URL for a WebSocket, where IPv6 needs brackets.
		host: webSocket && address.host.includes(":") ? `[${address.host}]` : address.host,
		port: address.port,
		...(webSocket && { path: address.path }),
		clientId: options.clientId,
		...(options.username !== undefined && { username: options.username }),
		...(options.password !== undefined && { password: options.password }),
		...(options.ca !== undefined && { ca: options.ca }),
		...(options.cert !== undefined && { cert: options.cert }),
		...(options.key !== undefined && { key: options.key }),
		rejectUnauthorized: true,
		clean: true,
		resubscribe: false,
		queueQoSZero: false,
		reconnectPeriod: 0,
		keepalive: Math.ceil(options.keepAlive / 1000),
		// Never first: `deadline` is.
		connectTimeout: options.handshakeTimeout * 2,
	};
}

async function closeClient(client: MqttClient, grace: number): Promise<void> {
	if (client.connected && !client.disconnecting)
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, grace);
			client.once("close", () => {
				clearTimeout(timer);
				resolve();
			});
			client.end();
		});
	client.stream.destroy();
}

const bytesOf = (payload: string | Uint8Array): Uint8Array =>
	typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
