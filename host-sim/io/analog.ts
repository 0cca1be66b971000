import type { PinSpecifier } from "../../firmware/ecma-419.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import {
	integer,
	oneOf,
	optional,
	optionsObject,
	pinSpecifier,
	positiveInteger,
	required,
} from "./options.js";
import type { PinBoard } from "./pins.js";

const MAXIMUM_RESOLUTION = 24;
const format = oneOf("number");

export interface AnalogOptions {
	/** A pin of the board that has an analog source. */
	readonly pin: PinSpecifier;
	/** The wanted number of bits. Supported up to 24; more gives 24. */
	readonly resolution?: number;
	readonly format?: "number";
	readonly target?: unknown;
}

/** Analog input (§10, "Analog input"). */
export interface Analog {
	target?: unknown;
	/** Always "number". @throws Error when set to anything else, or after `close` */
	format: "number";
	/** Bits in a reading. @throws Error after `close` */
	readonly resolution: number;
	/**
	 * The present value: the integer nearest to the fraction of full scale, from 0 to
	 * `2 ** resolution - 1`.
	 * @throws Error after `close`, or when the source does not give a number
	 */
	read(): number;
	/** Gives the pin back. May be called twice. */
	close(): void;
}

/** @throws Error without options, when one is out of range, or when the pin is in use or not there */
export type AnalogConstructor = new (options: AnalogOptions) => Analog;

/** An input in use. One object of its own, so that the instances of each board's class have one field. */
class Input {
	readonly lifetime: Lifetime<Analog>;
	readonly resolution: number;
	readonly #board: PinBoard;
	readonly #pin: PinSpecifier;
	readonly #fraction: () => number;

	constructor(instance: Analog, board: PinBoard, usual: number, options: AnalogOptions) {
		this.#board = board;
		const given = optionsObject(options);
		this.#pin = required(given, "pin", pinSpecifier);
		const wanted = optional(given, "resolution", positiveInteger, usual);
		this.resolution = Math.min(wanted, MAXIMUM_RESOLUTION);
		optional(given, "format", format, "number");
		defineTarget(instance, given);
		this.#fraction = board.takeAnalog(this.#pin);
		this.lifetime = new Lifetime(instance);
	}

	read(): number {
		const fraction = this.#fraction();
		if (Number.isNaN(fraction)) {
			throw new Error(`the source of pin ${JSON.stringify(this.#pin)} gives no number`);
		}
		const highest = 2 ** this.resolution - 1;
		return Math.round(Math.min(1, Math.max(0, fraction)) * highest);
	}

	close(): void {
		if (this.lifetime.end()) this.#board.release(this.#pin);
	}
}

/** An analog input of any board: what `createAnalog` derives a board's class from. */
class BoardAnalog implements Analog {
	declare target?: unknown;
	readonly #input: Input;

	constructor(board: PinBoard, usual: number, options: AnalogOptions) {
		this.#input = new Input(this, board, usual, options);
	}

	get format(): "number" {
		this.#input.lifetime.check();
		return "number";
	}

	set format(value: "number") {
		this.#input.lifetime.check();
		format(value, "format");
	}

	get resolution(): number {
		this.#input.lifetime.check();
		return this.#input.resolution;
	}

	read(): number {
		this.#input.lifetime.check();
		return this.#input.read();
	}

	close(): void {
		this.#input.close();
	}
}

/**
 * Makes the `Analog` class of a board.
 * @param resolution bits of a reading when the program does not ask for a number of bits
 */
export const createAnalog = (
	board: PinBoard,
	{ resolution = 10 }: { readonly resolution?: number } = {},
): AnalogConstructor => {
	integer(1, MAXIMUM_RESOLUTION)(resolution, "resolution");
	return class Analog extends BoardAnalog {
		constructor(options: AnalogOptions) {
			super(board, resolution, options);
		}
	};
};
