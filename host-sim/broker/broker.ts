import type { EventEmitter } from "node:events";
import { createServer, type Socket } from "node:net";
import { Aedes, type Client } from "aedes";
import { aedesOptions, type BrokerLimits, LIMITS } from "./aedes-options.js";
import type { BrokerCode, BrokerEvent } from "./events.js";
import { isLoopback, listen, urlOf } from "./listen.js";
import { brokerCode } from "./reasons.js";

/** What a broker is started with. */
export interface BrokerOptions {
	/** The address to listen on; 127.0.0.1 if left out: this machine only. */
	readonly host?: string | undefined;
	/** 0-65535, 0 for any free one; left out: 1883, or the next free one up to 1983. */
	readonly port?: number | undefined;
	/** Hears everything the broker tells. It must not throw. */
	readonly onEvent: (event: BrokerEvent) => void;
	/** Limits other than those of LIMITS. */
	readonly limits?: Partial<BrokerLimits> | undefined;
}

/** A running broker. */
export interface Broker {
	/** The IP address it listens on. */
	readonly host: string;
	readonly port: number;
	/** By which this machine reaches it. */
	readonly url: string;
	/** Whether it can be reached from this machine only. */
	readonly loopback: boolean;
	/** Closes all clients and the port; resolves even if clients are stuck. Idempotent. */
	stop(): Promise<void>;
}

/**
 * Starts an MQTT 3.1.1 broker for development: no login, no TLS. Retained
 * messages, persistent sessions and packets that are still arriving (up to
 * 256 MB each) are kept in memory, without bound: it is for clients you trust.
 *
 * @throws RangeError if the port is not one
 * @throws ListenError (rejects) if it cannot listen there
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
	const { host = "127.0.0.1", port, onEvent } = options;
	const limits = { ...LIMITS, ...options.limits };
	if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
		throw new RangeError("port: a whole number from 0 to 65535");

	// Node takes no host for all of them, and nobody means that by an empty text.
	if (host === "") throw new RangeError("host: an address or a name");

	const aedes = await Aedes.createBroker(aedesOptions(limits));
	// With the address each came from: a destroyed socket no longer knows it.
	// Aedes closes clients; connections without CONNECT and stuck ones are ours.
	const sockets = new Map<unknown, { socket: Socket; from: string }>();
	report(aedes, (connection) => sockets.get(connection)?.from, onEvent);
	const server = createServer({ noDelay: true });
	server.maxConnections = limits.maxConnections;
	server.on("connection", (socket) => {
		sockets.set(socket, { socket, from: socket.remoteAddress ?? "unknown" });
		socket.once("close", () => sockets.delete(socket));
		aedes.handle(socket);
	});
	const address = await listen(server, host, port).catch((error: unknown) => {
		aedes.close();
		throw error;
	});
	// EMFILE and the like, when accepting: the client sees it, the broker lives on.
	server.on("error", () => {});

	const loopback = isLoopback(address.host);
	onEvent({ event: "listening", ...address, loopback });

	const stop = async () => {
		const closed = new Promise((resolve) => server.close(resolve));
		await within(limits.stopGrace, (done) => aedes.close(done));
		for (const { socket } of sockets.values()) socket.destroy();
		await closed;
	};
	let stopping: Promise<void> | undefined;
	return {
		...address,
		url: urlOf(address.host, address.port),
		loopback,
		stop: () => {
			stopping ??= stop();
			return stopping;
		},
	};
}

/** Turns what Aedes tells into events. `fromOf`: the address a connection came from. */
function report(
	aedes: Aedes,
	fromOf: (connection: unknown) => string | undefined,
	onEvent: (event: BrokerEvent) => void,
): void {
	const failures = new WeakMap<Client, { code: BrokerCode; reason: string }>();
	aedes.on("client", ({ id }) => onEvent({ event: "connected", client: cut(id) }));
	aedes.on("clientError", (client, error) => {
		if (failures.has(client)) return;
		failures.set(client, { code: brokerCode(error), reason: error.message });
	});
	aedes.on("clientDisconnect", (client) => {
		onEvent({ event: "disconnected", client: cut(client.id), ...failures.get(client) });
	});
	aedes.on("connectionError", ({ conn }, error) => {
		const address = fromOf(conn) ?? "unknown";
		onEvent({ event: "rejected", address, code: brokerCode(error), reason: error.message });
	});
	// Without a listener it would end the process. Aedes emits it when its
	// persistence fails, which the one in memory does not.
	(aedes as EventEmitter).on("error", () => {});
}

/** A client's id has up to 65535 bytes, chosen by the client. */
const cut = (id: string) => id.slice(0, 200);

/** Waits for a callback, but no longer than `limit` milliseconds. */
const within = (limit: number, start: (done: () => void) => void) =>
	new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, limit);
		start(() => {
			clearTimeout(timer);
			resolve();
		});
	});
