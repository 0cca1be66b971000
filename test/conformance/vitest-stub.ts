/** Stands for vitest while the names of tests are collected: it notes, and runs no test. */

/** A test by its file and its name. */
export interface NamedTest {
	/** The path from the project's top. */
	readonly file: string;
	/** Titles from the outermost `describe` to the test, joined by " > ", with the values of a table's row. */
	readonly name: string;
	/** The same with the table's placeholders as they are written. */
	readonly pattern: string;
}

type Row = readonly unknown[];
type Body = (...row: readonly unknown[]) => unknown;

const tests: NamedTest[] = [];
let file = "";
let path: readonly { readonly name: string; readonly pattern: string }[] = [];

/** What follows is of this file. */
export function begin(name: string): void {
	file = name;
}

/** All that was noted since the last call. */
export const take = (): readonly NamedTest[] => tests.splice(0);

/** A value as a title shows it: text without quotes, in full. */
function shown(value: unknown): string {
	if (Array.isArray(value)) return value.map(shown).join(", ");
	if (typeof value !== "object" || value === null || value instanceof RegExp) return String(value);
	return JSON.stringify(value);
}

const valueAt = (value: unknown, keys: string): unknown =>
	keys.split(".").reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);

/** A title with the values of a row: `$key` or `$key.inner` of an object, `%s` and the like in order. */
function titleOf(pattern: string, row: Row, index: number): string {
	let next = 0;
	return pattern
		.replaceAll(/%([sdifjoO])/g, (_, kind) => {
			const value = row[next++];
			return kind === "j" ? JSON.stringify(value) : shown(value);
		})
		.replaceAll("%#", String(index))
		.replaceAll(/\$([A-Za-z_][\w.]*)/g, (text, keys) =>
			typeof row[0] === "object" && row[0] !== null ? shown(valueAt(row[0], keys)) : text,
		);
}

function noteTest(name: string, pattern: string): void {
	const all = [...path, { name, pattern }];
	tests.push({
		file,
		name: all.map((one) => one.name).join(" > "),
		pattern: all.map((one) => one.pattern).join(" > "),
	});
}

function noteSuite(name: string, pattern: string, body: () => unknown): void {
	const outer = path;
	path = [...outer, { name, pattern }];
	body();
	path = outer;
}

type Note = (name: string, pattern: string, body: () => unknown) => void;

function eachOf(note: Note) {
	return (rows: readonly unknown[]) => (pattern: string, body: Body) => {
		rows.forEach((row, index) => {
			const values = Array.isArray(row) ? row : [row];
			note(titleOf(pattern, values, index), pattern, () => body(...values));
		});
	};
}

function noting(note: Note) {
	const one = (name: string, body: () => unknown) => note(name, name, body);
	const none = (..._: readonly unknown[]): void => {};
	return Object.assign(one, {
		each: eachOf(note),
		skip: Object.assign(none, { each: (_: readonly unknown[]) => none }),
		skipIf: (isSkipped: unknown) => (isSkipped ? none : one),
		runIf: (isRun: unknown) => (isRun ? one : none),
	});
}

export const describe = noting(noteSuite);
export const it = noting(noteTest);
export const test = it;

const ignore = () => {};

export {
	ignore as afterAll,
	ignore as afterEach,
	ignore as beforeAll,
	ignore as beforeEach,
	ignore as onTestFinished,
};

/** Whatever is expected while a table is made, such as `expect.any(Number)`. */
export const expect: unknown = new Proxy(ignore, { get: () => expect, apply: () => expect });
