import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import type { CallArguments, Callee, CallName, CallResult, EventArguments, EventName } from "./crossing.js";
import { callLine, eventLine, type Header, headerLine, throwLine } from "./entry.js";
import { MirrorHost } from "./mirror.js";
import { boardOf, Performer } from "./performer.js";
import { Redaction, withoutPassword } from "./redact.js";

export interface RecorderOptions {
	readonly header: Header;
	/** Milliseconds since the recording began. */
	readonly elapsed: () => number;
	/** Takes each line, with its end. It must not throw, but for the first. */
	readonly write: (line: string) => void;
}

/** Writes down what crosses between the firmware of devices and their hosts, as it happens. */
export class Recorder {
	readonly #options: RecorderOptions;

	constructor(options: RecorderOptions) {
		this.#options = options;
		options.write(headerLine(options.header));
	}

	/** A device that is about to start, each time it is switched on. */
	device(host: Host, config: Config): RecordedDevice {
		return new RecordedDevice(host, config, this.#options);
	}
}

/**
 * A device whose firmware is recorded, from its start to its end. No password is written: in the
 * configuration and in CONNECT something as long stands in for it.
 */
export class RecordedDevice implements Callee {
	readonly #config: Config;
	readonly #options: RecorderOptions;
	readonly #performer: Performer;
	readonly #mirror: MirrorHost;
	readonly #redactions = new Map<number, Redaction>();
	readonly #board: object;

	constructor(host: Host, config: Config, options: RecorderOptions) {
		this.#config = config;
		this.#options = options;
		const board = boardOf(host.device);
		this.#board = board;
		this.#mirror = new MirrorHost(this, board);
		this.#performer = new Performer(host, (name, of, ...args) =>
			this.#turn(name, of, args as never, () => this.#mirror.take(name as "timer", of, args as never)),
		);
	}

	/** Starts the firmware with `run`, on a host that records. */
	start<T>(run: (host: Host) => T): T {
		const args: EventArguments<"start"> = [withoutPassword(this.#config), this.#board];
		return this.#turn("start", 0, args, () => run(this.#mirror.host));
	}

	/** Has the firmware go off line with `run`. */
	stop(run: (done: () => void) => void, done: () => void): void {
		const stopped = () => {
			this.call("stopped", 0);
			done();
		};
		this.#turn("stop", 0, [], () => run(stopped));
	}

	/** The power has gone. */
	powerOff(): void {
		this.#event("power.off", 0, []);
	}

	/** The firmware threw, where nobody was who calls it. */
	threw(reason: string): void {
		this.#options.write(callLine("throw", 0, [reason], undefined));
	}

	call<N extends CallName>(name: N, of: number, ...args: CallArguments<N>): CallResult<N> {
		const shown = this.#redacted(name, of, args);
		// The power goes in it: what is written after it is without.
		if (name === "restart") this.#options.write(callLine(name, of, shown, undefined as CallResult<N>));
		let result: CallResult<N>;
		try {
			result = name === "stopped" ? (undefined as CallResult<N>) : this.#performer.call(name, of, ...args);
		} catch (error) {
			this.#options.write(throwLine(name, of, shown, messageOf(error)));
			throw error;
		}
		if (name === "socket.write") this.#redactions.get(of)?.pass(args[0] as Uint8Array);
		if (name === "socket.close") this.#redactions.delete(of);
		if (name !== "restart") this.#options.write(callLine(name, of, shown, result));
		return result;
	}

	#redacted<N extends CallName>(name: N, of: number, args: CallArguments<N>): CallArguments<N> {
		const { password } = this.#config.mqtt;
		if (password === undefined) return args;
		if (name === "socket.open") this.#redactions.set(of, new Redaction(password));
		if (name !== "socket.write") return args;
		const redaction = this.#redactions.get(of) ?? new Redaction(password);
		return [redaction.hide(args[0] as Uint8Array)] as unknown as CallArguments<N>;
	}

	#event<N extends EventName>(name: N, of: number, args: EventArguments<N>): void {
		const { elapsed, write } = this.#options;
		write(eventLine(elapsed(), this.#config.id, name, of, args));
	}

	/** Calls the firmware. */
	#turn<N extends EventName, T>(name: N, of: number, args: EventArguments<N>, run: () => T): T {
		this.#event(name, of, args);
		try {
			return run();
		} catch (error) {
			this.threw(messageOf(error));
			throw error;
		}
	}
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
