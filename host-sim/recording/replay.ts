import { type Call, describe, isSame } from "./describe.js";
import type { CallEntry, Entry, EventEntry } from "./entry.js";
import { RecordingError } from "./failure.js";
import type { Recording } from "./read.js";
import { type Answers, Ended, type Engine, ReplayedDevice } from "./replayed-device.js";

/** The firmware did something else than was recorded. */
export interface Divergence {
	readonly line: number;
	readonly device: string;
	/** Milliseconds since the recording began. */
	readonly at: number;
	/** What was recorded, and what the firmware did, in words. */
	readonly recorded: string;
	readonly firmware: string;
}

/** What came of a replay. */
export interface Outcome {
	readonly devices: number;
	/** Milliseconds of the recording. */
	readonly duration: number;
	/** Calls and events. */
	readonly crossings: number;
	/** The number of the last line, if that is cut off. */
	readonly cutOff: number | undefined;
	readonly divergence: Divergence | undefined;
}

/**
 * Runs the firmware of each device of a recording against it: the events come in their order, and each
 * call must be the next one that was recorded, and gets the answer it got. Ends with the first that is not.
 * @throws RecordingError when the recording is damaged, or no device starts in it
 */
export async function replay(recording: Recording, engine: Engine): Promise<Outcome> {
	return new Replay(recording, engine).run();
}

/** What is done where nothing is done. */
const NOTHING = "nothing more in this turn";

class Replay implements Answers {
	readonly #recording: Recording;
	readonly #engine: Engine;
	readonly #devices = new Set<string>();
	readonly #running = new Map<string, ReplayedDevice>();
	/** Whom calls are of. */
	#present: ReplayedDevice | undefined;
	#ahead: Entry | undefined;
	#crossings = 0;
	#at = 0;
	#divergence: Divergence | undefined;
	#failure: unknown;
	#isOver = false;

	constructor(recording: Recording, engine: Engine) {
		this.#recording = recording;
		this.#engine = engine;
	}

	async run(): Promise<Outcome> {
		try {
			for (let entry = this.#peek(); entry !== undefined; entry = this.#peek()) await this.#play(entry);
		} catch (error) {
			this.fail(error);
		}
		for (const device of this.#running.values()) device.close();
		if (this.#failure !== undefined) throw this.#failure;
		if (this.#devices.size === 0) throw new RecordingError("no device starts in it; record one again");
		return {
			devices: this.#devices.size,
			duration: this.#at,
			crossings: this.#crossings,
			cutOff: this.#recording.cutOff,
			divergence: this.#divergence,
		};
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	answer(device: ReplayedDevice, call: Call): unknown {
		let entry = this.#peek();
		while (entry?.kind === "event" && entry.name === "power.off" && entry.device === device.id) {
			this.#deliver(device, entry);
			entry = this.#peek();
		}
		if (entry === undefined) throw this.#end();
		if (entry.kind === "event") {
			// Another engine was killed when its power went, and this one is about to be.
			const isOff = device.hasQueue && this.#running.get(device.id) !== device;
			if (isOff) throw new Ended("the power is off");
			throw this.#diverge(device, entry, NOTHING, describe(call));
		}
		if (!isSame(entry, call)) {
			throw this.#diverge(device, entry, describe(entry, call), describe(call, entry));
		}
		this.#take(entry);
		if (device.hasQueue) queueMicrotask(() => this.catchUp(device));
		if (entry.throws !== undefined) throw new Error(entry.throws);
		return entry.is;
	}

	catchUp(device: ReplayedDevice): void {
		let entry = this.#peek();
		while (entry?.kind === "event" && entry.name !== "start" && entry.device === device.id) {
			this.#deliver(device, entry);
			entry = this.#peek();
		}
	}

	fail(error: unknown): void {
		if (!this.#isOver) this.#failure = error;
		this.#isOver = true;
	}

	#diverge({ id }: ReplayedDevice, { line }: Entry, recorded: string, firmware: string): Ended {
		if (!this.#isOver) this.#divergence = { line, device: id, at: this.#at, recorded, firmware };
		return this.#end();
	}

	#end(): Ended {
		this.#isOver = true;
		return new Ended("the replay is over");
	}

	/** The next entry, which stays the next; `undefined` when there is none or the replay is over. */
	#peek(): Entry | undefined {
		if (this.#isOver) return undefined;
		try {
			this.#ahead ??= this.#recording.next();
		} catch (error) {
			this.fail(error);
		}
		return this.#isOver ? undefined : this.#ahead;
	}

	#take(entry: Entry): void {
		this.#ahead = undefined;
		this.#crossings++;
		if (entry.kind === "event") this.#at = entry.at;
	}

	async #play(entry: Entry): Promise<void> {
		if (entry.kind === "call") return this.#miss(entry);
		const { device: id, line } = entry;
		const running = this.#running.get(id);
		if (entry.name !== "start") {
			if (running === undefined) throw new RecordingError(`device ${id} is not on`, line);
			this.#deliver(running, entry);
			return this.#settle(running);
		}
		if (running !== undefined) throw new RecordingError(`device ${id} is on already`, line);
		const device = new ReplayedDevice(this, this.#engine, entry);
		this.#take(entry);
		this.#devices.add(id);
		this.#running.set(id, device);
		this.#present = device;
		await device.start();
		await this.#settle(device);
	}

	/** Waits for the firmware, when it is its turn. */
	async #settle(device: ReplayedDevice): Promise<void> {
		if (device.hasQueue && this.#peek()?.kind !== "event") await device.settled();
	}

	#deliver(device: ReplayedDevice, entry: EventEntry): void {
		this.#take(entry);
		this.#present = device;
		if (entry.name !== "power.off") return device.deliver(entry);
		this.#running.delete(device.id);
		device.close();
	}

	/** The firmware has done all it does, and yet a call was recorded. */
	#miss(entry: CallEntry): void {
		if (this.#present === undefined) throw new RecordingError("a call before a start", entry.line);
		this.#diverge(this.#present, entry, describe(entry), NOTHING);
	}
}
