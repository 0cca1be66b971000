import { createSocket } from "node:dgram";
import { lookup } from "node:dns";
import { connect, type Socket } from "node:net";
import type { DatagramListener, Failure, Stack, TcpConnection, TcpEvents, UdpPort } from "./stack.js";

const FAILURES: Readonly<Record<string, Failure>> = Object.freeze({
	ECONNREFUSED: "refused",
	ETIMEDOUT: "timed-out",
	EHOSTUNREACH: "unreachable",
	ENETUNREACH: "unreachable",
	EADDRNOTAVAIL: "unreachable",
	ENETDOWN: "unreachable",
	EACCES: "unreachable",
	EPERM: "unreachable",
});

/** What has no failure of its own counts as a reset. */
const failureOf = ({ code = "" }: NodeJS.ErrnoException): Failure =>
	Object.hasOwn(FAILURES, code) ? (FAILURES[code] as Failure) : "reset";

/** A TCP connection over a socket of Node's. */
class NodeConnection implements TcpConnection {
	readonly #socket: Socket;
	readonly #events: TcpEvents;
	#isHeard = true;

	constructor(address: string, port: number, events: TcpEvents) {
		this.#events = events;
		this.#socket = connect({ host: address, port, noDelay: true, allowHalfOpen: true });
		this.#socket.on("connect", () => this.#tell(() => events.opened()));
		this.#socket.on("data", (bytes: Buffer) => this.#tell(() => events.received(Uint8Array.from(bytes))));
		this.#socket.on("end", () => this.#tell(() => events.ended()));
		this.#socket.on("error", (error) => this.#tell(() => events.failed(failureOf(error))));
	}

	send(bytes: Uint8Array): void {
		this.#socket.write(bytes, (error) => {
			if (!error) this.#tell(() => this.#events.sent(bytes.length));
		});
	}

	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(): void {
		this.#isHeard = false;
		if (this.#socket.connecting) {
			this.#socket.destroy();
			return;
		}
		// What still comes is dropped, so that the end of the other side is seen.
		this.#socket.resume();
		this.#socket.end();
		this.#socket.unref();
	}

	vanish(): void {
		this.#isHeard = false;
		this.#socket.destroy();
	}

	#tell(what: () => void): void {
		if (this.#isHeard) what();
	}
}

/** A UDP socket over one of Node's. Datagrams that cannot be sent are lost, as on any network. */
class NodeUdpPort implements UdpPort {
	readonly #socket = createSocket("udp4");

	constructor(listener: DatagramListener) {
		this.#socket.on("message", (bytes, { address, port }) => listener(Uint8Array.from(bytes), address, port));
		this.#socket.on("error", () => {});
	}

	send(bytes: Uint8Array, address: string, port: number): void {
		this.#socket.send(bytes, port, address, () => {});
	}

	close(): void {
		this.#socket.close();
	}
}

/** The network of this machine: real sockets, and its resolver. IPv4 only, as the chip has it. */
export const nodeStack: Stack = Object.freeze({
	connect: (address: string, port: number, events: TcpEvents) => new NodeConnection(address, port, events),
	openUdp: (listener: DatagramListener) => new NodeUdpPort(listener),
	lookup: (name: string, done: (address: string | undefined) => void) =>
		lookup(name, { family: 4 }, (error, address) => done(error === null ? address : undefined)),
});
