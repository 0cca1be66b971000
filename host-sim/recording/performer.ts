import type {
	Analog,
	Digital,
	Flash,
	HostProvider,
	KeyValueDomain,
	Resolver,
	TCP,
	TCPOptions,
} from "../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../firmware/events.js";
import type { Host, TimerId } from "../../firmware/host.js";
import {
	type Board,
	type CallArguments,
	type Callee,
	type CallName,
	type CallResult,
	CLIENT,
	type Protocol,
	type Tell,
} from "./crossing.js";

/** What does a call. */
type Action<N extends CallName> = (of: number, ...args: CallArguments<N>) => CallResult<N>;
/** The calls that a host takes; the others only tell how a turn ended. */
type Actions = { readonly [N in Exclude<CallName, "stopped" | "throw">]: Action<N> };

/** What the firmware finds on a host's board. */
export const boardOf = ({ pin, io, network, keyValue, flash }: HostProvider): Board => ({
	pin,
	output: io.Digital.Output,
	keyValue: keyValue !== undefined,
	flash: flash !== undefined,
	protocols: (Object.keys(CLIENT) as Protocol[]).filter((name) => network[CLIENT[name]] !== undefined),
});

/** Does on a real host what a mirror of it is asked for, and tells of what happens there. */
export class Performer implements Callee {
	readonly #host: Host;
	readonly #tell: Tell;
	readonly #actions: Actions;
	readonly #timers = new Map<number, TimerId>();
	readonly #inputs = new Map<number, Analog>();
	readonly #outputs = new Map<number, Digital>();
	readonly #sockets = new Map<number, TCP>();
	readonly #resolvers = new Map<number, Resolver>();
	readonly #domains = new Map<number, KeyValueDomain>();
	readonly #partitions = new Map<number, Flash>();

	constructor(host: Host, tell: Tell) {
		this.#host = host;
		this.#tell = tell;
		const storages = { ...this.#storage(), ...this.#flash() };
		this.#actions = { ...this.#clocks(), ...this.#pins(), ...this.#network(), ...storages };
	}

	call<N extends CallName>(name: N, of: number, ...args: CallArguments<N>): CallResult<N> {
		const action = this.#actions[name as keyof Actions] as unknown as Action<N>;
		return action(of, ...args);
	}

	#clocks() {
		const host = this.#host;
		const timers = this.#timers;
		return {
			now: () => host.now(),
			date: () => host.date(),
			random: () => host.random(),
			report: (_: number, event: object) => host.report(event as DeviceEvent),
			restart: () => host.restart(),
			"timer.set": (of: number, delay: number) => {
				const expire = () => {
					timers.delete(of);
					this.#tell("timer", of);
				};
				timers.set(of, host.timer.set(expire, delay));
			},
			"timer.repeat": (of: number, interval: number) => {
				timers.set(
					of,
					host.timer.repeat(() => this.#tell("timer", of), interval),
				);
			},
			"timer.clear": (of: number) => {
				if (timers.has(of)) host.timer.clear(timers.get(of));
				timers.delete(of);
			},
		};
	}

	#pins() {
		const { io } = this.#host.device;
		const inputs = this.#inputs;
		const outputs = this.#outputs;
		return {
			"analog.open": (of: number, pin: number | string, resolution: number | undefined) => {
				const input = new io.Analog({ pin, ...(resolution !== undefined && { resolution }) });
				inputs.set(of, input);
				return input.resolution;
			},
			"analog.read": (of: number) => open(inputs, of).read(),
			"analog.close": (of: number) => inputs.get(of)?.close(),
			"digital.open": (
				of: number,
				pin: number | string,
				mode: number,
				initialValue: number | undefined,
				activeLow: boolean | undefined,
			) => {
				const more = {
					...(initialValue !== undefined && { initialValue: initialValue as 0 | 1 }),
					...(activeLow !== undefined && { activeLow }),
				};
				outputs.set(of, new io.Digital({ pin, mode, ...more }));
			},
			"digital.write": (of: number, value: number) => open(outputs, of).write(value as 0 | 1),
			"digital.close": (of: number) => outputs.get(of)?.close(),
		};
	}

