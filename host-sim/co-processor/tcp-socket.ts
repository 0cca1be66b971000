import type { Endpoint } from "./addresses.js";
import { ERRNO } from "./errno.js";
import { type ChipSocket, type Outcome, type Received, SOCK_STREAM, type SocketParts } from "./socket.js";
import type { Failure, Stack, TcpConnection, TcpEvents } from "./stack.js";
import type { Timers } from "./timers.js";

/** A segment's bytes at most, on Ethernet and Wi-Fi. */
const SEGMENT = 1460;
/** Bytes for sending, and for what has come, that a socket holds. The number of segments is a guess. */
export const SEND_BUFFER = 4 * SEGMENT;
export const RECEIVE_WINDOW = 4 * SEGMENT;

/** Milliseconds after which TCP gives up a connection without a way to the other side; a guess. */
export const LOSS_TIME = 20_000;

/**
 * What lwIP makes of a failure (`err_to_errno` in its api/err.c). A refusal is a reset: it has no other error
 * for that. Of a connection that it gives up it says that it was aborted.
 */
const ERRNO_OF: Readonly<Record<Failure, number>> = Object.freeze({
	refused: ERRNO.ECONNRESET,
	reset: ERRNO.ECONNRESET,
	unreachable: ERRNO.EHOSTUNREACH,
	"timed-out": ERRNO.ECONNABORTED,
});

/** A TCP socket of the chip, over a connection of the stack. */
export class TcpSocket implements ChipSocket, TcpEvents {
	readonly type = SOCK_STREAM;
	nonBlocking = false;
	onChange: (() => void) | undefined;
	readonly #stack: Stack;
	readonly #parts: SocketParts;
	readonly #timers: Timers;
	#state: "new" | "connecting" | "open" | "failed" = "new";
	#connection: TcpConnection | undefined;
	#received: Uint8Array[] = [];
	#count = 0;
	#isPaused = false;
	#hasEnded = false;
	/** The errno that ended it, and the one that SO_ERROR has still to tell. */
	#failure = 0;
	#pending = 0;
	/** Bytes that the program has given, and that have not left the buffer. */
	#unsent = 0;
	/** While there is no way out: what the program has given, what has happened at the other side, and a limit. */
	#isCut = false;
	#outgoing: Uint8Array[] = [];
	#incoming: (() => void)[] = [];
	#deadline: unknown;

	constructor(stack: Stack, timers: Timers, parts: SocketParts) {
		this.#stack = stack;
		this.#timers = timers;
		this.#parts = parts;
	}

	connect({ address, port }: Endpoint): Outcome {
		if (this.#state === "connecting") return -ERRNO.EALREADY;
		if (this.#state === "open") return -ERRNO.EISCONN;
		if (this.#state === "failed") return -ERRNO.ENOTCONN;
		if (!this.#parts.isUp()) return -ERRNO.EHOSTUNREACH;
		this.#state = "connecting";
		this.#connection = this.#stack.connect(address, port, this);
		return undefined;
	}

	connected(): Outcome {
		if (this.#state === "connecting") return undefined;
		return this.#state === "open" ? 0 : -this.#failure;
	}

	send(bytes: Uint8Array): Outcome {
		if (this.#state === "connecting") return -ERRNO.EINPROGRESS;
		if (this.#state === "failed") return -this.#failure;
		if (this.#state === "new") return -ERRNO.ENOTCONN;
		const room = this.#parts.isFull() ? 0 : SEND_BUFFER - this.#unsent;
		if (room <= 0) return undefined;
		const taken = bytes.slice(0, room);
		this.#unsent += taken.length;
		if (this.#isCut) this.#outgoing.push(taken);
		else this.#connection?.send(taken);
		return taken.length;
	}

	readable(): Outcome {
		if (this.#count > 0) return 1;
		if (this.#state === "failed") return -this.#failure;
		if (this.#state === "new") return -ERRNO.ENOTCONN;
		return this.#hasEnded ? 0 : undefined;
	}

	take(length: number): Received {
		const bytes = new Uint8Array(Math.min(length, this.#count));
		for (let at = 0; at < bytes.length; ) {
			const first = this.#received[0] as Uint8Array;
			const piece = first.subarray(0, bytes.length - at);
			bytes.set(piece, at);
			at += piece.length;
			if (piece.length === first.length) this.#received.shift();
			else this.#received[0] = first.subarray(piece.length);
		}
		this.#count -= bytes.length;
		if (this.#isPaused && this.#count < RECEIVE_WINDOW) {
			this.#isPaused = false;
			this.#connection?.resume();
		}
		return { bytes };
	}

	takeError(): number {
		if (this.#state === "connecting") return ERRNO.EINPROGRESS;
		const error = this.#pending;
		this.#pending = 0;
		return error;
	}

	linkChanged(isUp: boolean): void {
		if (this.#state !== "connecting" && this.#state !== "open") return;
		if (isUp === !this.#isCut) return;
		this.#isCut = !isUp;
		if (!isUp) {
			this.#deadline = this.#timers.set(() => this.#giveUp(), LOSS_TIME);
			return;
		}
		this.#timers.clear(this.#deadline);
		for (const bytes of this.#outgoing.splice(0)) this.#connection?.send(bytes);
		for (const happen of this.#incoming.splice(0)) happen();
	}

	close(): void {
		if (this.#isCut) this.#connection?.vanish();
		else this.#connection?.close();
		this.#end();
	}

	vanish(): void {
		this.#connection?.vanish();
		this.#end();
	}

	opened(): void {
		this.#happens(() => {
			this.#state = "open";
		});
	}

	received(bytes: Uint8Array): void {
		this.#happens(() => {
			this.#received.push(bytes);
			this.#count += bytes.length;
			if (this.#isPaused || this.#count < RECEIVE_WINDOW) return;
			this.#isPaused = true;
			this.#connection?.pause();
		});
	}

	sent(count: number): void {
		this.#happens(() => {
			this.#unsent -= count;
		});
	}

	ended(): void {
		this.#happens(() => {
			this.#hasEnded = true;
		});
	}

	failed(failure: Failure): void {
		this.#happens(() => this.#fail(ERRNO_OF[failure]));
	}

	#happens(change: () => void): void {
		if (this.#isCut) {
			this.#incoming.push(change);
			return;
		}
		change();
		this.onChange?.();
	}

	#giveUp(): void {
		this.#connection?.vanish();
		this.#incoming = [];
		this.#isCut = false;
		this.#happens(() => this.#fail(ERRNO.ECONNABORTED));
	}

	#fail(errno: number): void {
		if (this.#state === "failed") return;
		this.#state = "failed";
		this.#failure = errno;
		this.#pending = errno;
		this.#connection = undefined;
	}

	#end(): void {
		this.#timers.clear(this.#deadline);
		this.#state = "failed";
		this.#connection = undefined;
		this.#incoming = [];
		this.onChange = undefined;
	}
}
