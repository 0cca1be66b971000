import { inspect } from "node:util";
import type { PinSpecifier } from "../../firmware/ecma-419.js";

/** Turns a value into one of the range, or throws an Error that begins with `name` (Annex A, "Ranges"). */
export type Range<Value> = (value: unknown, name: string) => Value;

const refuse = (value: unknown, name: string, wanted: string): never => {
	const shown = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 0 });
	throw new RangeError(`${name}: ${shown} is not ${wanted}`);
};

/** Any value, converted to a boolean. */
export const boolean: Range<boolean> = (value) => Boolean(value);

/** Any value at all. */
export const anything: Range<unknown> = (value) => value;

/** An integer between two bounds, both included; what converts to a number is converted. */
export const integer =
	(from: number, to: number): Range<number> =>
	(value, name) => {
		const number = typeof value === "symbol" ? Number.NaN : Number(value);
		if (!Number.isInteger(number) || number < from || number > to) {
			return refuse(value, name, `an integer from ${from} to ${to}`);
		}
		return number;
	};

/** An integer greater than zero. */
export const positiveInteger = integer(1, Number.MAX_SAFE_INTEGER);

/** One of the listed strings. */
export const oneOf =
	<Value extends string>(...values: readonly Value[]): Range<Value> =>
	(value, name) =>
		values.find((each) => each === String(value)) ??
		refuse(value, name, values.map((each) => `"${each}"`).join(" or "));

/** A function, or `null` for none. */
export const callback = <Callback>(value: unknown, name: string): Callback | null =>
	value === null || typeof value === "function"
		? (value as Callback | null)
		: refuse(value, name, "a function or null");

/** A pin specifier of this host: a number or a string. */
export const pinSpecifier: Range<PinSpecifier> = (value, name) =>
	typeof value === "number" || typeof value === "string"
		? value
		: refuse(value, name, "a number or a string");

/** The options object of a constructor or method. @throws TypeError when it is not an object (§8, "constructor") */
export const optionsObject = (options: unknown): object => {
	if (Object(options) !== options) throw new TypeError("an options object is required");
	return options as object;
};

/** Reads an option that has no default, once. @throws Error when it is missing or out of range */
export const required = <Value>(options: object, name: string, range: Range<Value>): Value => {
	if (!(name in options)) throw new TypeError(`${name}: this option is required`);
	return range(Reflect.get(options, name), name);
};

/**
 * Reads an option that has a default, once. As in Annex A, a property that is present counts, even
 * when its value is `undefined`.
 * @throws Error when it is present and out of range
 */
export const optional = <Value, Default>(
	options: object,
	name: string,
	range: Range<Value>,
	otherwise: Default,
): Value | Default => (name in options ? range(Reflect.get(options, name), name) : otherwise);
