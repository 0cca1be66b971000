import type { Server, Socket } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { Aedes, type Client } from "aedes";
import { guard } from "../../server/guard.js";
import { checkMaxPacket } from "../../server/packet-scanner.js";
import type { AccessList } from "../access/access-list.js";
import { aedesOptions, type BrokerLimits, LIMITS } from "./aedes-options.js";
import type { BrokerEvent, Transport } from "./events.js";
import { Gate } from "./gate.js";
import { isLoopback, listen, PORT_OPTIONS, urlOf } from "./listen.js";
import type { Users } from "./password-file.js";
import { Refused } from "./reasons.js";
import { report } from "./report.js";
import { createTransport, type ListenerSecrets, type TransportListener, tlsContext } from "./transports.js";

/** A port beside the plain one. */
export interface ListenerOptions {
	readonly protocol: Transport;
	/** 0-65535, 0 for any free one. */
	readonly port: number;
}

/** What a broker is started with. */
export interface BrokerOptions {
	/** The address to listen on; 127.0.0.1 if left out: this machine only. */
	readonly host?: string | undefined;
	/** Of MQTT over TCP: 0-65535, 0 for any free one; left out: 1883, or the next free one up to 1983; null: none. */
	readonly port?: number | null | undefined;
	/** Further ports. */
	readonly listeners?: readonly ListenerOptions[] | undefined;
	/** For listeners with TLS. */
	readonly secrets?: ListenerSecrets | undefined;
	/** Who may log in; anyone, also without a name, if left out. */
	readonly users?: Users | undefined;
	/** Who may do what, by client certificate: for listeners with TLS whose secrets have a CA. */
	readonly access?: AccessList | undefined;
	/** Hears everything the broker tells. It must not throw. */
	readonly onEvent: (event: BrokerEvent) => void;
	/** Limits other than those of LIMITS. */
	readonly limits?: Partial<BrokerLimits> | undefined;
}

/** Where a broker listens. */
export interface Listener {
	readonly protocol: Transport;
	/** The IP address. */
	readonly host: string;
	readonly port: number;
	/** By which this machine reaches it. */
	readonly url: string;
	/** Whether it can be reached from this machine only. */
	readonly loopback: boolean;
}

/** A running broker; of its listeners it is itself the first one. */
export interface Broker extends Listener {
	readonly listeners: readonly Listener[];
	/** Closes all clients and the ports, but keeps what it knows. What is begun before goes first; idempotent. */
	pause(): Promise<void>;
	/**
	 * Listens again, where it did.
	 * @throws ListenError (rejects) if one of its ports is taken meanwhile
	 */
	resume(): Promise<void>;
	/** Has another access table and other secrets from now on, and closes clients that have no access any more. */
	renew(access: AccessList, secrets: ListenerSecrets): void;
	/** Closes all clients and the ports; resolves even if clients are stuck. Idempotent. */
	stop(): Promise<void>;
}

