import { MOST_MEMBERS, MOST_MEMBERS_IN_ALL, NAME } from "./rule-set.js";

/** A text in the file, and the offset at which it stands. */
export interface Word {
	/** What the file has it for: `groups.stand`. */
	readonly path: string;
	readonly text: string;
	readonly offset: number;
}

/** A group as it is written: devices, ranges of them, and other groups. */
export interface WrittenGroup extends Word {
	readonly items: readonly Word[];
}

/** Groups in one another at most. */
const MOST_NESTED = 16;

/** Hears of a mistake, and where it is. */
export type Complain = (offset: number, what: string) => void;

/** The end of a range's name: `stand-1..20` is `stand-1` to `stand-20`. */
const RANGE = /^(.*?)(\d{1,9})\.\.(\d{1,9})$/;

/** What the text of a member looks like: a name, or a range, which is longer by dots and a number. */
export const WORD = /^[A-Za-z0-9._-]{1,80}$/;

/** What a member may be, in words. */
export const MEMBER = 'a device\'s id or a group\'s name: 1 to 64 of letters, digits, "-", "_", "."';

/**
 * The names that a text stands for: itself, or all of a range. With zeros before its first number each number has as
 * many digits: `seat-01..20`.
 * @returns what is wrong, in words, if it stands for none
 */
export function namesOf(text: string): readonly string[] | string {
	const [, before = "", first = "", last = ""] = RANGE.exec(text) ?? [];
	if (first === "") return NAME.test(text) ? [text] : `got ${quoted(text)}, wants ${MEMBER}`;
	const [from, to] = [Number(first), Number(last)];
	if (to < from) return `got ${quoted(text)}, wants a range that begins below its end`;
	if (to - from >= MOST_MEMBERS) return `got ${quoted(text)}, wants ${MOST_MEMBERS} devices at most`;
	const width = first.startsWith("0") ? first.length : 0;
	const names = Array.from(
		{ length: to - from + 1 },
		(_, index) => `${before}${String(from + index).padStart(width, "0")}`,
	);
	return names.every((name) => NAME.test(name) && !isRange(name))
		? names
		: `got ${quoted(text)}, wants ${MEMBER}`;
}

/** Whether a text stands for a range, rather than for a device of this id. */
export const isRange = (text: string): boolean => RANGE.test(text);

/** A text in quotes, cut if it is long. */
export const quoted = (text: string): string =>
	JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);

/** A name of the file in a path: as it is, or in quotes. */
export const named = (name: string): string => (NAME.test(name) ? name : quoted(name));

/** Finds the devices of groups, through the groups within them. */
export class Groups {
	readonly #written: ReadonlyMap<string, WrittenGroup>;
	readonly #members = new Map<string, readonly string[]>();
	/** The groups that are looked through at present, outermost first. */
	readonly #open: string[] = [];
	readonly #complain: Complain;
	#count = 0;

	/** @param groups each name once */
	constructor(groups: readonly WrittenGroup[], complain: Complain) {
		this.#written = new Map(groups.map((group) => [group.text, group]));
		this.#complain = complain;
		for (const { text } of groups) this.#resolve(text);
	}

	/** Whether a name is a group's. */
	has(name: string): boolean {
		return this.#written.has(name);
	}

	/** The devices of each group. */
	get members(): ReadonlyMap<string, readonly string[]> {
		return new Map([...this.#written.keys()].map((name) => [name, this.#members.get(name) ?? []]));
	}

	/** The devices that a word stands for: those of a group, of a range, or the one of this id. What is wrong is told. */
	devicesOf(word: Word): readonly string[] {
		const { path, text, offset } = word;
		const names = this.has(text) ? this.#through(word) : this.#named(word);
		this.#count += names.length;
		if (this.#count <= MOST_MEMBERS_IN_ALL) return names;
		if (this.#count - names.length <= MOST_MEMBERS_IN_ALL)
			this.#complain(
				offset,
				`${path}: more than ${MOST_MEMBERS_IN_ALL} devices up to here; wants fewer or smaller groups`,
			);
		return [];
	}

	#named({ path, text, offset }: Word): readonly string[] {
		const names = namesOf(text);
		if (typeof names === "string") {
			this.#complain(offset, `${path}: ${names}`);
			return [];
		}
		const group = names.find((name) => this.has(name));
		if (group === undefined) return names;
		this.#complain(
			offset,
			`${path}: ${quoted(text)} has ${quoted(group)} in it, which is a group; name it by itself`,
		);
		return [];
	}

	#through({ path, text: name, offset }: Word): readonly string[] {
		const index = this.#open.indexOf(name);
		if (index < 0 && this.#open.length < MOST_NESTED) return this.#resolve(name);
		const circle = [...this.#open.slice(index), name].map(named).join(" > ");
		this.#complain(
			offset,
			index < 0
				? `${path}: groups within groups, more than ${MOST_NESTED}; wants fewer`
				: `${path}: a group within itself: ${circle}; leave one of them out`,
		);
		return [];
	}

	#resolve(name: string): readonly string[] {
		const known = this.#members.get(name);
		if (known !== undefined) return known;
		const { items, offset } = this.#written.get(name) as WrittenGroup;
		this.#open.push(name);
		const members = [...new Set(items.flatMap((item) => this.devicesOf(item)))];
		this.#open.pop();
		if (members.length > MOST_MEMBERS)
			this.#complain(
				offset,
				`groups.${named(name)}: ${members.length} devices; wants ${MOST_MEMBERS} at most`,
			);
		this.#members.set(name, members);
		return members;
	}
}
