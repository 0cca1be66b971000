import type { Entry, Member } from "./document.js";
import { type Complain, quoted } from "./groups.js";

/** A map of the file: its values, the offsets of its keys, and where it stands. */
export interface Section {
	readonly path: string;
	readonly offset: number;
	readonly members: ReadonlyMap<string, Member>;
}

/** A kind of number: what it must be, in words. */
export interface NumberKind {
	readonly wants: string;
	readonly fits: (value: number) => boolean;
}

/** Reads values as they must be. What is wrong is told as `PATH: got VALUE, wants …`. */
export class Form {
	readonly #complain: Complain;

	constructor(complain: Complain) {
		this.#complain = complain;
	}

	/** Tells that a value is not as it must be. */
	refuse(path: string, entry: Entry, wants: string): undefined {
		this.#complain(entry.offset, `${path}: got ${shown(entry)}, wants ${wants}`);
		return undefined;
	}

	/** A map with some of these keys, and all of the `needed` ones; `undefined` for what is no map. */
	section(
		path: string,
		entry: Entry,
		keys: readonly string[],
		needed: readonly string[],
	): Section | undefined {
		const section = this.map(path, entry, `a map of ${keys.join(", ")}`);
		if (section === undefined) return undefined;
		for (const { key, offset } of section.members.values())
			if (!keys.includes(key))
				this.#complain(offset, `${path}: unknown key ${quoted(key)}, wants ${keys.join(", ")}`);
		for (const key of needed)
			if (!section.members.has(key)) this.#complain(section.offset, `${path}: ${key} is missing`);
		return section;
	}

	/** A map, whatever its keys are. @param wants what it must be, in words */
	map(path: string, entry: Entry, wants: string): Section | undefined {
		if (entry.kind !== "map") return this.refuse(path, entry, wants);
		const members = new Map(entry.members.map((member) => [member.key, member]));
		return { path, offset: entry.offset, members };
	}

	/** Complains where a section has none, or more than one, of these keys. @returns the one that it has */
	one({ path, offset, members }: Section, keys: readonly string[]): Member | undefined {
		const [first, second] = keys.flatMap((key) => members.get(key) ?? []);
		if (first === undefined) this.#complain(offset, `${path}: wants ${keys.join(" or ")}`);
		if (second !== undefined)
			this.#complain(second.offset, `${path}: wants only one of ${keys.join(" and ")}`);
		return first;
	}

	/** A number of a section; `otherwise` if it is not there, or not as it must be. */
	number<T>({ path, members }: Section, key: string, { wants, fits }: NumberKind, otherwise: T): number | T {
		const value = members.get(key)?.value;
		if (value === undefined) return otherwise;
		const number = value.kind === "scalar" ? value.value : undefined;
		if (typeof number === "number" && Number.isFinite(number) && fits(number)) return number;
		this.refuse(`${path}.${key}`, value, wants);
		return otherwise;
	}

	/** A text that fits; `undefined` for another value. */
	text(path: string, entry: Entry, fits: (text: string) => boolean, wants: string): string | undefined {
		const value = entry.kind === "scalar" ? entry.value : undefined;
		if (typeof value === "string" && fits(value)) return value;
		const isNumber = typeof value === "number" || typeof value === "boolean";
		return this.refuse(path, entry, `${wants}${isNumber ? ', in "quotes"' : ""}`);
	}

	/** The items of a list, which is not empty. */
	list(path: string, entry: Entry, wants: string): readonly Entry[] {
		if (entry.kind === "list" && entry.items.length > 0) return entry.items;
		this.refuse(path, entry, wants);
		return [];
	}
}

/** A value as a mistake shows it. */
function shown(entry: Entry): string {
	switch (entry.kind) {
		case "map":
			return entry.members.length === 0 ? "an empty map" : "a map";
		case "list":
			return entry.items.length === 0 ? "an empty list" : "a list";
		case "scalar":
			return typeof entry.value === "string" ? quoted(entry.value) : String(entry.value).slice(0, 40);
	}
}
