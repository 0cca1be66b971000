/** Checks for data from outside: each names the key, what it got and what it wants. */

/** What is wrong with one value. */
export interface Problem {
	/** Dotted path of the value, for example `telemetry.interval`. */
	key: string;
	/** The value, as JSON, at most 60 characters of it. */
	got: string;
	wants: string;
}

/** Checks the value at `key`; adds to `problems` what is wrong and returns the value to go on with. */
export type Check<T> = (value: unknown, key: string, problems: Problem[]) => T;

export type Checked<C> = C extends Check<infer T> ? T : never;

/** `problem` in one line. */
export const describeProblem = ({ key, got, wants }: Problem): string => `${key}: got ${got}, wants ${wants}`;

function complain(problems: Problem[], key: string, value: unknown, wants: string): void {
	const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
	problems.push({ key, got: abbreviated(text), wants });
}

/** At most 60 characters of `text`. */
const abbreviated = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Whether UTF-8, and so MQTT, can express `text`: each surrogate has its partner [MQTT-1.5.3-1]. */
export function isWellFormed(text: string): boolean {
	for (const character of text) {
		const point = character.codePointAt(0) as number;
		if (point >= 0xd800 && point <= 0xdfff) return false;
	}
	return true;
}

/** A whole number from `least` to `most`; `fallback` when there is none. */
export const integer =
	(least: number, most: number, fallback?: number): Check<number> =>
	(value, key, problems) => {
		const number = value === undefined ? fallback : value;
		if (typeof number === "number" && number >= least && number <= most && number % 1 === 0) {
			return number;
		}
		complain(problems, key, value, `a whole number from ${least} to ${most}`);
		return least;
	};

/** `true` or `false`; `fallback` when there is none. */
export const flag =
	(fallback: boolean): Check<boolean> =>
	(value, key, problems) => {
		if (value === undefined) return fallback;
		if (typeof value === "boolean") return value;
		complain(problems, key, value, "true or false");
		return fallback;
	};

/** Text of `least` to `most` characters without control characters and lone surrogates. */
export const text =
	(least: number, most: number): Check<string> =>
	(value, key, problems) => {
		if (typeof value === "string" && value.length >= least && value.length <= most) {
			let index = 0;
			while (index < value.length && value.charCodeAt(index) > 0x1f) index++;
			if (index === value.length && isWellFormed(value)) return value;
		}
		const none = "none a control character or a lone surrogate";
		complain(problems, key, value, `text of ${least} to ${most} characters, ${none}`);
		return "";
	};

/** Text of `least` to `most` characters that is not shown when it is wrong. */
export const secret =
	(least: number, most: number): Check<string> =>
	(value, key, problems) => {
		const fits = typeof value === "string" && value.length >= least && value.length <= most;
		if (fits && isWellFormed(value)) return value;
		const wants = `text of ${least} to ${most} characters, none a lone surrogate`;
		problems.push({ key, got: "something else", wants });
		return "";
	};

/** 1 to `most` characters out of letters, digits, `-`, `_` and `.`: safe in topics and file names. */
export const identifier =
	(most: number): Check<string> =>
	(value, key, problems) => {
		if (typeof value === "string" && value.length <= most && isName(value)) return value;
		complain(problems, key, value, `1 to ${most} of letters, digits, "-", "_", "."`);
		return "";
	};

function isName(text: string): boolean {
	let index = 0;
	while (index < text.length && isNameCharacter(text.charCodeAt(index))) index++;
	return index === text.length && index > 0;
}

function isNameCharacter(unit: number): boolean {
	if (unit >= 0x30 && unit <= 0x39) return true;
	const lower = unit | 0x20;
	return (lower >= 0x61 && lower <= 0x7a) || unit === 0x2d || unit === 0x2e || unit === 0x5f;
}

/**
 * What HTTP asks for: `/`, then visible ASCII characters, `most` in all at most; `fallback` when there
 * is none.
 */
export const path =
	(most: number, fallback: string): Check<string> =>
	(value, key, problems) => {
		if (value === undefined) return fallback;
		if (typeof value === "string" && value.length <= most && isPath(value)) return value;
		complain(problems, key, value, `1 to ${most} visible ASCII characters, the first "/"`);
		return fallback;
	};

function isPath(text: string): boolean {
	let index = 0;
	while (index < text.length && text.charCodeAt(index) > 0x20 && text.charCodeAt(index) < 0x7f) index++;
	return index === text.length && text.charCodeAt(0) === 0x2f;
}

/** One of `choices`; the first one when there is none. */
export const choice =
	<T extends string | number>(...choices: readonly [T, ...T[]]): Check<T> =>
	(value, key, problems) => {
		if (value === undefined) return choices[0];
		const found = choices.find((candidate) => candidate === value);
		if (found !== undefined) return found;
		complain(problems, key, value, choices.map((one) => JSON.stringify(one)).join(" or "));
		return choices[0];
	};

/** What `check` takes, or nothing at all. */
export const optional =
	<T>(check: Check<T>): Check<T | undefined> =>
	(value, key, problems) =>
		value === undefined ? undefined : check(value, key, problems);

/** A list of `least` to `most` values that `check` takes; `fallback` when there is none. */
export const list =
	<T>(check: Check<T>, least: number, most: number, fallback: readonly unknown[]): Check<T[]> =>
	(value, key, problems) => {
		const items = value === undefined ? fallback : value;
		if (Array.isArray(items) && items.length >= least && items.length <= most) {
			return items.map((item, index) => check(item, `${key}.${index}`, problems));
		}
		complain(problems, key, value, `a list of ${least} to ${most}`);
		return [];
	};

/** An object with these fields and no others; nothing at all counts as an empty one. */
export const object =
	<T extends object>(fields: { readonly [K in keyof T]: Check<T[K]> }): Check<T> =>
	(value, key, problems) => {
		const source = value === undefined ? {} : value;
		const names = Object.keys(fields) as (keyof T & string)[];
		const result: Partial<T> = {};
		if (typeof source !== "object" || source === null || Array.isArray(source)) {
			complain(problems, key || "configuration", value, "an object");
			return result as T;
		}
		const path = (name: string) => (key === "" ? name : `${key}.${name}`);
		for (const name of Object.keys(source)) {
			if (!(names as string[]).includes(name)) {
				// A strange name is quoted, and so stays on one line. The value may be a secret in the wrong place.
				const shown = abbreviated(isName(name) ? name : JSON.stringify(name));
				problems.push({ key: path(shown), got: "a value", wants: `no such key, only ${names.join(", ")}` });
			}
		}
		for (const name of names) {
			result[name] = fields[name]((source as Record<string, unknown>)[name], path(name), problems);
		}
		return result as T;
	};
