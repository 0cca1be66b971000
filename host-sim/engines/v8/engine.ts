import { createContext, runInContext } from "node:vm";
import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { EngineError } from "../failure.js";
import { type Answer, type Guest, type GuestOptions, type Machine, startGuest } from "../guest.js";
import { bundleGuest } from "../xs/bundle.js";

/** The script for XS in this process's own engine: one turn at a time, in which it may call out. */
class V8Machine implements Machine<void> {
	readonly #context: { handleCommand?: (event: ArrayBuffer) => void };
	readonly #onEnd: (reason: string) => void;
	#queue: Promise<void> = Promise.resolve();
	#isClosed = false;

	/**
	 * @param script what `bundleGuest` gives
	 * @param answer answers the program's calls, at once
	 * @param onEnd hears why, when the program throws
	 */
	constructor(script: string, answer: Answer, onEnd: (reason: string) => void) {
		this.#onEnd = onEnd;
		const issueCommand = (call: ArrayBuffer) => {
			this.#check();
			const reply = answer(new Uint8Array(call));
			// The power may go in a call, and nothing of the program runs any more.
			this.#check();
			return bufferOf(reply);
		};
		this.#context = createContext({ issueCommand });
		runInContext(script, this.#context);
	}

	event(encode: () => Uint8Array): Promise<void> {
		const turn = this.#queue.then(() => this.#turn(encode));
		this.#queue = turn.catch(() => {});
		return turn;
	}

	async settled(): Promise<void> {
		let last: unknown;
		while (last !== this.#queue) {
			last = this.#queue;
			await this.#queue;
		}
	}

	close(): void {
		this.#isClosed = true;
	}

	/** @throws EngineError when it was closed */
	#check(): void {
		if (this.#isClosed) throw new EngineError("the engine has ended");
	}

	#turn(encode: () => Uint8Array): void {
		this.#check();
		const event = bufferOf(encode());
		try {
			this.#context.handleCommand?.(event);
		} catch (error) {
			this.#check();
			// It is of the context's own classes.
			const reason = String((error as Partial<Error> | undefined)?.message ?? error);
			this.close();
			this.#onEnd(reason);
			throw new EngineError(reason);
		}
	}
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

export interface V8Options extends GuestOptions<void> {
	/** The firmware is about to call. */
	readonly onCall?: () => void;
}

/**
 * Starts the nightlight in Node's engine as if it were another one: by native functions, over `host`.
 * So it makes the calls that it makes in XS.
 * @throws EngineError when the firmware does not start
 */
export async function startOnV8(host: Host, config: Config, options: V8Options): Promise<Guest<void>> {
	const script = await bundleGuest();
	return startGuest(
		{
			name: "V8",
			open: (answer, onEnd) => {
				const answerCall: Answer = (call) => {
					options.onCall?.();
					return answer(call);
				};
				return new V8Machine(script, answerCall, onEnd);
			},
			prepare: async () => {},
		},
		host,
		config,
		options,
	);
}
