import type { Endpoint } from "./addresses.js";

/**
 * What a call of a socket comes to: its result from 0 up, minus the errno of its failure, or `undefined` when
 * it would have to wait.
 */
export type Outcome = number | undefined;

/** What came, and where from. */
export interface Received {
	readonly bytes: Uint8Array;
	readonly from?: Endpoint;
}

/** A socket of the chip. Outcomes are those of lwIP 2.0.2. */
export interface ChipSocket {
	/** `SOCK_STREAM` or `SOCK_DGRAM`. */
	readonly type: number;
	/** Whether calls never wait (`O_NONBLOCK`). */
	nonBlocking: boolean;
	/** Called when the outcome of a call may have changed. */
	onChange: (() => void) | undefined;
	/** Begins to connect; `undefined` while that is under way. */
	connect(to: Endpoint): Outcome;
	/** The outcome of the `connect` that is under way. */
	connected(): Outcome;
	/** Takes some of the bytes, or all: how many. */
	send(bytes: Uint8Array, to?: Endpoint): Outcome;
	/** Whether there is something for `take`: 1, or 0 at the end. */
	readable(): Outcome;
	/** Takes up to `length` bytes of what has come, after `readable` was 1. */
	take(length: number): Received;
	/** The pending error, as an errno or 0, which is forgotten (`SO_ERROR`). */
	takeError(): number;
	/** There is, or is no, way to other machines. */
	linkChanged(isUp: boolean): void;
	/** Ends it; what was sent before still arrives. */
	close(): void;
	/** Ends it as a chip does that loses its power. */
	vanish(): void;
}

/** What a socket has around it. */
export interface SocketParts {
	/** Whether there is a way to other machines. */
	readonly isUp: () => boolean;
	/** Whether the buffers for sending are full, whatever is in them. */
	readonly isFull: () => boolean;
}

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
