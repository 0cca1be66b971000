import type { Resolver, ResolverOptions, TCPConstructor, TCPOptions } from "../../../firmware/ecma-419.js";
import type { VirtualClock } from "./clock.js";
import { type Peer, VirtualSocket } from "./socket.js";

/** The network around a device: names, connections, and what can go wrong with them. */
export class VirtualNetwork {
	readonly clock: VirtualClock;
	/** Milliseconds that anything takes in one direction. */
	latency = 1;
	/** What becomes of asking for an address; `nothing`: neither an address nor an error. */
	lookup: "answer" | "nothing" | "fail" | "hang" = "answer";
	/** What becomes of opening a connection; `throw`: there is no socket left. */
	attempt: "accept" | "refuse" | "hang" | "throw" = "accept";
	/** What becomes of TLS's handshake, which takes as long as a way there and back. */
	secure: "accept" | "refuse" | "hang" = "accept";
	/** Bytes that a new socket of the device holds for sending. */
	writable = 1460;
	/** Bytes that arrive at the device at a time, and milliseconds between such pieces. */
	chunk = Number.POSITIVE_INFINITY;
	gap = 0;
	/** Whether `write` returns how much may be written, as since the 3rd edition. */
	tellsRoom = true;
	/** Whether `onError` gets a reason. */
	tellsWhy = true;
	/** Gets the far end of each connection. */
	onConnection: (peer: Peer) => void = () => {};
	/** `address:port` of each connection that was tried. */
	readonly attempts: string[] = [];
	/** The names that were asked for. */
	readonly lookups: string[] = [];
	/** Answers to the lookups that hang. */
	readonly lateAnswers: ((error: Error | null, address?: string) => void)[] = [];
	/** Sockets the device has not closed. */
	sockets = 0;
	/** Resolvers the device has not closed. */
	resolvers = 0;
	#cut: "nothing" | "outgoing" | "all" = "nothing";
	readonly #held: (() => void)[] = [];

	constructor(clock: VirtualClock) {
		this.clock = clock;
	}

	readonly TCP: TCPConstructor = socketClass(this);
	readonly resolver: ResolverOptions = { io: resolverClass(this) };

	/** From now on nothing gets through, or nothing from the device, and nobody is told. */
	cut(direction: "outgoing" | "all" = "all"): void {
		this.#cut = direction;
	}

	/** What was held back gets through after all. */
	mend(): void {
		this.#cut = "nothing";
		for (const callback of this.#held.splice(0)) this.clock.post(callback, this.latency);
	}

	/** Runs later what happens on the network. */
	post(callback: () => void, delay: number, direction: "outgoing" | "incoming" = "incoming"): void {
		this.clock.post(() => {
			if (this.#cut === "nothing" || (this.#cut === "outgoing" && direction === "incoming")) callback();
			else this.#held.push(callback);
		}, delay);
	}
}

const socketClass = (network: VirtualNetwork): TCPConstructor =>
	class extends VirtualSocket {
		constructor(options: TCPOptions) {
			super(network, options);
		}
	};

const ADDRESS = "192.0.2.1";

const resolverClass = (network: VirtualNetwork) =>
	class implements Resolver {
		#isOpen = true;

		constructor() {
			network.resolvers++;
		}

		resolve({ host }: { host: string }, callback: Parameters<Resolver["resolve"]>[1]): void {
			if (!this.#isOpen) throw new Error("use of a closed resolver");
			network.lookups.push(host);
			const answer = (error: Error | null, address?: string) => {
				if (!this.#isOpen) return;
				if (error === null) callback(null, address, host);
				else callback(error);
			};
			const { lookup, latency } = network;
			if (lookup === "hang") network.lateAnswers.push(answer);
			else if (lookup === "fail") network.post(() => answer(new Error(`no address for ${host}`)), latency);
			else network.post(() => answer(null, lookup === "answer" ? ADDRESS : undefined), latency);
		}

		close(): void {
			if (this.#isOpen) network.resolvers--;
			this.#isOpen = false;
		}
	};
