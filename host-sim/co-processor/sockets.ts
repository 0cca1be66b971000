import { AF_INET, type Endpoint, isIp } from "./addresses.js";
import { ERRNO } from "./errno.js";
import type { RadioFaults } from "./faults.js";
import { type ChipSocket, type Outcome, type Received, SOCK_DGRAM, SOCK_STREAM } from "./socket.js";
import type { Stack } from "./stack.js";
import { TcpSocket } from "./tcp-socket.js";
import type { Timers } from "./timers.js";
import { UdpSocket } from "./udp-socket.js";

/** Sockets at most. A guess: lwIP's own default (`MEMP_NUM_NETCONN`) is 4, most boards have more. */
export const MAX_SOCKETS = 8;

/** lwIP's err_t: found, and not (api_msg.c gives `ERR_VAL` for a name without an address). */
const ERR_OK = 0;
const ERR_VAL = -6;
/** Milliseconds until the resolver gives up; a guess, after lwIP's four tries. */
export const DNS_GIVES_UP = 4000;

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 1;
const MSG_DONTWAIT = 8;
const SOL_SOCKET = 0xfff;
const SO_TYPE = 0x1008;
const SO_ERROR = 0x1007;
const EMPTY = new Uint8Array(0);

/** What the sockets of a chip have around them. */
export interface SocketsParts {
	readonly stack: Stack;
	readonly timers: Timers;
	readonly faults: RadioFaults;
}

/** All sockets of the chip, numbered from 0, and its resolver: what lwIP's calls do. */
export class Sockets {
	readonly #parts: SocketsParts;
	readonly #sockets: (ChipSocket | undefined)[] = Array.from({ length: MAX_SOCKETS });
	readonly #options = new WeakMap<ChipSocket, Map<number, number>>();
	#isUp = false;
	/** Why the last call failed; it stays when one succeeds. */
	errno = 0;

	constructor(parts: SocketsParts) {
		this.#parts = parts;
	}