/**
 * Starts an MQTT 3.1.1 broker for development. Retained messages and
 * persistent sessions are kept in memory, without bound; a packet that is
 * still arriving up to `limits.maxPacket`: it is for clients you trust.
 *
 * @throws RangeError if a port or limit is none, TLS has no certificate, or access is by certificates that no listener asks for
 * @throws ListenError (rejects) if it cannot listen there
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
	const { host = "127.0.0.1", port, onEvent } = options;
	const limits = { ...LIMITS, ...options.limits };
	checkMaxPacket(limits.maxPacket);
	const wanted: readonly { protocol: Transport; port: number | undefined }[] = [
		...(port === null ? [] : [{ protocol: "mqtt" as const, port }]),
		...(options.listeners ?? []),
	];
	for (const { protocol, port } of wanted) checkListener(protocol, port, options);
	if (wanted.length === 0) throw new RangeError("no port to listen on");
	// Node takes no host for all of them, and nobody means that by an empty text.
	if (host === "") throw new RangeError("host: an address or a name");

	const gate = options.access && new Gate(options.access, onEvent);
	const aedes = await Aedes.createBroker(aedesOptions(limits, options.users, gate));
	if (gate !== undefined) dropDenied(aedes, gate);
	// Aedes closes clients; connections without CONNECT and stuck ones are ours.
	const sockets = new Set<Socket>();
	// A destroyed stream no longer knows where it came from.
	const origins = new WeakMap<object, string>();
	const { fail } = report(aedes, (connection) => origins.get(connection), onEvent);
	const handler: TransportListener = {
		onStream: (stream, socket, request) => {
			origins.set(stream, addressOf(socket));
			gate?.enter(stream, socket);
			guard(stream, limits.maxPacket, (refusal) => stream.destroy(new Refused(refusal, limits.maxPacket)));
			aedes.handle(stream, request);
		},
		onRefused: (socket, code, reason) =>
			onEvent({ event: "rejected", address: addressOf(socket), code, reason }),
	};

	const servers: Server[] = [];
	const listeners: Listener[] = [];
	const closeServers = () =>
		Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	try {
		for (const { protocol, port } of wanted) {
			const server = createTransport(protocol, options.secrets, limits, handler);
			server.maxConnections = limits.maxConnections;
			server.on("connection", (socket: Socket) => {
				sockets.add(socket);
				socket.once("close", () => sockets.delete(socket));
			});
			const address = await listen(server, host, port, PORT_OPTIONS[protocol]);
			servers.push(server);
			// EMFILE and the like, when accepting: the client sees it, the broker lives on.
			server.on("error", () => {});
			const loopback = isLoopback(address.host);
			listeners.push({ protocol, ...address, url: urlOf(address.host, address.port, protocol), loopback });
		}
	} catch (error) {
		aedes.close();
		await closeServers();
		throw error;
	}
	const tell = () => {
		for (const { protocol, host, port, loopback } of listeners)
			onEvent({ event: "listening", protocol, host, port, loopback });
	};
	tell();

	/** In the order in which they are wanted. */
	let last: Promise<unknown> = Promise.resolve();
	const inTurn = (step: () => Promise<void>): Promise<void> => {
		const done = last.then(step);
		last = done.catch(() => {});
		return done;
	};
	let isPaused = false;
	let stopping: Promise<void> | undefined;
	const pause = async () => {
		isPaused = true;
		const closed = closeServers();
		for (const socket of sockets) socket.destroy();
		await closed;
	};
	const resume = async () => {
		if (!isPaused || stopping !== undefined) return;
		try {
			for (const [index, { host, port, protocol }] of listeners.entries()) {
				await listen(servers[index] as Server, host, port, PORT_OPTIONS[protocol]);
			}
		} catch (error) {
			await closeServers();
			throw error;
		}
		isPaused = false;
		tell();
	};
	const stop = async () => {
		const closed = closeServers();
		await within(limits.stopGrace, (done) => aedes.close(done));
		for (const socket of sockets) socket.destroy();
		await closed;
	};
	return {
		...(listeners[0] as Listener),
		listeners,
		renew: (access, secrets) => {
			// Those without TLS have no such method.
			for (const server of servers) (server as Partial<TlsServer>).setSecureContext?.(tlsContext(secrets));
			const closed = gate?.replace(access, Object.values(clientsOf(aedes))) ?? [];
			for (const [client, reason] of closed) {
				fail(client, "not-authorized", reason);
				client.close();
			}
		},
		pause: () => inTurn(pause),
		resume: () => inTurn(resume),
		stop: () => {
			stopping ??= inTurn(stop);
			return stopping;
		},
	};
}

function checkListener(
	protocol: Transport,
	port: number | undefined,
	{ secrets, access }: Pick<BrokerOptions, "secrets" | "access">,
) {
	if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
		throw new RangeError("port: a whole number from 0 to 65535");
	const hasTls = protocol === "mqtts" || protocol === "wss";
	if (hasTls && secrets === undefined) throw new RangeError(`${protocol}: wants a certificate and its key`);
	if (access !== undefined && (!hasTls || secrets?.ca === undefined))
		throw new RangeError(`${protocol}: access by certificate wants TLS and a CA`);
}

/** Those that are logged in, by their ids; Aedes's types do not have them. */
const clientsOf = (aedes: Aedes) => (aedes as unknown as { clients: Record<string, Client> }).clients;

/** Has packets that were denied go nowhere: Aedes itself would close the connection, or acknowledge none. */
function dropDenied(aedes: Aedes, gate: Gate): void {
	const publish = aedes.publish.bind(aedes) as (packet: object, ...others: unknown[]) => void;
	const dropping = (packet: object, ...others: unknown[]) => {
		if (!gate.isDenied(packet)) return publish(packet, ...others);
		const done = others.at(-1);
		if (typeof done === "function") done();
	};
	Object.assign(aedes, { publish: dropping });
}

const addressOf = (socket: Socket): string => socket.remoteAddress ?? "unknown";

/** Waits for a callback, but no longer than `limit` milliseconds. */
const within = (limit: number, start: (done: () => void) => void) =>
	new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, limit);
		start(() => {
			clearTimeout(timer);
			resolve();
		});
	});
