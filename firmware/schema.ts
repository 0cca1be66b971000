/**
 * Rules for data from outside, as data: `check` interprets them, and other programs make a JSON Schema of
 * them. Each problem names the key, what it got and what it wants.
 */

/** What is wrong with one value. */
export interface Problem {
	/** Dotted path of the value, for example `telemetry.interval`. */
	key: string;
	/** The value, as JSON, at most 60 characters of it. */
	got: string;
	wants: string;
}

/** A kind of text. */
export interface Format {
	readonly name: "text" | "secret" | "name" | "path" | "host" | "topic";
	/** Whether all of a text is of this kind; its length is checked before. */
	readonly fits: (text: string) => boolean;
	/** What is wanted, behind "LEAST to MOST ". */
	readonly wants: string;
}

/** One value of any shape. */
export type AnyRule =
	/** A whole number from `least` to `most`; without a fallback it must be there. */
	| { readonly kind: "integer"; readonly least: number; readonly most: number; readonly fallback?: number }
	| { readonly kind: "flag"; readonly fallback: boolean }
	/** Text of `least` to `most` UTF-16 units. */
	| {
			readonly kind: "text";
			readonly format: Format;
			readonly least: number;
			readonly most: number;
			readonly fallback?: string;
	  }
	/** One of these; the first is the default. */
	| { readonly kind: "choice"; readonly choices: readonly (string | number)[] }
	| { readonly kind: "optional"; readonly rule: AnyRule }
	/** What `rule` takes, or null. */
	| { readonly kind: "nullable"; readonly rule: AnyRule }
	| {
			readonly kind: "list";
			readonly rule: AnyRule;
			readonly least: number;
			readonly most: number;
			readonly fallback: readonly unknown[];
	  }
	/** An object with these keys and no others; nothing at all counts as an empty one. */
	| {
			readonly kind: "object";
			readonly fields: Readonly<Record<string, AnyRule>>;
			/** What an empty one becomes, `undefined` for keys that are needed: frozen, as it is shared. */
			readonly usual: Readonly<Record<string, unknown>>;
			readonly isNeeded: boolean;
	  };

declare const CHECKED: unique symbol;

/** A rule whose checked value is a `T`. */
export type Rule<T> = AnyRule & { readonly [CHECKED]?: () => T };

/** The type of what a rule lets through. */
export type Checked<R> = R extends { readonly [CHECKED]?: (() => infer T) | undefined } ? T : never;

/** A whole number from `least` to `most`; `fallback` if it is absent. Checking goes on with `least` if it is wrong. */
export const integer = (least: number, most: number, fallback?: number): Rule<number> => ({
	kind: "integer",
	least,
	most,
	...(fallback !== undefined && { fallback }),
});

/** `true` or `false`; `fallback` if it is absent or wrong. */
export const flag = (fallback: boolean): Rule<boolean> => ({ kind: "flag", fallback });

const TEXT: Format = Object.freeze({
	name: "text",
	fits: (text: string) => every(text, isNoControl) && isWellFormed(text),
	wants: "characters, none a control character or a lone surrogate",
});

const SECRET: Format = Object.freeze({
	name: "secret",
	fits: (text: string) => isWellFormed(text),
	wants: "characters, none a lone surrogate",
});

const NAME: Format = Object.freeze({
	name: "name",
	fits: (text: string) => every(text, isNameCharacter),
	wants: 'of letters, digits, "-", "_", "."',
});

const PATH: Format = Object.freeze({
	name: "path",
	fits: (text: string) => text.charCodeAt(0) === SLASH && every(text, isVisible),
	wants: 'visible ASCII characters, the first "/"',
});

const HOST: Format = Object.freeze({
	name: "host",
	fits: (text: string) => isHost(text),
	wants: "characters, a host name or an IP address alone: no scheme, port, brackets or spaces",
});

const TOPIC: Format = Object.freeze({
	name: "topic",
	// Topics that begin with "$" are the broker's (MQTT 3.1.1, 4.7.2): many close the connection on one.
	fits: (text: string) => {
		const rest = text.replace("{id}", "i");
		return text.charCodeAt(0) !== DOLLAR && (every(rest, isPlain) || isTopic(rest));
	},
	wants:
		'characters of a topic name, without "+", "#", "$" at its beginning and braces other than one "{id}", or null',
});

/** Text of `least` to `most` characters without control characters and lone surrogates. */
export const text = (least: number, most: number): Rule<string> => ({
	kind: "text",
	format: TEXT,
	least,
	most,
});

/** Text of `least` to `most` characters that is not shown when it is wrong. */
export const secret = (least: number, most: number): Rule<string> => ({
	kind: "text",
	format: SECRET,
	least,
	most,
});

/** 1 to `most` characters out of letters, digits, `-`, `_` and `.`: safe in topics and file names. */
export const identifier = (most: number): Rule<string> => ({ kind: "text", format: NAME, least: 1, most });

