import type { Clock, Entry } from "../../../host-sim/simulation/clock.js";
import type { Random } from "../../../host-sim/simulation/random.js";

const turnOfLoop = setImmediate;

/** So many turns of Node's loop while time stands still are a loop without end. */
const TOO_MANY = 10_000;

/** What stands in for Node's `Timeout`. */
class VirtualTimer {
	readonly #owner: Owner;
	readonly #callback: () => void;
	readonly #delay: number;
	readonly #repeats: boolean;
	#due = 0;
	#entry: Entry | undefined;

	constructor(owner: Owner, callback: () => void, delay: number, repeats: boolean) {
		this.#owner = owner;
		this.#callback = callback;
		// As in Node: at least 1 ms.
		this.#delay = Math.max(1, delay);
		this.#repeats = repeats;
		this.refresh();
	}

	/** Begins to wait anew. */
	refresh(): this {
		const { clock, timers } = this.#owner;
		timers.add(this);
		this.#due = clock.elapsed + this.#delay;
		// An entry that comes too early posts the rest: a keep-alive is refreshed at each packet.
		if (this.#entry === undefined) this.#post();
		return this;
	}

	/** Nothing waits for it in virtual time. */
	unref(): this {
		return this;
	}

	clear(): void {
		const { clock, timers } = this.#owner;
		timers.delete(this);
		if (this.#entry !== undefined) clock.clear(this.#entry);
		this.#entry = undefined;
	}

	#post(): void {
		const { clock } = this.#owner;
		this.#entry = clock.post(() => this.#fire(), this.#due - clock.elapsed);
	}

	#fire(): void {
		const { clock, timers, run } = this.#owner;
		this.#entry = undefined;
		if (clock.elapsed < this.#due) return this.#post();
		if (!this.#repeats) timers.delete(this);
		run(this.#callback);
		if (this.#repeats && timers.has(this)) this.refresh();
	}
}

/** What the timers of one world share. */
interface Owner {
	readonly clock: Clock;
	/** Those that wait. */
	readonly timers: Set<VirtualTimer>;
	/** Calls back, and keeps what is thrown. */
	readonly run: (callback: () => void) => void;
}

/**
 * Node's timers, `Date.now` and `Math.random` in the hands of a world's clock, for a library that uses
 * these. They are the whole process's: one world at a time, between `install` and `restore`. Immediates
 * stay Node's own, in Node's order, and are counted: `settle` waits until the library has none.
 */
export class OwnTimers {
	readonly #owner: Owner;
	readonly #random: Random;
	readonly #immediates = new Set<NodeJS.Immediate>();
	#restore: (() => void) | undefined;
	#isBusy = false;
	#thrown: { readonly error: unknown } | undefined;

	constructor(clock: Clock, random: Random) {
		this.#owner = { clock, timers: new Set(), run: (callback) => this.run(callback) };
		this.#random = random;
	}

	/** Whether the library has been called since it last settled. */
	get isBusy(): boolean {
		return this.#isBusy;
	}

	/** Calls into the library, or from it; what is thrown is thrown by `settle`. */
	run(callback: () => void): void {
		this.#isBusy = true;
		try {
			callback();
		} catch (error) {
			this.#thrown ??= { error };
		}
	}

	/** Takes the globals. */
	install(): void {
		const { clock } = this.#owner;
		const make =
			(repeats: boolean) =>
			(callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
				new VirtualTimer(this.#owner, () => callback(...args), delay, repeats);
		const clear = (timer: VirtualTimer | undefined) => timer?.clear();
		const {
			clearImmediate,
			Math: { random },
			Date: { now },
		} = globalThis;
		const own = {
			setTimeout: make(false),
			setInterval: make(true),
			clearTimeout: clear,
			clearInterval: clear,
			setImmediate: this.#setImmediate,
			clearImmediate: (immediate: NodeJS.Immediate) => {
				this.#immediates.delete(immediate);
				clearImmediate(immediate);
			},
		};
		const names = Object.keys(own) as (keyof typeof own)[];
		const usual = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
		Object.assign(globalThis, own);
		Math.random = this.#random.next;
		Date.now = () => clock.elapsed;
		this.#restore = () => {
			Object.assign(globalThis, usual);
			Math.random = random;
			Date.now = now;
		};
	}

	/** Gives the globals back. */
	restore(): void {
		this.#restore?.();
		this.#restore = undefined;
	}

	/** No timer fires any more that waits now. */
	clearAll(): void {
		for (const timer of this.#owner.timers) timer.clear();
	}

	/** Resolves when the library has nothing more to do at this time. @throws what it threw */
	async settle(): Promise<void> {
		// After a turn all ticks and microtasks are drained, those of each immediate too.
		for (let turns = 0; turns === 0 || this.#immediates.size > 0; turns++) {
			if (turns > TOO_MANY) throw new Error(`immediates without end at ${this.#owner.clock.elapsed} ms`);
			await new Promise((resolve) => turnOfLoop(resolve));
		}
		this.#isBusy = false;
		const thrown = this.#thrown;
		this.#thrown = undefined;
		if (thrown !== undefined) throw thrown.error;
	}

	readonly #setImmediate = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
		const immediate = turnOfLoop(() => {
			this.#immediates.delete(immediate);
			this.run(() => callback(...args));
		});
		this.#immediates.add(immediate);
		return immediate;
	};
}
