import type { ByteBuffer, TCPConstructor, TCPOptions, TCP as TCPSocket } from "../../../ecma-419.js";
import type { LinkCode } from "../../../events.js";
import type { Timer, TimerId } from "../../../host.js";
import { ioError } from "../../../io-error.js";
import type { Network, NetworkUser } from "../../network/network.js";
import { ADDRESS_SIZE, IPV4, socketAddress } from "./address.js";
import type { Radio } from "./radio.js";
import type { Reply } from "./reply.js";
import { Request } from "./request.js";
import { Errno, Lwip, MSG_DONTWAIT, Service } from "./services.js";

const STREAM = 1;
const TCP_PROTOCOL = 6;
const F_SETFL = 4;
const O_NONBLOCK = 1;
const SOL_SOCKET = 0xfff;
const SO_ERROR = 0x1007;

/** Milliseconds for a call: none of these waits for the network, but a chip may hang in them. */
const TIMEOUT = 2000;
/** Bytes that are sent, and read, at a time. */
const ROOM = 1024;
/**
 * Milliseconds between two looks: whether the connection is open; whether something has come, soon after something went
 * over it and later, as the chip does not tell.
 */
const CONNECT_INTERVAL = 20;
const BUSY_INTERVAL = 10;
const IDLE_INTERVAL = 50;
/** Looks in vain before a connection is at rest; and for each question why they are in vain. */
const BUSY_LOOKS = 50;
const LOOKS_PER_ERRNO = 4;

/** What the chip's number for an error means for a connection that is being opened. */
function connectError(errno: number): readonly [code: LinkCode, reason: string] {
	switch (errno) {
		case Errno.REFUSED:
		case Errno.RESET:
			return ["connection-refused", "connection refused"];
		case Errno.TIMED_OUT:
		case Errno.ABORTED:
			return ["connection-failed", "no answer"];
		case Errno.HOST_UNREACHABLE:
		case Errno.NETWORK_UNREACHABLE:
			return ["host-unreachable", "out of reach"];
		default:
			return ["connection-failed", `cannot connect (errno ${errno})`];
	}
}

/** A TCP socket (ECMA-419, 3rd edition, §10) that the radio has. */
class RadioSocket implements TCPSocket, NetworkUser {
	readonly target: unknown;
	readonly #radio: Radio;
	readonly #network: Network;
	readonly #timer: Timer;
	readonly #options: TCPOptions;
	/** Its number on the chip, once there is one. */
	#socket = -1;
	#isOpen = false;
	#isEnded = false;
	/** What the chip has not taken yet; the program may write when there is none. */
	#unsent: Uint8Array | undefined;
	/** What has come and was not read yet. */
	#received: Uint8Array | undefined;
	#looks = 0;
	#alarm: TimerId;