/** `identifier` with a default. */
export const named = (most: number, fallback: string): Rule<string> => ({
	kind: "text",
	format: NAME,
	least: 1,
	most,
	fallback,
});

/**
 * A host name in ASCII, without a dot at its end, or an IP address, of `most` characters at most: nothing
 * that only a URL has, for a board has no parser of those.
 */
export const host = (most: number): Rule<string> => ({ kind: "text", format: HOST, least: 1, most });

/** What HTTP asks for: `/`, then visible ASCII characters, `most` in all at most; `fallback` when there is none. */
export const path = (most: number, fallback: string): Rule<string> => ({
	kind: "text",
	format: PATH,
	least: 1,
	most,
	fallback,
});

/**
 * A topic name in which `{id}` stands for the device's id, once at most, and no other braces are; `null`: there is none; `fallback` when
 * nothing is said. Its length in bytes is not checked, which the id decides too.
 */
export const topic = (fallback: string): Rule<string | null> => ({
	kind: "nullable",
	rule: { kind: "text", format: TOPIC, least: 1, most: 65_535, fallback },
});

/** One of `choices`; the first one when there is none. */
export const choice = <T extends string | number>(...choices: readonly [T, ...T[]]): Rule<T> => ({
	kind: "choice",
	choices,
});

/** What `rule` takes, or nothing at all. */
export const optional = <T>(rule: Rule<T>): Rule<T | undefined> => ({ kind: "optional", rule });

/** A list of `least` to `most` values that `rule` takes; `fallback` when there is none. */
export const list = <T>(
	rule: Rule<T>,
	least: number,
	most: number,
	fallback: readonly unknown[],
): Rule<readonly T[]> => ({ kind: "list", rule, least, most, fallback });

/** An object with these fields and no others. */
export const object = <T extends Readonly<Record<string, AnyRule>>>(
	fields: T,
): Rule<{ readonly [K in keyof T]: Checked<T[K]> }> => {
	const usual: Record<string, unknown> = {};
	let isNeeded = false;
	for (const name of Object.keys(fields)) {
		const problems: Problem[] = [];
		const value = checkAny(fields[name] as AnyRule, undefined, "", name, problems);
		usual[name] = problems.length === 0 ? value : undefined;
		isNeeded ||= problems.length > 0;
	}
	return { kind: "object", fields, usual: Object.freeze(usual), isNeeded };
};

/** `problem` in one line. */
export const describeProblem = ({ key, got, wants }: Problem): string => `${key}: got ${got}, wants ${wants}`;

/**
 * Checks the value at `key`, and adds what is wrong to `problems`. Returns the value; if it is wrong, one to go on with: a
 * number's `least`, an empty list, otherwise the default.
 */
export function check<T>(rule: Rule<T>, value: unknown, key: string, problems: Problem[]): T {
	return checkAny(rule, value, "", key, problems) as T;
}

/**
 * @param prefix with `name` the value's key: put together for a problem only, as most values have none. Cases
 * that need variables are functions of their own: here they would take their time with each value.
 */
function checkAny(rule: AnyRule, value: unknown, prefix: string, name: string, problems: Problem[]): unknown {
	switch (rule.kind) {
		case "integer":
			if (typeof value === "number" && value >= rule.least && value <= rule.most && value % 1 === 0)
				return value;
			if (value === undefined && rule.fallback !== undefined) return rule.fallback;
			complain(problems, prefix + name, value, `a whole number from ${rule.least} to ${rule.most}`);
			return rule.least;
		case "text":
			return checkText(rule, value, prefix + name, problems);
		case "object":
			return checkObject(rule, value, prefix + name, problems);
		case "optional":
			return value === undefined ? undefined : checkAny(rule.rule, value, prefix, name, problems);
		case "nullable":
			return value === null ? null : checkAny(rule.rule, value, prefix, name, problems);
		case "choice":
			if ((rule.choices as readonly unknown[]).includes(value)) return value;
			if (value !== undefined) {
				complain(problems, prefix + name, value, rule.choices.map((one) => JSON.stringify(one)).join(" or "));
			}
			return rule.choices[0];
		case "flag":
			if (typeof value === "boolean") return value;
			if (value !== undefined) complain(problems, prefix + name, value, "true or false");
			return rule.fallback;
		case "list":
			return checkList(rule, value, prefix + name, problems);
	}
}

function checkList(
	{ rule, least, most, fallback }: Extract<AnyRule, { kind: "list" }>,
	value: unknown,
	key: string,
	problems: Problem[],
): unknown[] {
	const items = value === undefined ? fallback : value;
	if (Array.isArray(items) && items.length >= least && items.length <= most) {
		return items.map((item, index) => checkAny(rule, item, `${key}.`, String(index), problems));
	}
	complain(problems, key, value, `a list of ${least} to ${most}`);
	return [];
}

