import type { PinSpecifier } from "../../firmware/ecma-419.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import {
	boolean,
	callback,
	integer,
	oneOf,
	optional,
	optionsObject,
	pinSpecifier,
	type Range,
	required,
} from "./options.js";
import type { PinBoard } from "./pins.js";
import type { Level, Signal } from "./signal.js";

/** A bit each, so that a mode given for an edge, or a sum of modes, is noticed. */
const MODE = Object.freeze({
	Input: 1,
	InputPullUp: 2,
	InputPullDown: 4,
	InputPullUpDown: 8,
	Output: 16,
	OutputOpenDrain: 32,
});
const EDGE = Object.freeze({ Rising: 64, Falling: 128 });

const format = oneOf("number");
const bit = integer(0, 1) as Range<Level>;

const mode: Range<number> = (value, name) => {
	const number = Number(value);
	if (Object.values<number>(MODE).includes(number)) return number;
	throw new RangeError(`${name}: not one of Digital.${Object.keys(MODE).join(", Digital.")}`);
};

const edge: Range<number> = (value, name) => {
	const number = Number(value);
	const { Rising, Falling } = EDGE;
	if ([Rising, Falling, Rising + Falling].includes(number)) return number;
	throw new RangeError(`${name}: not Digital.Rising, Digital.Falling or their sum`);
};

export interface DigitalOptions {
	/** A digital pin of the board. */
	readonly pin: PinSpecifier;
	/** One of the constructor's constants from `Input` to `OutputOpenDrain`. */
	readonly mode: number;
	/** `Rising`, `Falling` or their sum; required with `onReadable`, ignored without. */
	readonly edge?: number;
	/** Whether the program's 1 is a low level on the pin. */
	readonly activeLow?: boolean;
	/** The first value of an output, as `write` takes it; 0 when absent, ignored for an input. */
	readonly initialValue?: Level;
	readonly format?: "number";
	readonly target?: unknown;
	/** The value of an input has changed, as `read` gives it, in the direction that `edge` says. */
	readonly onReadable?: ((this: Digital) => void) | null;
}

/** Digital input or output (§10, "Digital"). */
export interface Digital {
	target?: unknown;
	/** Always "number". @throws Error when set to anything else, or after `close` */
	format: "number";
	/** The present value of an input. @throws Error after `close`, or on an output */
	read(): Level;
	/** Sets an output. @throws Error after `close`, on an input, or when it is neither 0 nor 1 */
	write(value: Level): void;
	/** Stops driving the pin, which keeps its level, and gives it back. May be called twice. */
	close(): void;
}

export interface DigitalConstructor extends Readonly<typeof MODE>, Readonly<typeof EDGE> {
	/** @throws Error without options, when one is out of range, or when the pin is in use or not there */
	new (options: DigitalOptions): Digital;
}

const pullOf = (mode: number): Level | undefined => {
	if (mode === MODE.InputPullUp) return 1;
	// An open drain only ever pulls low; the line's resistor makes the high level.
	if (mode === MODE.OutputOpenDrain) return 1;
	return mode === MODE.InputPullDown ? 0 : undefined;
};

/** A pin in use. One object of its own, so that the instances of each board's class have one field. */
class Line {
	readonly lifetime: Lifetime<Digital>;
	readonly isOutput: boolean;
	readonly #board: PinBoard;
	readonly #pin: PinSpecifier;
	readonly #mode: number;
	readonly #inverted: Level;
	readonly #signal: Signal;
	readonly #unlisten: (() => void) | undefined;

	constructor(instance: Digital, board: PinBoard, options: DigitalOptions) {
		this.#board = board;
		const given = optionsObject(options);
		this.#pin = required(given, "pin", pinSpecifier);
		this.#mode = required(given, "mode", mode);
		this.isOutput = this.#mode === MODE.Output || this.#mode === MODE.OutputOpenDrain;
		this.#inverted = optional(given, "activeLow", boolean, false) ? 1 : 0;
		const onReadable = optional(given, "onReadable", callback<(this: Digital) => void>, null);
		const edges = onReadable === null ? 0 : required(given, "edge", edge);
		const first = this.isOutput ? optional(given, "initialValue", bit, 0) : 0;
		optional(given, "format", format, "number");
		defineTarget(instance, given);
		this.#signal = board.takeDigital(this.#pin);
		this.lifetime = new Lifetime(instance);
		if (this.isOutput) this.put(first);
		this.#signal.pull(pullOf(this.#mode));
		if (this.isOutput || edges === 0) return;
		this.#unlisten = this.#signal.listen((level) => {
			const direction = this.#logical(level) === 1 ? EDGE.Rising : EDGE.Falling;
			if ((edges & direction) !== 0) this.lifetime.queue(onReadable);
		});
	}

	/** The level as the program sees it. */
	get value(): Level {
		return this.#logical(this.#signal.level);
	}

	put(value: Level): void {
		const level = this.#logical(value);
		const released = this.#mode === MODE.OutputOpenDrain && level === 1;
		this.#signal.output(released ? undefined : level);
	}

	close(): void {
		if (!this.lifetime.end()) return;
		this.#unlisten?.();
		this.#signal.pull(undefined);
		this.#signal.output(undefined);
		this.#board.release(this.#pin);
	}

	#logical(level: Level): Level {
		return (level ^ this.#inverted) as Level;
	}
}

/** A digital pin of any board: what `createDigital` derives a board's class from. */
class BoardDigital implements Digital {
	static readonly Input = MODE.Input;
	static readonly InputPullUp = MODE.InputPullUp;
	static readonly InputPullDown = MODE.InputPullDown;
	static readonly InputPullUpDown = MODE.InputPullUpDown;
	static readonly Output = MODE.Output;
	static readonly OutputOpenDrain = MODE.OutputOpenDrain;
	static readonly Rising = EDGE.Rising;
	static readonly Falling = EDGE.Falling;
	declare target?: unknown;
	readonly #line: Line;

	constructor(board: PinBoard, options: DigitalOptions) {
		this.#line = new Line(this, board, options);
	}

	get format(): "number" {
		this.#line.lifetime.check();
		return "number";
	}

	set format(value: "number") {
		this.#line.lifetime.check();
		format(value, "format");
	}

	read(): Level {
		this.#line.lifetime.check();
		if (this.#line.isOutput) throw new Error("a digital output cannot be read");
		return this.#line.value;
	}

	write(value: Level): void {
		this.#line.lifetime.check();
		if (!this.#line.isOutput) throw new Error("a digital input cannot be written");
		if (value !== 0 && value !== 1) throw new RangeError("a digital output takes 0 or 1");
		this.#line.put(value);
	}

	close(): void {
		this.#line.close();
	}
}

/** Makes the `Digital` class of a board. */
export const createDigital = (board: PinBoard): DigitalConstructor => {
	class Digital extends BoardDigital {
		constructor(options: DigitalOptions) {
			super(board, options);
		}
	}
	return Digital;
};
