import type { HostProvider, IOError, TCP } from "../../firmware/ecma-419.js";
import type { Host, Timer } from "../../firmware/host.js";
import type { DatagramListener, Failure, Stack, TcpConnection, TcpEvents, UdpPort } from "./stack.js";
import { answerTime, TIME_PORT } from "./time-server.js";

/** Where the simulated network's own time server is: an address that nobody has (RFC 5737). */
const TIME_ADDRESS = "192.0.2.123";
/** Milliseconds until an answer of it comes. */
const TIME_DELAY = 2;

const FAILURES: Readonly<Record<string, Failure>> = Object.freeze({
	"connection-refused": "refused",
	"host-unreachable": "unreachable",
	"no-network": "unreachable",
	"connection-failed": "timed-out",
});

/** Options of `hostStack`. */
export interface HostStackOptions {
	/** Whose sockets, resolver, timers and clock these are: real ones or a world's. */
	readonly host: Pick<Host, "timer" | "date"> & { readonly device: Pick<HostProvider, "io" | "network"> };
	/** The name under which the network has a time server of its own, which says the host's time. */
	readonly timeServer: string;
}

/** A TCP connection over a socket of the host's. */
class HostConnection implements TcpConnection {
	readonly #socket: TCP;
	readonly #events: TcpEvents;
	#isOpen = false;
	#isPaused = false;
	#isHeard = true;
	/** The other side has closed the connection. */
	#isClosed = false;
	/** Bytes that may be read, and written; what waits to be written. */
	#readable = 0;
	#room = 0;
	#unsent: Uint8Array[] = [];

	readonly #timer: Timer;

	constructor({ device, timer }: HostStackOptions["host"], address: string, port: number, events: TcpEvents) {
		this.#events = events;
		this.#timer = timer;
		this.#socket = new device.io.TCP({
			...{ address, port, noDelay: true },
			onReadable: (bytes) => {
				this.#readable = bytes;
				this.#take();
			},
			onWritable: (bytes) => {
				this.#room = bytes;
				if (!this.#isOpen) {
					this.#isOpen = true;
					events.opened();
				}
				this.#flush();
			},
			onError: (error) => this.#failed(error),
		});
	}

	send(bytes: Uint8Array): void {
		this.#unsent.push(bytes);
		// What is sent to one that is closed comes back as a reset.
		if (this.#isClosed) this.#timer.set(() => this.#end("reset"), 0);
		else this.#flush();
	}

	pause(): void {
		this.#isPaused = true;
	}

	resume(): void {
		this.#isPaused = false;
		this.#take();
	}

	close(): void {
		this.#isHeard = false;
		this.#socket.close();
	}

	vanish(): void {
		this.close();
	}

	#take(): void {
		while (this.#readable > 0 && !this.#isPaused && this.#isHeard) {
			const bytes = this.#socket.read(this.#readable);
			this.#readable -= bytes?.byteLength ?? this.#readable;
			if (bytes !== undefined) this.#events.received(new Uint8Array(bytes));
		}
	}

	#flush(): void {
		while (this.#isHeard && !this.#isClosed && this.#room > 0) {
			const first = this.#unsent.shift();
			if (first === undefined) return;
			const piece = first.subarray(0, this.#room);
			if (piece.length < first.length) this.#unsent.unshift(first.subarray(piece.length));
			this.#room = this.#socket.write(piece) ?? this.#room - piece.length;
			this.#events.sent(piece.length);
		}
	}

	#failed(error: IOError | undefined): void {
		if (!this.#isHeard) return;
		this.#take();
		if (error?.code !== "closed-by-broker") return this.#end(FAILURES[error?.code ?? ""] ?? "reset");
		this.#isClosed = true;
		this.#events.ended();
	}

	#end(failure: Failure): void {
		if (!this.#isHeard) return;
		this.#isHeard = false;
		this.#events.failed(failure);
	}
}

/** A UDP socket in a network where nobody but the time server answers. */
function openUdp({ host }: HostStackOptions, listener: DatagramListener): UdpPort {
	let isOpen = true;
	return {
		send(bytes, address, port) {
			const date = host.date();
			const answer = date === undefined ? undefined : answerTime(bytes, date + TIME_DELAY);
			if (answer === undefined || address !== TIME_ADDRESS || port !== TIME_PORT) return;
			host.timer.set(() => isOpen && listener(answer, address, port), TIME_DELAY);
		},
		close() {
			isOpen = false;
		},
	};
}

/**
 * The network of a host below the chip's sockets: what goes over it is tapped, troubled or virtual as the host's own is.
 */
export function hostStack(options: HostStackOptions): Stack {
	const { host, timeServer } = options;
	const { device } = host;
	const { resolver } = device.network.dns;
	const names = new resolver.io(resolver);
	return {
		connect: (address, port, events) => new HostConnection(host, address, port, events),
		openUdp: (listener) => openUdp(options, listener),
		lookup(name, done) {
			if (name === timeServer) return void host.timer.set(() => done(TIME_ADDRESS), TIME_DELAY);
			names.resolve({ host: name }, (error, address) => {
				const isIPv4 = error === null && address?.includes(".") === true && !address.includes(":");
				done(isIPv4 ? address : undefined);
			});
		},
	};
}