function checkText(
	{ format, least, most, fallback = "" }: Extract<AnyRule, { kind: "text" }>,
	value: unknown,
	key: string,
	problems: Problem[],
): string {
	if (value === undefined && fallback !== "") return fallback;
	if (typeof value === "string" && value.length >= least && value.length <= most && format.fits(value)) {
		return value;
	}
	const wants = `${least} to ${most} ${format.wants}`;
	if (format === SECRET) problems.push({ key, got: "something else", wants });
	else complain(problems, key, value, wants);
	return fallback;
}

function checkObject(
	{ fields, usual, isNeeded }: Extract<AnyRule, { kind: "object" }>,
	value: unknown,
	key: string,
	problems: Problem[],
): Readonly<Record<string, unknown>> {
	if (value === undefined && !isNeeded) return usual;
	const source = value === undefined ? usual : value;
	if (typeof source !== "object" || source === null || Array.isArray(source)) {
		complain(problems, key || "configuration", value, "an object");
		return {};
	}
	const prefix = key === "" ? "" : `${key}.`;
	const names = Object.keys(usual);
	// No iterators: with forty keys they take a while.
	const given = Object.keys(source);
	for (let index = 0; index < given.length; index++) {
		const name = given[index] as string;
		if (names.includes(name)) continue;
		// A strange name is quoted, and so stays on one line. The value may be a secret in the wrong place.
		const shown = abbreviated(isName(name) ? name : JSON.stringify(name));
		problems.push({ key: prefix + shown, got: "a value", wants: `no such key, only ${names.join(", ")}` });
	}
	let result: Record<string, unknown> | undefined;
	for (let index = 0; index < names.length; index++) {
		const name = names[index] as string;
		const one = (source as Record<string, unknown>)[name];
		// Mostly there is none, or the default, which fits.
		if (one === undefined ? usual[name] !== undefined : one === usual[name]) continue;
		const checked = checkAny(fields[name] as AnyRule, one, prefix, name, problems);
		if (checked === usual[name]) continue;
		result ??= { ...usual };
		result[name] = checked;
	}
	return result ?? usual;
}

function complain(problems: Problem[], key: string, value: unknown, wants: string): void {
	const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
	problems.push({ key, got: abbreviated(text), wants });
}

/** At most 60 characters of `text`. */
export const abbreviated = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Whether UTF-8, and so MQTT, can express `text`: each surrogate has its partner [MQTT-1.5.3-1]. */
export function isWellFormed(text: string): boolean {
	for (const character of text) {
		const point = character.codePointAt(0) as number;
		if (point >= 0xd800 && point <= 0xdfff) return false;
	}
	return true;
}

// Called as a function, it does not make XS wrap the text in an object for each character.
const { charCodeAt } = String.prototype;

/** Whether each UTF-16 unit of `text` fits. */
function every(text: string, fits: (unit: number) => boolean): boolean {
	const { length } = text;
	for (let index = 0; index < length; index++) if (!fits(charCodeAt.call(text, index))) return false;
	return true;
}

const SLASH = 0x2f;
const DOLLAR = 0x24;

const isName = (text: string): boolean => text.length > 0 && every(text, isNameCharacter);
const isNoControl = (unit: number): boolean => unit > 0x1f;
const isVisible = (unit: number): boolean => unit > 0x20 && unit < 0x7f;

function isNameCharacter(unit: number): boolean {
	if (unit >= 0x30 && unit <= 0x39) return true;
	const lower = unit | 0x20;
	return (lower >= 0x61 && lower <= 0x7a) || unit === 0x2d || unit === 0x2e || unit === 0x5f;
}

function isHost(text: string): boolean {
	let colons = 0;
	let unit = 0;
	for (let index = 0; index < text.length; index++) {
		unit = charCodeAt.call(text, index);
		if (unit === 0x3a) colons++;
		// Behind an IPv6 address a zone begins with a percent sign.
		else if (!(isNameCharacter(unit) || (unit === 0x25 && colons > 1))) return false;
	}
	// One colon is a port's; an IPv6 address has two at least.
	return colons !== 1 && unit !== 0x2e;
}

/** Whether a unit may be in a topic name of ours: ASCII, but for control characters, '#', '+' and braces. */
const isPlain = (unit: number): boolean =>
	unit > 0x1f && unit < 0x7f && unit !== 0x23 && unit !== 0x2b && unit !== 0x7b && unit !== 0x7d;

/** Whether a broker takes `text` as a topic name (MQTT 3.1.1, 4.7), with nothing in it that it may close on (1.5.3). */
function isTopic(text: string): boolean {
	for (const character of text) {
		const point = character.codePointAt(0) as number;
		if (isPlain(point)) continue;
		// ASCII and other control characters, surrogates, what Unicode calls non-characters.
		if (point < 0xa0 || (point >= 0xd800 && point <= 0xdfff)) return false;
		if ((point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe) return false;
	}
	return true;
}
