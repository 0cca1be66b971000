import type {
	Analog,
	AnalogOptions,
	ByteBuffer,
	Digital,
	DigitalOptions,
	Flash,
	HostProvider,
	IOError,
	KeyValueDomain,
	Resolver,
	TCP,
	TCPOptions,
	TLSSocketOptions,
	WebSocketOptions,
} from "../../firmware/ecma-419.js";
import type { LinkCode } from "../../firmware/events.js";
import type { Host, TimerId } from "../../firmware/host.js";
import { bytesOf } from "../io/byte-buffer.js";
import { hmacSha256 } from "../io/hmac.js";
import { ioError } from "../io/tcp-error.js";
import type { Board, Callee, EventArguments, EventName, Protocol } from "./crossing.js";

type Lookup = Parameters<Resolver["resolve"]>[1];
type SocketOptions = TCPOptions & Partial<TLSSocketOptions & WebSocketOptions>;

/** What a host tells when IO failed; the firmware makes of a code what it makes of it. */
const errorOf = (reason: string, code: unknown): IOError =>
	code === undefined ? new Error(reason) : ioError(code as LinkCode, reason);

/** An event is about something that the firmware does not have. */
export class NoSuchObject extends Error {
	override readonly name = "NoSuchObject";
}

/**
 * A host without anything of its own: every call of the firmware goes to a callee, and events come by
 * `take`. What the firmware makes has numbers, 1 for the first.
 */
export class MirrorHost {
	readonly host: Host;
	readonly #callee: Callee;
	#last = 0;
	readonly #timers = new Map<number, { callback: () => void; isRepeating: boolean }>();
	readonly #sockets = new Map<number, { socket: TCP; options: TCPOptions }>();
	readonly #lookups = new Map<number, Lookup>();

	constructor(callee: Callee, board: Board) {
		this.#callee = callee;
		this.host = {
			device: this.#provider(board),
			timer: {
				set: (callback, delay) => this.#setTimer("timer.set", callback, delay),
				repeat: (callback, interval) => this.#setTimer("timer.repeat", callback, interval),
				clear: (id) => this.#clearTimer(id),
			},
			now: () => callee.call("now", 0),
			date: () => callee.call("date", 0),
			random: () => callee.call("random", 0),
			engine: "node",
			hmacSha256,
			restart: () => callee.call("restart", 0),
			report: (event) => callee.call("report", 0, event),
		};
	}

	/**
	 * Calls the firmware back.
	 * @throws NoSuchObject when it has nothing of this number; else what the firmware throws
	 */
	take<N extends Exclude<EventName, "start" | "stop" | "power.off">>(
		name: N,
		of: number,
		args: EventArguments<N>,
	): void {
		const [first, second] = args as readonly [unknown?, unknown?];
		switch (name) {
			case "timer": {
				const timer = this.#find(this.#timers, of, "timer");
				if (!timer.isRepeating) this.#timers.delete(of);
				return timer.callback();
			}
			case "resolver.found":
			case "resolver.failed": {
				const callback = this.#find(this.#lookups, of, "lookup");
				this.#lookups.delete(of);
				if (name === "resolver.failed") return callback(errorOf(first as string, second));
				return callback(null, first as string | undefined, second as string | undefined);
			}
		}
		const { socket, options } = this.#find(this.#sockets, of, "socket");
		switch (name) {
			case "socket.readable":
				return options.onReadable?.call(socket, first as number);
			case "socket.writable":
				return options.onWritable?.call(socket, first as number);
			case "socket.securing":
				return options.onSecuring?.call(socket);
			case "socket.error":
				return options.onError?.call(
					socket,
					first === undefined ? undefined : errorOf(first as string, second),
				);
		}
	}

