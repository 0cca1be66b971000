import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { spawnEngine } from "../child.js";
import { EngineError } from "../failure.js";
import { NetstringReader, netstring } from "./netstring.js";

/** What XS counted in one turn of the program. */
export interface Meter {
	/** Steps of the interpreter, the same for the same input on every machine. */
	readonly compute: number;
	/** Slots in use; those no longer needed count until a collection. */
	readonly currentHeapCount: number;
}

/** Steps that one turn may take before it counts as a loop without end: a second or two. */
const METER_LIMIT = 100_000_000;

/** Why the worker ended, by its exit code (`xsnap-worker.c`). */
const EXITS: Readonly<Record<number, string>> = Object.freeze({
	11: "not enough memory",
	12: "stack overflow",
	17: "too much computation: a loop without end?",
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/**
 * The XS worker's process: one turn at a time, in which the program may call out. Messages are
 * netstrings on file descriptors 3 (to it) and 4 (from it).
 */
export class XsWorker {
	readonly #child: ChildProcess;
	readonly #input: Writable;
	readonly #answer: (call: Uint8Array) => Uint8Array;
	readonly #onEnd: (reason: string) => void;
	#turn: { resolve: (meter: Meter) => void; reject: (error: Error) => void } | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	#errors = "";
	#isClosed = false;

	/**
	 * @param answer answers the program's calls, at once
	 * @param onEnd hears why, when the worker ends without having been closed
	 */
	constructor(program: string, answer: (call: Uint8Array) => Uint8Array, onEnd: (reason: string) => void) {
		this.#answer = answer;
		this.#onEnd = onEnd;
		const words = ["nightlight", "-l", `${METER_LIMIT}`];
		this.#child = spawnEngine(program, words, ["ignore", "ignore", "pipe", "pipe", "pipe"]);
		this.#input = this.#child.stdio[3] as Writable;
		// A worker that has ended is heard of by its exit.
		this.#input.on("error", () => {});
		const reader = new NetstringReader((message) => this.#take(message));
		(this.#child.stdio[4] as Readable).on("data", (bytes: Uint8Array) => {
			try {
				reader.push(bytes);
			} catch (error) {
				this.#ended((error as Error).message);
			}
		});
		this.#child.stderr?.setEncoding("utf8").on("data", (line: string) => {
			this.#errors = (this.#errors + line).slice(-1000);
		});
		this.#child.once("error", (error) => this.#ended(error.message));
		this.#child.once("close", (code, signal) => this.#ended(this.#reasonOf(code, signal)));
	}

	/** Runs a script. */
	evaluate(script: string): Promise<Meter> {
		return this.#enqueue("e", () => Buffer.from(script));
	}

	/**
	 * Hands an event to the program; events are taken in order, each in a turn of its own.
	 * @param encode gives the event's bytes when its turn has come
	 */
	event(encode: () => Uint8Array): Promise<Meter> {
		return this.#enqueue("?", encode);
	}

	/** Resolves when all events have been taken, with those that come of them. */
	async settled(): Promise<void> {
		let last: unknown;
		while (last !== this.#queue) {
			last = this.#queue;
			await this.#queue.catch(() => {});
		}
	}

	/** Ends the process. */
	close(): void {
		this.#isClosed = true;
		this.#child.kill("SIGKILL");
	}

	#enqueue(kind: string, encode: () => Uint8Array): Promise<Meter> {
		const turn = this.#queue.then(
			() =>
				new Promise<Meter>((resolve, reject) => {
					if (this.#isClosed) return reject(new EngineError("the engine has ended"));
					this.#turn = { resolve, reject };
					this.#input.write(netstring(kind, encode()));
				}),
		);
		this.#queue = turn;
		// Who waits for the turn hears of it; nobody has to.
		turn.catch(() => {});
		return turn;
	}

	#take(message: Uint8Array): void {
		if (this.#isClosed) return;
		const kind = String.fromCharCode(message[0] as number);
		const body = message.subarray(1);
		if (kind === "?") {
			this.#input.write(netstring("/", this.#answer(body)));
			return;
		}
		const turn = this.#turn;
		this.#turn = undefined;
		if (kind === ".") {
			const end = body.indexOf(1);
			turn?.resolve(JSON.parse(text(end < 0 ? body : body.subarray(0, end))) as Meter);
		} else {
			turn?.reject(new EngineError(text(body)));
			this.#ended(text(body));
		}
	}

	#reasonOf(code: number | null, signal: string | null): string {
		const known = code === null ? `ended by ${signal}` : (EXITS[code] ?? `exit code ${code}`);
		return `${known}${this.#errors === "" ? "" : `: ${this.#errors.trim().split("\n").at(-1)}`}`;
	}

	#ended(reason: string): void {
		this.#turn?.reject(new EngineError(reason));
		this.#turn = undefined;
		if (this.#isClosed) return;
		this.close();
		this.#onEnd(reason);
	}
}
