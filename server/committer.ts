import type { Action } from "./action.js";
import { REAL_TIMERS, type Timers } from "./timers.js";

/** What is to be committed, and when: a `ServerCore`. */
interface Committed {
	readonly due: number | undefined;
	readonly isOwing: boolean;
	commit(now: number): readonly Action[];
}

/**
 * Has a core commit when that is due, and acknowledges to the broker what waited for it: in the order
 * in which it came [MQTT-4.6.0-2].
 */
export class Committer {
	readonly #core: Committed;
	readonly #act: (action: Action) => void;
	readonly #timers: Timers;
	#waiting: (() => void)[] = [];
	#callOff: () => void = () => {};
	/** For when the timer is set, by the clock of `now`. */
	#due: number | undefined;

	/** @param act does what a commit leads to */
	constructor(core: Committed, act: (action: Action) => void, timers = REAL_TIMERS) {
		this.#timers = timers;
		this.#core = core;
		this.#act = act;
	}

	/**
	 * The core took a message.
	 * @param acknowledge is called as soon as nothing that came before waits for a commit
	 */
	took(acknowledge: (() => void) | undefined): void {
		if (acknowledge !== undefined) this.#waiting.push(acknowledge);
		this.#look();
	}

	/** Commits what waits, if it can be. Afterwards nothing is committed until the next message. */
	end(): void {
		if (this.#core.due !== undefined) this.#commit();
		this.#callOff();
		this.#due = undefined;
	}

	#look(): void {
		const { due, isOwing } = this.#core;
		if (due === undefined || !isOwing) this.#acknowledge();
		if (due === undefined) return;
		const delay = due - this.#timers.now();
		if (delay <= 0) return this.#commit();
		if (due === this.#due) return;
		this.#callOff();
		this.#due = due;
		// A millisecond more than is left, so that it is due by then.
		this.#callOff = this.#timers.after(Math.ceil(delay), () => {
			this.#due = undefined;
			this.#look();
		});
	}

	#commit(): void {
		this.#callOff();
		this.#due = undefined;
		for (const action of this.#core.commit(this.#timers.now())) this.#act(action);
		if (this.#core.due === undefined) this.#acknowledge();
		else this.#look();
	}

	#acknowledge(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const acknowledge of waiting) acknowledge();
	}
}
