import { isWellFormed } from "../schema.js";
import { type Member, readObject } from "./json.js";

/** The type of a command's argument: how it is read from JSON, and what it is in words. */
export interface Argument<T> {
	/** The argument from the text of one JSON value; `undefined` if that is of another type or out of range. */
	readonly parse: (json: string) => T | undefined;
	/** What `parse` takes, for messages to people: "true or false". */
	readonly wants: string;
}

export const boolean: Argument<boolean> = Object.freeze({
	parse: (json: string) => (json === "true" ? true : json === "false" ? false : undefined),
	wants: "true or false",
});

/** A number from `minimum` to `maximum`; finite, whatever these are. */
export const number = (minimum: number, maximum: number): Argument<number> => ({
	parse: (json) => {
		const value = numberOf(json);
		return value >= minimum && value <= maximum && Number.isFinite(value) ? value : undefined;
	},
	wants: `a number from ${minimum} to ${maximum}`,
});

/** A whole number from `minimum` to `maximum`, however JSON writes it: 20, 20.0 and 2e1 are the same. */
export const integer = (minimum: number, maximum: number): Argument<number> => ({
	parse: (json) => {
		const value = numberOf(json);
		return value >= minimum && value <= maximum && Number.isInteger(value) ? value : undefined;
	},
	wants: `a whole number from ${minimum} to ${maximum}`,
});

/** Text of `minimum` to `maximum` UTF-16 code units that UTF-8 can express: without lone surrogates. */
export const text = (minimum: number, maximum: number): Argument<string> => ({
	parse: (json) => {
		if (!json.startsWith('"')) return undefined;
		const value = JSON.parse(json) as string;
		const { length } = value;
		return length >= minimum && length <= maximum && isWellFormed(value) ? value : undefined;
	},
	wants: `text of ${minimum} to ${maximum} characters`,
});

/** An object that has each of `fields` and no other. If a name is repeated, its last value counts. */
export function object<T extends object>(fields: { readonly [K in keyof T]: Argument<T[K]> }): Argument<T> {
	const names = Object.keys(fields) as (keyof T & string)[];
	return {
		parse: (json) => {
			const read = readObject(json);
			if (read.kind === "invalid") return undefined;
			const { members } = read;
			// Only names of our own become property keys: XS never frees one.
			if (!members.every(({ name }) => (names as string[]).includes(name))) return undefined;
			const result: Partial<T> = {};
			for (let index = 0; index < names.length; index++) {
				const name = names[index] as keyof T & string;
				const value = lastOf(members, name);
				const argument = value === undefined ? undefined : fields[name].parse(value);
				if (argument === undefined) return undefined;
				result[name] = argument;
			}
			return result as T;
		},
		wants: `{${names.map((name) => `"${name}": ${fields[name].wants}`).join(", ")}}`,
	};
}

/** The value of a JSON number; NaN for JSON of another type. */
function numberOf(json: string): number {
	const first = json.charCodeAt(0);
	return first === 0x2d || (first >= 0x30 && first <= 0x39) ? Number(json) : Number.NaN;
}

/** The last value of this name, as JSON.parse has it. */
function lastOf(members: readonly Member[], name: string): string | undefined {
	let index = members.length - 1;
	while (index >= 0 && (members[index] as Member).name !== name) index--;
	return members[index]?.value;
}
