import { type Config, describeProblem, parseConfig } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import { none } from "./codec.js";
import {
	type Board,
	CALLS,
	type CallArguments,
	type Callee,
	type CallName,
	type CallResult,
	CLIENT,
	type EventArguments,
	type Protocol,
} from "./crossing.js";
import type { Call } from "./describe.js";
import { type EventEntry, encodeCall } from "./entry.js";
import { RecordingError } from "./failure.js";
import { MirrorHost, NoSuchObject } from "./mirror.js";

/** A firmware that runs. */
export interface Firmware {
	/** Takes it off line, and calls back when that is done. */
	stop(done: () => void): void;
	/** Resolves when it has done all it does about what it has heard so far. */
	settled(): Promise<unknown>;
	/** Ends it at once. */
	close(): void;
}

/** What runs a firmware. */
export interface Engine {
	/** Whether events wait, so that the firmware's calls about one may come after the next. */
	readonly hasQueue: boolean;
	start(host: Host, config: Config, listener: EngineListener): Firmware | Promise<Firmware>;
}

/** Whom an engine with a queue tells. */
export interface EngineListener {
	/** The firmware has thrown, where nobody is who calls it. */
	readonly onFailure: (reason: string) => void;
	/** The firmware is about to call; to be told where it calls again and again without a pause. */
	readonly onCall: () => void;
}

/** Thrown into the firmware when there is nothing more to be known of it. */
export class Ended extends Error {
	override readonly name = "Ended";
}

/** Whoever knows what was recorded. */
export interface Answers {
	/**
	 * The answer that was recorded to a call.
	 * @throws Ended when there is none
	 * @throws Error what the host threw
	 */
	answer(device: ReplayedDevice, call: Call): unknown;
	/** Delivers the events that were recorded between the last call and the next. */
	catchUp(device: ReplayedDevice): void;
	/** Something failed that is not the firmware. */
	fail(error: unknown): void;
	/** Whether nothing more is to be known. */
	readonly isOver: boolean;
}

/** A device of a recording, from a start to its end: its firmware, on a host that only knows the recording. */
export class ReplayedDevice implements Callee {
	readonly id: string;
	readonly #answers: Answers;
	readonly #engine: Engine;
	readonly #config: Config;
	readonly #mirror: MirrorHost;
	#firmware: Firmware | undefined;

	/** @throws RecordingError when the start's arguments are not valid */
	constructor(answers: Answers, engine: Engine, { device, args, line }: EventEntry) {
		const [config, board] = args as EventArguments<"start">;
		this.id = device;
		this.#answers = answers;
		this.#engine = engine;
		this.#config = configOf(config, line);
		this.#mirror = new MirrorHost(this, boardOf(board, line));
	}

	/** Whether events wait, so that the firmware's calls about one may come after the next. */
	get hasQueue(): boolean {
		return this.#engine.hasQueue;
	}

	async start(): Promise<void> {
		try {
			this.#firmware = await this.#engine.start(this.#mirror.host, this.#config, {
				onFailure: (reason) => this.#threw(reason),
				onCall: () => this.#answers.catchUp(this),
			});
		} catch (error) {
			// What another engine's firmware throws at its start comes as a failure of the engine.
			if (this.#engine.hasQueue) this.#answers.fail(error);
			else this.#failed(error);
		}
	}

	/** Calls the firmware. */
	deliver({ name, of, args, line }: EventEntry): void {
		try {
			if (name === "stop") this.#firmware?.stop(() => this.call("stopped", 0));
			else this.#mirror.take(name as "timer", of, args as never);
		} catch (error) {
			if (error instanceof NoSuchObject) this.#answers.fail(new RecordingError(error.message, line));
			else this.#failed(error);
		}
	}

	/** Resolves when the firmware has done all it does about what it has heard. */
	async settled(): Promise<void> {
		await this.#firmware?.settled();
	}

	close(): void {
		this.#firmware?.close();
	}

	call<N extends CallName>(name: N, of: number, ...args: CallArguments<N>): CallResult<N> {
		try {
			return this.#answers.answer(this, { name, of, args: encodeCall(name, args) }) as CallResult<N>;
		} catch (error) {
			// What another engine leaves behind is cleared away from outside the firmware.
			const isLeft = error instanceof Ended && this.#engine.hasQueue && CALLS[name].is === none;
			if (!isLeft) throw error;
			return undefined as CallResult<N>;
		}
	}

	#failed(error: unknown): void {
		if (error instanceof Ended) return;
		this.#threw(error instanceof Error ? error.message : String(error));
	}

	#threw(reason: string): void {
		if (this.#answers.isOver) return;
		try {
			this.call("throw", 0, reason);
		} catch (error) {
			if (!(error instanceof Ended)) throw error;
		}
	}
}

function configOf(value: object, line: number): Config {
	const parsed = parseConfig(value);
	if (parsed.kind === "valid") return parsed.config;
	const [problem] = parsed.problems;
	throw new RecordingError(`the configuration: ${problem && describeProblem(problem)}`, line);
}

/** @throws RecordingError */
function boardOf(value: object, line: number): Board {
	// Before version 3 no board had flash memory.
	const { pin, output, keyValue, flash = false, protocols } = value as Partial<Record<keyof Board, unknown>>;
	const isFine =
		typeof pin === "object" &&
		pin !== null &&
		Object.values(pin).every((one) => typeof one === "string" || typeof one === "number") &&
		typeof output === "number" &&
		typeof keyValue === "boolean" &&
		typeof flash === "boolean" &&
		Array.isArray(protocols) &&
		protocols.every((one) => Object.hasOwn(CLIENT, one));
	if (!isFine) throw new RecordingError("the board: wants pin, output, keyValue, flash and protocols", line);
	return { pin: pin as Board["pin"], output, keyValue, flash, protocols: protocols as Protocol[] };
}
