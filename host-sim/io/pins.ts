import type { PinSpecifier } from "../../firmware/ecma-419.js";
import { type Level, Signal } from "./signal.js";

/** An analog source, a digital signal, or both. */
interface Wiring {
	read: (() => number) | undefined;
	signal: Signal | undefined;
}

/**
 * The pins of one simulated board. One side is the world's, which wires signals to pins; the other
 * (`take…`, `release`) is for the IO classes. A pin exists once something has been wired to it, or
 * when it is in the constructor's list.
 */
export class PinBoard {
	/** What is wired to each pin. */
	readonly #wired = new Map<PinSpecifier, Wiring>();
	#inUse: readonly PinSpecifier[] = [];

	/** Makes a board with these digital pins, all low and with nothing wired to them. */
	constructor(digitalPins: Iterable<PinSpecifier> = []) {
		for (const pin of digitalPins) this.#wire(pin);
	}

	/**
	 * Wires an analog source to a pin, in place of an earlier one. `read` gives the voltage as a
	 * fraction of full scale; a converter clamps it to 0..1.
	 */
	analog(pin: PinSpecifier, read: () => number): void {
		this.#wiring(pin).read = read;
	}

	/** The electrical level of a digital pin. @throws Error when the board has no such pin */
	digital(pin: PinSpecifier): Level {
		return this.#signal(pin).level;
	}

	/**
	 * Wires a listener to a digital pin: hears each change of its electrical level, at once, and must
	 * not throw. Returns a function that takes it off again.
	 */
	onDigital(pin: PinSpecifier, listener: (value: Level) => void): () => void {
		return this.#wire(pin).listen(listener);
	}

	/** Drives a digital pin from outside, as a button does; `undefined` lets go of it. */
	drive(pin: PinSpecifier, level: Level | undefined): void {
		this.#wire(pin).drive(level);
	}

	/**
	 * Takes an analog pin into use.
	 * @throws Error when the board has no such pin, or it is in use (§9, "constructor")
	 */
	takeAnalog(pin: PinSpecifier): () => number {
		const wiring = this.#wired.get(pin);
		if (wiring?.read === undefined) throw this.#missing(pin, "analog");
		this.#take(pin);
		return () => wiring.read?.() ?? Number.NaN;
	}

	/**
	 * Takes a digital pin into use.
	 * @throws Error when the board has no such pin, or it is in use (§9, "constructor")
	 */
	takeDigital(pin: PinSpecifier): Signal {
		const signal = this.#signal(pin);
		this.#take(pin);
		return signal;
	}

	/** Gives a pin back. */
	release(pin: PinSpecifier): void {
		this.#inUse = this.#inUse.filter((each) => each !== pin);
	}

	#take(pin: PinSpecifier): void {
		if (this.#inUse.includes(pin)) throw new Error(`pin ${JSON.stringify(pin)} is in use`);
		this.#inUse = [...this.#inUse, pin];
	}

	#wire(pin: PinSpecifier): Signal {
		const wiring = this.#wiring(pin);
		wiring.signal ??= new Signal();
		return wiring.signal;
	}

	#wiring(pin: PinSpecifier): Wiring {
		const wiring = this.#wired.get(pin) ?? { read: undefined, signal: undefined };
		this.#wired.set(pin, wiring);
		return wiring;
	}

	#signal(pin: PinSpecifier): Signal {
		const signal = this.#wired.get(pin)?.signal;
		if (signal === undefined) throw this.#missing(pin, "digital");
		return signal;
	}

	#missing(pin: PinSpecifier, kind: "analog" | "digital"): Error {
		const name = JSON.stringify(pin);
		return this.#wired.has(pin)
			? new Error(`pin ${name} has no ${kind} signal`)
			: new Error(`the board has no pin ${name}`);
	}
}
