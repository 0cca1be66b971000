import type { ByteBuffer, TCP, TCPOptions, TLSSocketOptions } from "../../../firmware/ecma-419.js";
import type { LinkCode } from "../../../firmware/events.js";
import type { VirtualNetwork } from "./network.js";

/** The far end of a device's connection. */
export interface Peer {
	/** Hears what the device sends, and that it has closed. */
	onData: (bytes: Uint8Array) => void;
	onClose: () => void;
	/** Sends to the device. */
	send(bytes: Uint8Array): void;
	/** Sends these last bytes and closes: the device learns of both at once. */
	end(bytes?: Uint8Array): void;
	/** Breaks the connection. */
	reset(): void;
}

/**
 * A device's TCP socket (ECMA-419 §10), or TLS client socket where the options ask for it: nothing is
 * encrypted, but it takes its time and may fail. All callbacks come from the clock's event queue.
 */
export class VirtualSocket implements TCP {
	readonly target: unknown;
	readonly #network: VirtualNetwork;
	readonly #options: TCPOptions & Partial<Pick<TLSSocketOptions, "tls">>;
	/** Bytes it holds for sending. */
	readonly #capacity: number;
	#state: "connecting" | "open" | "ended" | "failed" | "closed" = "connecting";
	#received: number[] = [];
	/** Written, and not yet taken by the network. */
	#unsent: number[] = [];
	#sending = false;
	/** When the last bytes so far arrive. */
	#lastArrival = Number.NEGATIVE_INFINITY;
	readonly #peer: Peer;

	constructor(network: VirtualNetwork, options: TCPOptions | TLSSocketOptions) {
		const { attempt, latency } = network;
		if (attempt === "throw") throw new Error("no socket left");
		this.#network = network;
		this.#options = options;
		this.target = options.target;
		this.#capacity = network.writable;
		network.attempts.push(`${options.address}:${options.port}`);
		network.sockets++;
		this.#peer = {
			onData: () => {},
			onClose: () => {},
			send: (bytes) => this.#transfer(bytes, false),
			end: (bytes = new Uint8Array()) => this.#transfer(bytes, true),
			reset: () => this.#later(() => this.#fail("connection-lost", "connection reset")),
		};
		if (attempt === "refuse") this.#later(() => this.#fail("connection-refused", "connection refused"));
		if (attempt === "accept") network.post(() => this.#open(), latency);
	}

	/** As lwIP's for Moddable: bytes that are not there cannot be asked for. */
	read(byteLength = this.#received.length): ArrayBuffer | undefined {
		this.#check();
		if (this.#received.length === 0) return undefined;
		if (byteLength > this.#received.length) throw new RangeError(`read of ${byteLength} bytes`);
		return Uint8Array.from(this.#received.splice(0, byteLength)).buffer;
	}

	write(data: ByteBuffer): number | undefined {
		this.#check();
		if (this.#state !== "open") throw new Error("not connected");
		const bytes = new Uint8Array(data);
		if (bytes.length > this.#room) throw new RangeError(`write of ${bytes.length} bytes`);
		for (const byte of bytes) this.#unsent.push(byte);
		this.#send();
		return this.#network.tellsRoom ? this.#room : undefined;
	}

	close(): void {
		if (this.#state === "closed") return;
		const hasPeer = this.#state !== "connecting";
		this.#state = "closed";
		this.#network.sockets--;
		if (hasPeer) this.#send();
	}

	get #room(): number {
		return this.#capacity - this.#unsent.length;
	}

	#check(): void {
		if (this.#state === "closed") throw new Error("use of a closed socket");
	}

	#open(): void {
		if (this.#state !== "connecting") return;
		const { secure, latency } = this.#network;
		if (this.#options.tls === undefined) return this.#opened();
		this.#options.onSecuring?.call(this);
		if (secure === "refuse")
			this.#later(() => this.#fail("certificate-expired", "the certificate has expired"));
		if (secure === "accept") this.#network.post(() => this.#opened(), 2 * latency);
	}

	#opened(): void {
		if (this.#state !== "connecting") return;
		this.#state = "open";
		this.#network.onConnection(this.#peer);
		this.#options.onWritable?.call(this, this.#room);
	}

	/** Sees to it that the network takes what is there. */
	#send(): void {
		if (this.#sending) return;
		this.#sending = true;
		const take = () => {
			this.#sending = false;
			const bytes = Uint8Array.from(this.#unsent.splice(0));
			if (bytes.length > 0) this.#peer.onData(bytes);
			if (this.#state === "closed") this.#peer.onClose();
			else if (this.#state === "open") this.#options.onWritable?.call(this, this.#room);
		};
		this.#network.post(take, this.#network.latency, "outgoing");
	}

	/** Brings bytes to the device, in pieces as the network makes them. */
	#transfer(bytes: Uint8Array, isLast: boolean): void {
		const { chunk } = this.#network;
		for (let at = 0; at < bytes.length; at += chunk) {
			const piece = bytes.subarray(at, at + chunk);
			const ends = isLast && at + chunk >= bytes.length;
			this.#later(() => this.#arrive(piece, ends));
		}
		if (isLast) this.#later(() => this.#fail("closed-by-broker", "connection closed"), 0);
	}

	#arrive(piece: Uint8Array, ends: boolean): void {
		if (this.#state !== "open") return;
		// Moddable's lwIP sockets refuse to write once they have heard of the end, before `onError` tells.
		if (ends) this.#state = "ended";
		for (const byte of piece) this.#received.push(byte);
		this.#options.onReadable?.call(this, this.#received.length);
	}

	#fail(code: LinkCode, reason: string): void {
		if (this.#state === "failed" || this.#state === "closed") return;
		this.#state = "failed";
		this.#options.onError?.call(
			this,
			...(this.#network.tellsWhy ? [Object.assign(new Error(reason), { code })] : []),
		);
	}

	/** Runs when everything that was sent to the device before has arrived. */
	#later(callback: () => void, gap = this.#network.gap): void {
		const { clock, latency } = this.#network;
		this.#lastArrival = Math.max(clock.elapsed + latency, this.#lastArrival + gap);
		this.#network.post(callback, this.#lastArrival - clock.elapsed);
	}
}
