import type { Clock } from "../clock.js";
import { Override } from "../override.js";
import type { Random } from "../random.js";
import { type Conditions, Pipe } from "./pipe.js";

/** Why a connection is over, for programs and for people. */
export interface Loss {
	readonly code: "connection-refused" | "connection-lost" | "closed-by-broker" | "no-network";
	readonly reason: string;
}

const REFUSED: Loss = Object.freeze({ code: "connection-refused", reason: "connection refused" });
const RESET: Loss = Object.freeze({ code: "connection-lost", reason: "connection reset" });
const CLOSED: Loss = Object.freeze({ code: "closed-by-broker", reason: "connection closed" });

/** A client's end of a connection, which hears what becomes of it. */
export interface Endpoint {
	/** It is open. */
	opened(): void;
	/** Bytes came; they are the endpoint's own. */
	received(bytes: Uint8Array): void;
	/** So many bytes that were sent have arrived. */
	sent(count: number): void;
	/** It is over; nothing follows. */
	lost(loss: Loss): void;
}

/** The far end, as whoever listens gets it. */
export interface Link {
	send(bytes: Uint8Array): void;
	close(): void;
}

/** Whoever listens, for one connection. */
export interface Accepted {
	receive(bytes: Uint8Array): void;
	lost(): void;
}

/** How one client gets at the network, and what is wrong with that at present. */
export class Access implements Conditions {
	readonly latency = new Override(5);
	readonly jitter = new Override(0);
	readonly split = new Override(0);
	/** What becomes of asking for an address. */
	readonly lookup = new Override<"answer" | "fail" | "hang">("answer");
	/** What becomes of opening a connection. */
	readonly attempt = new Override<"accept" | "refuse" | "hang">("accept");
	/** Its connections, oldest first. */
	readonly connections: Connection[] = [];
	#untilSent = 0;
	#onSent: () => void = () => {};

	/** Calls back when the client has sent for the `count`th time from now on; with 0 not any more. */
	afterSends(count: number, onSent: () => void): void {
		this.#untilSent = count;
		this.#onSent = onSent;
	}

	/** The client has sent something. */
	sent(): void {
		if (this.#untilSent > 0 && --this.#untilSent === 0) this.#onSent();
	}
}

/** The network between clients and one listener. */
export class Network {
	readonly clock: Clock;
	readonly #random: Random;
	/** Takes connections; `undefined`: nobody listens. */
	readonly listener = new Override<((link: Link) => Accepted) | undefined>(undefined);

	constructor(clock: Clock, random: Random) {
		this.clock = clock;
		this.#random = random;
	}

	/** Begins to connect. */
	connect(access: Access, endpoint: Endpoint): Connection {
		return new Connection(this, this.#random, access, endpoint);
	}
}

/** A connection, seen from its client. */
export class Connection {
	readonly #network: Network;
	readonly #random: Random;
	readonly #access: Access;
	readonly #endpoint: Endpoint;
	readonly #up: Pipe;
	readonly #down: Pipe;
	#accepted: Accepted | undefined;
	/** Whether each side still wants to hear. */
	#hasClient = true;
	#hasServer = false;

	constructor(network: Network, random: Random, access: Access, endpoint: Endpoint) {
		this.#network = network;
		this.#random = random;
		this.#access = access;
		this.#endpoint = endpoint;
		const { clock } = network;
		this.#up = new Pipe(clock, random, access, (bytes) => {
			if (this.#hasServer) this.#accepted?.receive(bytes);
			if (this.#hasClient) endpoint.sent(bytes.length);
		});
		this.#down = new Pipe(clock, random, access, (bytes) => {
			if (this.#hasClient) endpoint.received(bytes);
		});
		access.connections.push(this);
		if (access.attempt.value === "refuse") this.#refuse();
		else if (access.attempt.value === "accept") this.#up.after(() => this.#accept());
	}

	/** Sends bytes, which must not be changed afterwards. */
	send(bytes: Uint8Array): void {
		this.#up.send(bytes);
		this.#access.sent();
	}

	/** The client closes: what it sent still arrives, then the other side hears of the end. */
	close(): void {
		if (!this.#hasClient) return;
		this.#forget();
		this.#up.after(() => this.#endServer());
	}

	/** Breaks; both sides learn of it. */
	reset(): void {
		this.#up.cut();
		this.#down.cut();
		const { clock } = this.#network;
		clock.post(() => this.#endServer(), this.#access.latency.value);
		clock.post(() => this.#endClient(RESET), this.#access.latency.value);
	}

	/** From now on nothing gets through in these directions, and nobody is told. */
	cut(direction: "up" | "down" | "both"): void {
		if (direction !== "down") this.#up.cut();
		if (direction !== "up") this.#down.cut();
	}

	/** In one direction nothing gets through for some milliseconds, from the middle of what is sent next. */
	stall(direction: "up" | "down", duration: number): void {
		(direction === "up" ? this.#up : this.#down).stall(duration);
	}

	/** The client is gone without a word, as without power. What it had sent has left it and arrives, or has not. */
	vanish(): void {
		this.cut(this.#random.chance(0.5) ? "both" : "down");
		this.#forget();
	}

	/** The client learns that it is over, and the other side does not. */
	fail(loss: Loss): void {
		this.cut("both");
		this.#network.clock.post(() => this.#endClient(loss), 0);
	}

	#accept(): void {
		const listener = this.#network.listener.value;
		if (listener === undefined) return this.#refuse();
		this.#hasServer = true;
		this.#down.after(() => {
			if (this.#hasClient) this.#endpoint.opened();
		});
		this.#accepted = listener({
			send: (bytes) => this.#down.send(bytes),
			close: () => {
				if (!this.#hasServer) return;
				this.#hasServer = false;
				this.#down.after(() => this.#endClient(CLOSED));
			},
		});
	}

	#refuse(): void {
		this.#down.after(() => this.#endClient(REFUSED));
	}

	#endServer(): void {
		if (!this.#hasServer) return;
		this.#hasServer = false;
		this.#accepted?.lost();
	}

	#endClient(loss: Loss): void {
		if (!this.#hasClient) return;
		this.#forget();
		this.#endpoint.lost(loss);
	}

	#forget(): void {
		this.#hasClient = false;
		const { connections } = this.#access;
		const index = connections.indexOf(this);
		if (index >= 0) connections.splice(index, 1);
	}
}
