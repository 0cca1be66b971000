import type { Config } from "../config.js";
import type { Endpoint } from "../endpoint.js";
import type { Host } from "../host.js";
import type { Output } from "../mqtt/output.js";
import type { Message } from "../mqtt/packet.js";
import { Session } from "../mqtt/session.js";
import type { SessionStore } from "./session-store.js";
import type { Transport } from "./transport.js";

/** What a pump hands on: every output but bytes to be sent and records to be kept. */
export type PumpOutput = Exclude<Output, { kind: "transmit" | "store" | "discard" }>;

export interface PumpListener {
	onOutput(output: PumpOutput): void;
}

/**
 * Moves bytes and outputs between a session, its network connection and its storage; it has the only
 * loop. Asking the session for its next output says that the last one is done, so each is done before
 * the next is asked for, and nothing is read while something waits to be written.
 */
export class Pump {
	readonly #host: Pick<Host, "now">;
	readonly session: Session;
	readonly #store: SessionStore;
	readonly #listener: PumpListener;
	#transport: Transport | undefined;
	#isRunning = false;
	/** When nothing was left to be sent, or to be done, the last time. */
	#idle: number | undefined;

	/** @param listener receives the outputs; it may call every method of the pump meanwhile */
	constructor(host: Pick<Host, "now">, session: Session, store: SessionStore, listener: PumpListener) {
		this.#host = host;
		this.session = session;
		this.#store = store;
		this.#listener = listener;
	}

	/** Whether all that was handed over has left, and been answered. */
	get isSettled(): boolean {
		return (this.#transport?.unsent ?? 0) === 0 && this.session.isSettled;
	}

	/** Hands messages over for sending, all or none; whether they were. `run` sends them. */
	publish(messages: readonly Message[]): boolean {
		const message = messages[0];
		if (message === undefined) return false;
		const now = this.#host.now();
		// Mostly it is one, and a chip is slow.
		return messages.length === 1
			? this.session.publish(message, now) !== undefined
			: this.session.publishAll(messages, now);
	}

	/** Takes a network connection for the session's bytes. */
	open(transport: Transport): void {
		this.#transport = transport;
	}

	/** Closes the network connection, if there is one. What is still to be stored is stored at the next `run`. */
	close(): void {
		this.#transport?.close();
		this.#transport = undefined;
	}

	/**
	 * Moves bytes and outputs until nothing can be done but wait. Returns `false` when it was called while
	 * running, from the listener or the transport: the loop that runs does the rest.
	 */
	run(): boolean {
		if (this.#isRunning) return false;
		this.#isRunning = true;
		const session = this.session;
		for (;;) {
			const transport = this.#transport;
			if (transport !== undefined && transport.unsent > 0 && !this.#flush(transport)) {
				const record = session.nextRecord();
				if (record !== undefined) this.#perform(record);
				// What is to be stored is stored also when the transport is lost.
				else if (this.#transport === transport) break;
				continue;
			}
			const output = session.next();
			if (output !== undefined) {
				this.#perform(output);
				continue;
			}
			const bytes = transport?.read();
			if (bytes === undefined) {
				this.#idle = this.#host.now();
				break;
			}
			session.receive(bytes, this.#host.now());
		}
		this.#isRunning = false;
		return true;
	}

	/** Goes on writing. Returns whether everything has been written. */
	#flush(transport: Transport): boolean {
		const { unsent } = transport;
		const isFlushed = transport.flush();
		if (transport.unsent < unsent) this.session.delayed(this.#host.now(), this.#idle);
		return isFlushed;
	}

	#perform(output: Output): void {
		switch (output.kind) {
			case "transmit":
				return this.#transport?.send(output.bytes);
			case "store":
				return this.#store.store(output.record);
			case "discard":
				return this.#store.discard(output.order);
			default:
				this.#listener.onOutput(output);
		}
	}
}

/**
 * The pump of a connection to this endpoint: `own`, the one of earlier connections, if it has the same client id. A
 * provisional connection has one of its own, with a clean session.
 */
export function pumpFor(
	host: Host,
	mqtt: Config["mqtt"],
	store: SessionStore,
	listener: PumpListener,
	{ connect, provisional }: Endpoint,
	own: Pump | undefined,
): Pump {
	const { receiveBuffer, inFlight, maximumPacket, attempts, responseTimeout } = mqtt;
	const { clientId, cleanSession } = connect;
	const options = { receiveBuffer, inFlight, maximumPacket, attempts, responseTimeout, connect };
	if (provisional !== undefined) {
		const session = new Session({ ...options, connect: { ...connect, cleanSession: true } });
		return new Pump(host, session, store, listener);
	}
	if (own?.session.clientId === clientId) return own;
	const records = store.load(cleanSession ? undefined : clientId);
	return new Pump(host, new Session({ ...options, records }), store, listener);
}
