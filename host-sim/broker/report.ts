import type { EventEmitter } from "node:events";
import type { Aedes, Client } from "aedes";
import type { BrokerCode, BrokerEvent } from "./events.js";
import { brokerCode } from "./reasons.js";

/** A broker whose clients' ends are told. */
export interface Reported {
	/** Says why a client is about to be closed. */
	fail(client: Client, code: BrokerCode, reason: string): void;
}

/** Aedes with what its types do not have. */
interface Registering {
	readonly clients: Readonly<Record<string, Client & { readonly closed: boolean }>>;
	registerClient(client: Client): void;
}

/** Turns what Aedes tells into events. `fromOf`: the address a connection came from. */
export function report(
	aedes: Aedes,
	fromOf: (connection: object) => string | undefined,
	onEvent: (event: BrokerEvent) => void,
): Reported {
	const failures = new WeakMap<Client, { code: BrokerCode; reason: string }>();
	const loggedIn = new WeakSet<Client>();
	const fail = (client: Client, code: BrokerCode, reason: string) => {
		if (!failures.has(client)) failures.set(client, { code, reason });
	};
	const reject = ({ conn }: Client, error: Error) => {
		const address = fromOf(conn) ?? "unknown";
		onEvent({ event: "rejected", address, code: brokerCode(error), reason: error.message });
	};
	aedes.on("client", (client) => {
		loggedIn.add(client);
		onEvent({ event: "connected", client: cut(client.id) });
	});
	aedes.on("clientError", (client, error) => {
		if (failures.has(client)) return;
		failures.set(client, { code: brokerCode(error), reason: error.message });
		// It has an id from its CONNECT, and was not let in.
		if (!loggedIn.has(client)) reject(client, error);
	});
	aedes.on("clientDisconnect", (client) => {
		onEvent({ event: "disconnected", client: cut(client.id), ...failures.get(client) });
	});
	aedes.on("connectionError", reject);
	// Without a listener it would end the process. Aedes emits it when its
	// persistence fails, which the one in memory does not.
	(aedes as EventEmitter).on("error", () => {});
	const own = aedes as unknown as Registering;
	const register = own.registerClient.bind(aedes);
	own.registerClient = (client) => {
		const first = own.clients[client.id];
		// It is closed by Aedes now [MQTT-3.1.4-2].
		if (first !== undefined && !first.closed)
			fail(first, "taken-over", "another connection has the same client id");
		register(client);
	};
	return { fail };
}

/** A client's id has up to 65535 bytes, chosen by the client. */
const cut = (id: string) => id.slice(0, 200);