	/** There is, or is no, way to other machines. */
	linkChanged(isUp: boolean): void {
		this.#isUp = isUp;
		for (const socket of this.#sockets) socket?.linkChanged(isUp);
	}

	/** The lowest free number, or -1. */
	open(domain: number, type: number): number {
		const number = this.#sockets.indexOf(undefined);
		if (domain !== AF_INET) return this.#result(-ERRNO.EAFNOSUPPORT);
		if (type !== SOCK_STREAM && type !== SOCK_DGRAM) return this.#result(-ERRNO.EINVAL);
		if (number < 0) return this.#result(-ERRNO.ENFILE);
		const { stack, timers, faults } = this.#parts;
		const parts = { isUp: () => this.#isUp, isFull: () => faults.isFull };
		this.#sockets[number] =
			type === SOCK_STREAM ? new TcpSocket(stack, timers, parts) : new UdpSocket(stack, parts);
		return number;
	}

	close(number: number): number {
		const socket = this.#sockets[number];
		if (socket === undefined) return this.#result(-ERRNO.EBADF);
		this.#sockets[number] = undefined;
		socket.close();
		return 0;
	}

	/** Connects; a blocking socket takes until that has succeeded or failed. */
	connect(number: number, to: Endpoint | undefined, done: (result: number) => void): void {
		const socket = this.#sockets[number];
		if (socket === undefined) return done(this.#result(-ERRNO.EBADF));
		if (to === undefined) return done(this.#result(-ERRNO.EINVAL));
		const outcome = socket.connect(to);
		if (outcome !== undefined) return done(this.#result(outcome));
		if (socket.nonBlocking) return done(this.#result(-ERRNO.EINPROGRESS));
		this.#wait(socket, () => socket.connected(), 0, done);
	}

	/** Sends what fits; a blocking socket waits until something does. */
	send(
		number: number,
		bytes: Uint8Array,
		flags: number,
		to: Endpoint | undefined,
		done: (result: number) => void,
	): void {
		this.#perform(number, flags, 0, (socket) => socket.send(bytes, to), done);
	}

	/**
	 * Receives up to `length` bytes; a blocking socket waits for them.
	 * @param timeout milliseconds to wait at most; 0: any time
	 */
	receive(
		number: number,
		length: number,
		flags: number,
		timeout: number,
		done: (result: number, received: Received) => void,
	): void {
		this.#perform(
			number,
			flags,
			timeout,
			(socket) => socket.readable(),
			(result) => {
				const socket = this.#sockets[number];
				if (result <= 0 || socket === undefined) return done(result, { bytes: EMPTY });
				const received = socket.take(length);
				done(received.bytes.length, received);
			},
		);
	}

	/** 1 when something may be received, 0 at the end, -1 when there is nothing. */
	available(number: number): number {
		const socket = this.#sockets[number];
		if (socket === undefined) return this.#result(-ERRNO.EBADF);
		return this.#result(socket.readable() ?? -ERRNO.EAGAIN);
	}

	/** Gets or sets `O_NONBLOCK`, the only flag there is. */
	fcntl(number: number, command: number, value: number): number {
		const socket = this.#sockets[number];
		if (socket === undefined) return this.#result(-ERRNO.EBADF);
		if (command === F_GETFL) return socket.nonBlocking ? O_NONBLOCK : 0;
		if (command !== F_SETFL || (value & ~O_NONBLOCK) !== 0) return this.#result(-ERRNO.ENOSYS);
		socket.nonBlocking = value === O_NONBLOCK;
		return 0;
	}

	/** The value of an option, if the socket has it; `undefined` and errno otherwise. */
	getOption(number: number, level: number, name: number): number | undefined {
		const socket = this.#sockets[number];
		if (socket === undefined) {
			this.#result(-ERRNO.EBADF);
			return undefined;
		}
		if (level === SOL_SOCKET && name === SO_ERROR) return socket.takeError();
		if (level === SOL_SOCKET && name === SO_TYPE) return socket.type;
		const value = this.#options.get(socket)?.get(level * 0x10000 + name);
		if (value === undefined) this.#result(-ERRNO.ENOPROTOOPT);
		return value;
	}

	/** Sets an option. It is kept, and has no effect: none of those in use changes what the host sees. */
	setOption(number: number, level: number, name: number, value: number): number {
		const socket = this.#sockets[number];
		if (socket === undefined) return this.#result(-ERRNO.EBADF);
		const options = this.#options.get(socket) ?? new Map<number, number>();
		this.#options.set(socket, options.set(level * 0x10000 + name, value));
		return 0;
	}

	/** Finds a name's address: lwIP's err_t, and the address when that is 0. */
	lookup(name: string, done: (result: number, address?: string) => void): void {
		const { stack, timers, faults } = this.#parts;
		if (isIp(name)) return done(ERR_OK, name);
		if (!this.#isUp || !faults.hasDns) {
			timers.set(() => done(ERR_VAL), DNS_GIVES_UP);
			return;
		}
		stack.lookup(name, (address) => (address === undefined ? done(ERR_VAL) : done(ERR_OK, address)));
	}

	/** Ends all as a chip does that loses its power. */
	vanish(): void {
		for (const socket of this.#sockets.splice(0)) socket?.vanish();
	}

	/** The outcome of a call on a socket, at once or when it has one. */
	#perform(
		number: number,
		flags: number,
		timeout: number,
		attempt: (socket: ChipSocket) => Outcome,
		done: (result: number) => void,
	): void {
		const socket = this.#sockets[number];
		if (socket === undefined) return done(this.#result(-ERRNO.EBADF));
		const outcome = attempt(socket);
		if (outcome !== undefined) return done(this.#result(outcome));
		if (socket.nonBlocking || (flags & MSG_DONTWAIT) !== 0) return done(this.#result(-ERRNO.EAGAIN));
		this.#wait(socket, () => attempt(socket), timeout, done);
	}

	#wait(socket: ChipSocket, attempt: () => Outcome, timeout: number, done: (result: number) => void): void {
		const { timers } = this.#parts;
		const end = (outcome: number): void => {
			timers.clear(limit);
			socket.onChange = undefined;
			done(this.#result(outcome));
		};
		const limit = timeout > 0 ? timers.set(() => end(-ERRNO.EAGAIN), timeout) : undefined;
		socket.onChange = () => {
			const outcome = attempt();
			if (outcome !== undefined) end(outcome);
		};
	}

	/** An outcome as lwIP's calls return it: -1 for a failure, with the reason in errno. */
	#result(outcome: number): number {
		if (outcome >= 0) return outcome;
		this.errno = -outcome;
		return -1;
	}
}