	#network() {
		const sockets = this.#sockets;
		const resolvers = this.#resolvers;
		const { resolver } = this.#host.device.network.dns;
		return {
			"socket.open": (of: number, protocol: string, address: string, port: number, options: object) => {
				sockets.set(of, this.#openSocket(of, protocol, { ...options, address, port }));
			},
			"socket.read": (of: number, byteLength: number | undefined) => {
				const socket = open(sockets, of);
				const bytes = byteLength === undefined ? socket.read() : socket.read(byteLength);
				return bytes && new Uint8Array(bytes);
			},
			"socket.write": (of: number, data: Uint8Array) => open(sockets, of).write(data) ?? undefined,
			"socket.close": (of: number) => {
				sockets.get(of)?.close();
				sockets.delete(of);
			},
			"resolver.open": (of: number) => {
				resolvers.set(of, new resolver.io(resolver));
			},
			"resolver.resolve": (of: number, lookup: number, host: string) =>
				open(resolvers, of).resolve({ host }, (error, address, name) => {
					if (error === null) this.#tell("resolver.found", lookup, address, name);
					else this.#tell("resolver.failed", lookup, error.message, error.code);
				}),
			"resolver.close": (of: number) => resolvers.get(of)?.close(),
		};
	}

	/** Certificates and keys are given here, so that they never cross. */
	#openSocket(of: number, protocol: string, options: TCPOptions & { host?: string }): TCP {
		const { io, network } = this.#host.device;
		const tell = this.#tell;
		const all: TCPOptions = {
			...options,
			onReadable: (count) => tell("socket.readable", of, count),
			onWritable: (count) => tell("socket.writable", of, count),
			onSecuring: () => tell("socket.securing", of),
			onError: (error) => tell("socket.error", of, error?.message, error?.code),
		};
		if (protocol === "mqtt") return new io.TCP(all);
		const client = protocol === "mqtts" ? network.tls?.client : network[protocol as "ws" | "wss"]?.stream;
		if (client === undefined) throw new RangeError(`this board does not speak ${protocol}`);
		const IO = client.io as unknown as new (options: object) => TCP;
		const tls = protocol === "mqtts" && { tls: { host: options.host, ...network.tls?.client.tls } };
		return new IO({ ...client, ...all, ...tls });
	}

	#storage() {
		const domains = this.#domains;
		return {
			"storage.open": (of: number, path: string, mode: string | undefined) => {
				const { keyValue } = this.#host.device;
				if (keyValue === undefined) throw new Error("the board has no storage");
				domains.set(of, keyValue.open({ path, ...(mode !== undefined && { mode: mode as "r" | "r+" }) }));
			},
			"storage.read": (of: number, key: string) => {
				const value = open(domains, of).read(key);
				return value && new Uint8Array(value);
			},
			"storage.write": (of: number, key: string, value: Uint8Array) => open(domains, of).write(key, value),
			"storage.delete": (of: number, key: string) => {
				open(domains, of).delete(key);
			},
			"storage.keys": (of: number) => [...open(domains, of)],
			"storage.close": (of: number) => domains.get(of)?.close(),
		};
	}

	#flash() {
		const partitions = this.#partitions;
		return {
			"flash.open": (of: number, path: string, mode: string | undefined) => {
				const { flash } = this.#host.device;
				if (flash === undefined) throw new Error("the board has no flash memory");
				const partition = flash.open({ path, ...(mode !== undefined && { mode: mode as "r" | "r+" }) });
				partitions.set(of, partition);
				return partition.status();
			},
			"flash.read": (of: number, byteLength: number, byteOffset: number) =>
				new Uint8Array(open(partitions, of).read(byteLength, byteOffset)),
			"flash.write": (of: number, data: Uint8Array, byteOffset: number) =>
				open(partitions, of).write(data, byteOffset),
			"flash.erase": (of: number, start: number, end: number) => open(partitions, of).eraseBlock(start, end),
			"flash.close": (of: number) => partitions.get(of)?.close(),
		};
	}
}

/** @throws Error when it is closed */
function open<T>(objects: ReadonlyMap<number, T>, of: number): T {
	const found = objects.get(of);
	if (found === undefined) throw new Error("closed");
	return found;
}