	constructor(radio: Radio, network: Network, timer: Timer, options: TCPOptions) {
		const address = socketAddress(options.address, options.port);
		if (address === undefined)
			throw new RangeError(`address: got "${options.address}", wants an IPv4 address`);
		this.target = options.target;
		this.#radio = radio;
		this.#network = network;
		this.#timer = timer;
		this.#options = options;
		network.attach(this);
		const request = new Request(Service.LWIP, Lwip.SOCKET, 12).int(IPV4).int(STREAM).int(TCP_PROTOCOL);
		radio.call("socket", request, TIMEOUT, (reply) => this.#created(reply.int(), address));
	}

	#created(socket: number, address: Uint8Array): void {
		// The chip is reset, which the network tells this socket, too.
		if (socket < 0) return this.#radio.onFault("the radio has no socket left");
		this.#socket = socket;
		if (this.#isEnded) return this.#release();
		const unblock = this.#request(Lwip.FCNTL, 8).int(F_SETFL).int(O_NONBLOCK);
		this.#call("fcntl", unblock, () => {
			const connect = this.#request(Lwip.CONNECT, 4 + ADDRESS_SIZE + 4)
				.binary(address)
				.int(ADDRESS_SIZE);
			this.#call("connect", connect, (reply) => {
				if (reply.int() === 0) this.#connected(Errno.NONE);
				else this.#askConnected();
			});
		});
	}

	/** @param errno what became of connecting so far */
	#connected(errno: number): void {
		if (errno === Errno.IN_PROGRESS || errno === Errno.ALREADY) {
			return this.#later(() => this.#askConnected(), CONNECT_INTERVAL);
		}
		if (errno !== Errno.NONE) return this.#fail(...connectError(errno));
		this.#isOpen = true;
		this.#look();
		this.#options.onWritable?.call(this, ROOM);
	}

	#askConnected(): void {
		const request = this.#request(Lwip.GETSOCKOPT, 20).int(SOL_SOCKET).int(SO_ERROR).int(4).int(0).int(4);
		this.#call("getsockopt", request, (reply) => {
			const value = reply.binary();
			this.#connected((value[0] ?? 0) | ((value[1] ?? 0) << 8));
		});
	}

	/** Asks for what has come. */
	#look(): void {
		const request = this.#request(Lwip.RECV, 12).int(ROOM).int(MSG_DONTWAIT).int(0);
		this.#call("recv", request, (reply) => {
			const data = reply.binary();
			// With 0 or less there is one byte that means nothing.
			const count = reply.int();
			if (count > 0) return this.#arrived(data.subarray(0, count));
			if (count === 0) return this.#fail("closed-by-broker", "the broker closed the connection");
			// Mostly there is nothing: why is asked each fourth time.
			if (++this.#looks % LOOKS_PER_ERRNO !== 0) return this.#lookLater();
			this.#askErrno((errno) => {
				if (errno !== Errno.AGAIN) this.#fail("connection-lost", `connection lost (errno ${errno})`);
				else this.#lookLater();
			});
		});
	}

	#lookLater(): void {
		this.#later(() => this.#look(), this.#looks > BUSY_LOOKS ? IDLE_INTERVAL : BUSY_INTERVAL);
	}

	#arrived(data: Uint8Array): void {
		this.#received = data;
		this.#looks = 0;
		this.#options.onReadable?.call(this, data.length);
	}

	read(byteLength = ROOM): ArrayBuffer | undefined {
		const received = this.#received;
		if (received === undefined || this.#isEnded) return undefined;
		const data = received.slice(0, byteLength);
		if (data.length < received.length) this.#received = received.subarray(data.length);
		else {
			this.#received = undefined;
			this.#look();
		}
		return data.buffer as ArrayBuffer;
	}

	/** @throws Error for more than there is room for, and without a connection */
	write(data: ByteBuffer): number {
		const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
		if (!this.#isOpen || this.#isEnded) throw new Error("not connected");
		if (this.#unsent !== undefined || bytes.length > ROOM) throw new Error("no room to write");
		if (bytes.length === 0) return ROOM;
		this.#looks = 0;
		this.#send(bytes.slice());
		return 0;
	}

	#send(bytes: Uint8Array): void {
		this.#unsent = bytes;
		const request = this.#request(Lwip.SEND, 4 + bytes.length + 4)
			.binary(bytes)
			.int(MSG_DONTWAIT);
		this.#call("send", request, (reply) => {
			const count = reply.int();
			if (count >= bytes.length) {
				this.#unsent = undefined;
				this.#options.onWritable?.call(this, ROOM);
			} else if (count > 0) this.#send(bytes.subarray(count));
			else this.#askErrno((errno) => this.#unsentFor(errno, bytes));
		});
	}

	#unsentFor(errno: number, bytes: Uint8Array): void {
		if (errno !== Errno.AGAIN && errno !== Errno.IN_PROGRESS) {
			return this.#fail("connection-lost", `connection lost (errno ${errno})`);
		}
		this.#timer.set(() => this.#isEnded || this.#send(bytes), BUSY_INTERVAL);
	}

	/** The chip has one for all sockets: it is asked before any other call. */
	#askErrno(done: (errno: number) => void): void {
		this.#radio.callNext("errno", new Request(Service.LWIP, Lwip.ERRNO, 0), TIMEOUT, (reply) => {
			if (!this.#isEnded) done(reply.int());
		});
	}

	/** A call that is about this socket. */
	#request(method: number, size: number): Request {
		return new Request(Service.LWIP, method, 4 + size).int(this.#socket);
	}

	/** Calls the radio; `done` is not called once the socket has ended. */
	#call(what: string, request: Request, done: (reply: Reply) => void): void {
		this.#radio.call(what, request, TIMEOUT, (reply) => {
			if (!this.#isEnded) done(reply);
		});
	}

	#later(callback: () => void, delay: number): void {
		this.#alarm = this.#timer.set(callback, delay);
	}

	networkLost(reason: string): void {
		this.#fail("no-network", reason);
	}

	#fail(code: LinkCode, reason: string): void {
		if (this.#isEnded) return;
		this.close();
		this.#options.onError?.call(this, ioError(code, reason));
	}

	close(): void {
		if (this.#isEnded) return;
		this.#isEnded = true;
		this.#network.detach(this);
		this.#timer.clear(this.#alarm);
		this.#received = undefined;
		this.#release();
	}

	/** Gives the chip its socket back. What was handed over before is sent: the chip does one call after the other. */
	#release(): void {
		const request = this.#request(Lwip.CLOSE, 0);
		if (this.#socket >= 0) this.#radio.call("close", request, TIMEOUT, () => {});
		this.#socket = -1;
	}
}

/** The class of the radio's TCP sockets in its network. */
export function createTCP(radio: Radio, network: Network, timer: Timer): TCPConstructor {
	return class TCP extends RadioSocket {
		constructor(options: TCPOptions) {
			super(radio, network, timer, options);
		}
	};
}