	#find<T>(objects: ReadonlyMap<number, T>, of: number, what: string): T {
		const found = objects.get(of);
		if (found === undefined) throw new NoSuchObject(`the firmware has no ${what} ${of}`);
		return found;
	}

	#setTimer(name: "timer.set" | "timer.repeat", callback: () => void, milliseconds: number): TimerId {
		const of = ++this.#last;
		this.#callee.call(name, of, milliseconds);
		this.#timers.set(of, { callback, isRepeating: name === "timer.repeat" });
		return of;
	}

	#clearTimer(id: TimerId): void {
		if (typeof id !== "number") return;
		this.#callee.call("timer.clear", id);
		this.#timers.delete(id);
	}

	#provider({ pin, output, keyValue, flash, protocols }: Board): HostProvider {
		const has = (protocol: Protocol) => protocols.includes(protocol);
		return {
			io: { Analog: this.#analog(), Digital: this.#digital(output), TCP: this.#socket("mqtt") },
			pin,
			network: {
				dns: { resolver: { io: this.#resolver() } },
				...(has("mqtts") && { tls: { client: { io: this.#socket("mqtts") } } }),
				...(has("ws") && { ws: { stream: { io: this.#socket("ws") } } }),
				...(has("wss") && { wss: { stream: { io: this.#socket("wss") } } }),
			},
			...(keyValue && { keyValue: { open: ({ path, mode }) => this.#openDomain(path, mode) } }),
			...(flash && { flash: { open: ({ path, mode }) => this.#openPartition(path, mode) } }),
		};
	}

	#analog(): HostProvider["io"]["Analog"] {
		const callee = this.#callee;
		const number = () => ++this.#last;
		return class implements Analog {
			readonly resolution: number;
			readonly #of = number();
			constructor({ pin, resolution }: AnalogOptions) {
				this.resolution = callee.call("analog.open", this.#of, pin, resolution);
			}
			read(): number {
				return callee.call("analog.read", this.#of);
			}
			close(): void {
				callee.call("analog.close", this.#of);
			}
		};
	}

	#digital(output: number): HostProvider["io"]["Digital"] {
		const callee = this.#callee;
		const number = () => ++this.#last;
		return class implements Digital {
			static readonly Output = output;
			readonly #of = number();
			constructor({ pin, mode, initialValue, activeLow }: DigitalOptions) {
				callee.call("digital.open", this.#of, pin, mode, initialValue, activeLow);
			}
			write(value: 0 | 1): void {
				callee.call("digital.write", this.#of, value);
			}
			close(): void {
				callee.call("digital.close", this.#of);
			}
		};
	}

	#socket(protocol: "mqtt" | Protocol): new (options: SocketOptions) => TCP {
		const callee = this.#callee;
		const sockets = this.#sockets;
		const number = () => ++this.#last;
		return class implements TCP {
			readonly target: unknown;
			readonly #of = number();
			constructor(options: SocketOptions) {
				const { address, port, noDelay, tls, host = tls?.host, path, protocol: subprotocol } = options;
				this.target = options.target;
				callee.call("socket.open", this.#of, protocol, address, port, {
					...(noDelay !== undefined && { noDelay }),
					...(host !== undefined && { host }),
					...(path !== undefined && { path }),
					...(subprotocol !== undefined && { protocol: subprotocol }),
				});
				sockets.set(this.#of, { socket: this, options });
			}
			read(byteLength?: number): ArrayBuffer | undefined {
				return callee.call("socket.read", this.#of, byteLength)?.buffer as ArrayBuffer | undefined;
			}
			write(data: ByteBuffer): number | undefined {
				return callee.call("socket.write", this.#of, bytesOf(data));
			}
			close(): void {
				callee.call("socket.close", this.#of);
				sockets.delete(this.#of);
			}
		};
	}

	#resolver(): new () => Resolver {
		const callee = this.#callee;
		const lookups = this.#lookups;
		const number = () => ++this.#last;
		return class implements Resolver {
			readonly #of = number();
			readonly #own = new Set<number>();
			constructor() {
				callee.call("resolver.open", this.#of);
			}
			resolve({ host }: { host: string }, callback: Lookup): void {
				const lookup = number();
				callee.call("resolver.resolve", this.#of, lookup, host);
				this.#own.add(lookup);
				lookups.set(lookup, (...answer) => {
					this.#own.delete(lookup);
					callback(...answer);
				});
			}
			close(): void {
				callee.call("resolver.close", this.#of);
				for (const lookup of this.#own) lookups.delete(lookup);
			}
		};
	}

	#openDomain(path: string, mode: string | undefined): KeyValueDomain {
		const callee = this.#callee;
		const of = ++this.#last;
		callee.call("storage.open", of, path, mode);
		return {
			read: (key) => callee.call("storage.read", of, key)?.buffer as ArrayBuffer | undefined,
			write: (key, value) => callee.call("storage.write", of, key, bytesOf(value)),
			delete: (key) => callee.call("storage.delete", of, key),
			close: () => callee.call("storage.close", of),
			[Symbol.iterator]: () => callee.call("storage.keys", of)[Symbol.iterator](),
		};
	}

	#openPartition(path: string, mode: string | undefined): Flash {
		const callee = this.#callee;
		const of = ++this.#last;
		const status = callee.call("flash.open", of, path, mode);
		return {
			eraseBlock: (start, end = start + 1) => callee.call("flash.erase", of, start, end),
			read: (byteLength, byteOffset) =>
				callee.call("flash.read", of, byteLength, byteOffset).buffer as ArrayBuffer,
			write: (data, byteOffset) => callee.call("flash.write", of, bytesOf(data), byteOffset),
			status: () => status,
			close: () => callee.call("flash.close", of),
		};
	}
}
