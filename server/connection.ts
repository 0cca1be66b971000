import { type IClientOptions, MqttClient, type Packet } from "mqtt";
import type { Message } from "./action.js";
import type { BrokerAddress } from "./broker-address.js";
import type { LinkFailure, ServerLinkCode } from "./events.js";
import { silenceHint } from "./foreign-protocol.js";
import { guard } from "./guard.js";
import { DEFAULT_MAX_PACKET } from "./packet-scanner.js";
import { protocolFailure, refusalFailure, transportFailure } from "./reasons.js";
import { type BrokerStream, openStream, type Secrets } from "./stream.js";

/** A message as it came, with what MQTT says of it. */
export interface ReceivedMessage extends Message {
	readonly qos: 0 | 1 | 2;
	/** It may have come before [MQTT-3.3.1-1]. */
	readonly dup: boolean;
	/** Sends its PUBACK, unless the connection is over; there with QoS 1 on a connection that is `persistent`. */
	readonly acknowledge?: () => void;
}

/** Whether a packet goes to the broker or comes from it. */
export type PacketWay = "sent" | "received";

/** What a connection is made for. Durations in milliseconds. */
export interface ConnectionOptions extends Secrets {
	readonly address: BrokerAddress;
	readonly clientId: string;
	readonly username?: string | undefined;
	readonly password?: string | undefined;
	/** The topic filters to subscribe to; none if left out. */
	readonly filter?: string | readonly string[] | undefined;
	/** Further topic filters, which the broker may refuse. */
	readonly furtherFilters?: readonly string[] | undefined;
	/** The broker refuses one of them: no message comes on it. It must not throw. */
	readonly onRefused?: ((filter: string) => void) | undefined;
	/** The most QoS with which messages come; 0 if left out. */
	readonly qos?: 0 | 1 | 2 | undefined;
	/**
	 * Whether the broker keeps the session when the connection ends [MQTT-3.1.2-4], and messages with QoS 1 are
	 * acknowledged by their `acknowledge` alone: those that were not, come again.
	 */
	readonly persistent?: boolean | undefined;
	/** How long resolving, connecting, logging in and subscribing may take together. */
	readonly handshakeTimeout: number;
	/** The longest silence before a ping; whole seconds on the wire, 0 for no pings. */
	readonly keepAlive: number;
	/** Bytes of the largest packet that is taken from the broker, 262,144 if left out. */
	readonly maxPacket?: number | undefined;
	/** Connected and, with a filter, subscribed. */
	readonly onOnline: () => void;
	/** A message came; `next` asks for the following one. */
	readonly onMessage: (message: ReceivedMessage, next: () => void) => void;
	/** Hears of each packet that leaves or comes; of CONNECT with its password. It must not throw. */
	readonly onPacket?: ((way: PacketWay, packet: Packet) => void) | undefined;
	/** It is over. Called once, unless `close` was called before. */
	readonly onClosed: (failure: LinkFailure) => void;
}

/** One connection to a broker, from its first byte to its last; it is never reused. */
export interface Connection {
	/**
	 * Publishes, not retained. `done` hears whether it was handed to the socket or, with QoS 1, acknowledged;
	 * never, if the connection dies first.
	 */
	publish(topic: string, body: string, qos: 0 | 1, done: (sent: boolean) => void): void;
	/** Subscribes to further topic filters, with QoS 0, which the broker may refuse. */
	listen(filters: readonly string[]): void;
	/** Says DISCONNECT and closes; after `grace` milliseconds without. Safe to call twice. */
	close(grace: number): Promise<void>;
}

/**
 * Opens a connection: one MQTT.js client with its own reconnecting switched
 * off. A client for each try has no queue and no subscription of an earlier
 * one, and the delay between two tries is the caller's.
 */
