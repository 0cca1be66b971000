import type { Endpoint } from "./addresses.js";
import { ERRNO } from "./errno.js";
import { type ChipSocket, type Outcome, type Received, SOCK_DGRAM, type SocketParts } from "./socket.js";
import type { Stack, UdpPort } from "./stack.js";

/** Datagrams that wait to be read at most; further ones are lost. A guess. */
export const WAITING_DATAGRAMS = 8;

/** A UDP socket of the chip. The stack's port is opened when something is first sent. */
export class UdpSocket implements ChipSocket {
	readonly type = SOCK_DGRAM;
	nonBlocking = false;
	onChange: (() => void) | undefined;
	readonly #stack: Stack;
	readonly #parts: SocketParts;
	#port: UdpPort | undefined;
	#peer: Endpoint | undefined;
	#waiting: (Received & { readonly from: Endpoint })[] = [];
	#isClosed = false;

	constructor(stack: Stack, parts: SocketParts) {
		this.#stack = stack;
		this.#parts = parts;
	}

	/** From now on `send` goes there, and only what comes from there is taken. */
	connect(to: Endpoint): Outcome {
		this.#peer = to;
		return 0;
	}

	connected(): Outcome {
		return 0;
	}

	send(bytes: Uint8Array, to = this.#peer): Outcome {
		if (to === undefined) return -ERRNO.ENOTCONN;
		if (!this.#parts.isUp()) return -ERRNO.EHOSTUNREACH;
		if (this.#parts.isFull()) return undefined;
		this.#port ??= this.#stack.openUdp((datagram, address, port) => this.#received(datagram, address, port));
		this.#port.send(bytes.slice(), to.address, to.port);
		return bytes.length;
	}

	readable(): Outcome {
		return this.#waiting.length > 0 ? 1 : undefined;
	}

	/** What of a datagram does not fit is lost. */
	take(length: number): Received {
		const { bytes, from } = this.#waiting.shift() as Received & { readonly from: Endpoint };
		return { bytes: bytes.subarray(0, length), from };
	}

	takeError(): number {
		return 0;
	}

	linkChanged(): void {}

	close(): void {
		this.#isClosed = true;
		this.#port?.close();
		this.onChange = undefined;
	}

	vanish(): void {
		this.close();
	}

	#received(bytes: Uint8Array, address: string, port: number): void {
		if (this.#isClosed || !this.#parts.isUp() || this.#waiting.length >= WAITING_DATAGRAMS) return;
		const peer = this.#peer;
		if (peer !== undefined && (peer.address !== address || peer.port !== port)) return;
		this.#waiting.push({ bytes, from: { address, port } });
		this.onChange?.();
	}
}
