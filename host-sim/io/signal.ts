/** The level of a digital pin as a voltmeter sees it: 0 low, 1 high. */
export type Level = 0 | 1;

const NO_LISTENERS: readonly never[] = Object.freeze([]);

/**
 * The signal on one digital pin. The program's output stage is the strongest, then what drives the
 * pin from outside, then a pull resistor; a pin that nothing pulls keeps its level, which is 0 at
 * first.
 */
export class Signal {
	#level: Level = 0;
	#output: Level | undefined;
	#outside: Level | undefined;
	#pull: Level | undefined;
	/** Replaced, never changed: whoever is being told goes on with the ones there were. */
	#listeners: readonly ((level: Level) => void)[] = NO_LISTENERS;

	/** The level at present. */
	get level(): Level {
		return this.#level;
	}

	/** Tells each change of level, at once; the listener must not throw. Returns what ends it. */
	listen(listener: (level: Level) => void): () => void {
		// Of its own, so that the same function may be added twice and each be removed once.
		const own = (level: Level): void => listener(level);
		this.#listeners = [...this.#listeners, own];
		return () => {
			this.#listeners = this.#listeners.filter((each) => each !== own);
		};
	}

	/** Sets what drives the pin from outside; `undefined` lets go of it. */
	drive(level: Level | undefined): void {
		this.#outside = level;
		this.#settle();
	}

	/** Sets what the program's output stage puts on the pin; `undefined` is high impedance. */
	output(level: Level | undefined): void {
		this.#output = level;
		this.#settle();
	}

	/** Sets the pull resistor; `undefined` is none. */
	pull(level: Level | undefined): void {
		this.#pull = level;
		this.#settle();
	}

	#settle(): void {
		const level = this.#output ?? this.#outside ?? this.#pull ?? this.#level;
		if (level === this.#level) return;
		this.#level = level;
		for (const listener of this.#listeners) listener(level);
	}
}