export function openConnection(options: ConnectionOptions): Connection {
	const { serverName, maxPacket = DEFAULT_MAX_PACKET } = options;
	const address = { ...options.address, ...(serverName !== undefined && { serverName }) };
	let failure: LinkFailure | undefined;
	let closing = false;
	let client: MqttClient | undefined;
	let way: BrokerStream | undefined;

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
		const closed = failure ?? {
			code: "closed-by-broker" as const,
			reason: `connection closed by ${address.label}`,
		};
		const hint = isSilent(closed) ? silenceHint(address.protocol, options.cert !== undefined) : "";
		options.onClosed({ ...closed, reason: closed.reason + hint });
	};
	/** A port for another protocol closes on what is none of it, most often without a byte. */
	const isSilent = ({ code }: LinkFailure) =>
		(code === "closed-by-broker" || code === "connection-lost") && way?.isSilent() === true;
	// MQTT.js reports what its parser cannot read and reads on: destroy always.
	const fail = (why: LinkFailure) => {
		failure ??= why;
		client?.stream.destroy();
	};

	const { onPacket } = options;
	try {
		client = new MqttClient(() => {
			way = openStream(address, options, maxPacket);
			guard(way.stream, maxPacket, (refusal) => fail(refusalFailure(refusal, maxPacket, address)));
			return way.stream;
		}, clientOptions(options));
		if (onPacket !== undefined) {
			client.on("packetsend", (packet) => {
				// MQTT.js has it written before there is a connection.
				if (packet.cmd === "connect") way?.onOpen(() => onPacket("sent", packet));
				else onPacket("sent", packet);
			});
			client.on("packetreceive", (packet) => onPacket("received", packet));
		}
		client.connect();
	} catch (error) {
		failure = transportFailure(error, address);
		setImmediate(over);
		return {
			publish: (_topic, _body, _qos, done) => done(false),
			listen: () => {},
			close: async () => settle(),
		};
	}
	const open = client;
	// 'error' tells errors without a system code as well, those of the WebSocket for one.
	open.stream.on("error", (error) => fail(transportFailure(error, address, way?.certificates())));
	open.on("error", (error) => fail(protocolFailure(error, address, way?.certificates())));
	open.on("close", over);
	const online = () => {
		clearTimeout(deadline);
		options.onOnline();
	};
	open.on("connect", () => {
		const { filter, furtherFilters = [], qos = 0 } = options;
		if (filter === undefined) return online();
		const filters = typeof filter === "string" ? [filter] : [...filter];
		open.subscribe([...filters, ...furtherFilters], { qos }, (_error, _grants, packet) => {
			// Without a SUBACK the connection closed; `over` tells why.
			if (closing || packet === undefined) return;
			const codes = packet.granted.map(Number);
			const isWhole = codes.length === filters.length + furtherFilters.length;
			const needed = isWhole ? codes.slice(0, filters.length) : codes;
			if (!isWhole || needed.some((code) => code > 2))
				return fail({
					code: "subscription-refused",
					reason: `subscription to ${namesOf(filters)} refused (SUBACK ${needed.join(" ") || "none"})`,
				});
			for (const [index, further] of furtherFilters.entries())
				if ((codes[filters.length + index] ?? 0) > 2) options.onRefused?.(further);
			online();
		});
	});
	// handleMessage rather than 'message': a broker that does not read is not read from.
	open.handleMessage = ({ topic, payload, retain, qos, dup, messageId = 0 }, next) => {
		const isOurs = qos === 1 && options.persistent === true;
		// With an error MQTT.js sends no PUBACK, and goes on.
		const go = isOurs ? () => next(NOT_YET) : () => next();
		if (closing || !open.connected) return go();
		const acknowledge = () => {
			if (!closing && open.connected) sendPuback(open, messageId, onPacket);
		};
		const message = { topic, payload: bytesOf(payload), retain, qos, dup };
		options.onMessage({ ...message, ...(isOurs && { acknowledge }) }, go);
	};

	return {
		publish: (topic, body, qos, done) => {
			if (closing) return done(false);
			open.publish(topic, body, { qos, retain: false }, (error) => done(!error));
		},
		listen: (filters) => {
			if (!closing && filters.length > 0) open.subscribe([...filters], { qos: 0 }, () => {});
		},
		close: (grace) => {
			settle();
			return closeClient(open, grace);
		},
	};
}

/** What keeps MQTT.js from acknowledging a message. */
const NOT_YET = new Error("acknowledged later");

/** Sends PUBACK (3.4): MQTT.js would send it before the next message is read only. */
function sendPuback(client: MqttClient, id: number, onPacket: ConnectionOptions["onPacket"]): void {
	client.stream.write(Uint8Array.of(0x40, 2, id >> 8, id & 0xff));
	onPacket?.("sent", { cmd: "puback", messageId: id });
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
	return {
		clientId: options.clientId,
		...(options.username !== undefined && { username: options.username }),
		...(options.password !== undefined && { password: options.password }),
		clean: options.persistent !== true,
		resubscribe: false,
		queueQoSZero: false,
		reconnectPeriod: 0,
		// Its first packet is to be heard, too.
		manualConnect: true,
		keepalive: Math.ceil(options.keepAlive / 1000),
		// Never first: `deadline` is.
		connectTimeout: options.handshakeTimeout * 2,
	};
}

/** The first ones, and how many more there are. */
const namesOf = (filters: readonly string[]): string =>
	filters.length <= 3
		? filters.join(", ")
		: `${filters.slice(0, 3).join(", ")} and ${filters.length - 3} more`;

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
