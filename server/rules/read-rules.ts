import { type Entry, type Member, type Mistake, parseText } from "./document.js";
import { Form, type NumberKind, type Section } from "./form.js";
import { named, quoted, type WrittenGroup } from "./groups.js";
import {
	MOST_SECONDS,
	MOST_VOTERS,
	MOST_VOTERS_IN_ALL,
	NAME,
	type Otherwise,
	type RuleDefinition,
	type RuleSet,
	type Test,
	type Voter,
} from "./rule-set.js";
import { NAME_RULE, Who } from "./who.js";

/** A rule file, read: the rules, or what is wrong, in the file's order. */
export type ReadRules =
	| { readonly kind: "rules"; readonly set: RuleSet }
	| { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

const RULE_KEYS = [
	...["votes", "sensor", "median", "atLeast", "minimumOn", "minimumOff"],
	...["stale", "stuck", "quorum", "otherwise", "commands"],
];
const OTHERWISE: readonly string[] = ["keep", "on", "off"];

const ANY: NumberKind = { wants: "a number", fits: () => true };
const FROM_0: NumberKind = { wants: "a number from 0", fits: (value) => value >= 0 };
const COUNT: NumberKind = {
	wants: `a whole number from 1 to ${MOST_VOTERS}`,
	fits: (value) => Number.isInteger(value) && value >= 1 && value <= MOST_VOTERS,
};
const DURATION: NumberKind = {
	wants: `seconds, 0 to ${MOST_SECONDS}`,
	fits: (value) => value >= 0 && value <= MOST_SECONDS,
};
const SILENCE: NumberKind = {
	wants: `seconds, 0.1 to ${MOST_SECONDS}`,
	fits: (value) => value >= 0.1 && value <= MOST_SECONDS,
};

/** Seconds after which a silent sensor has no vote, when nothing else is said. */
const DEFAULT_STALE = 10;

/**
 * Reads a rule file: YAML 1.2, and so JSON too. Never throws.
 * @param devices those that there are; if left out, any
 */
export function readRules(text: string, devices?: ReadonlySet<string>): ReadRules {
	const parsed = parseText(text);
	if (parsed.kind === "mistakes") return parsed;
	const reader = new Reader(devices);
	const set = reader.read(parsed.root);
	if (reader.found.length === 0) return { kind: "rules", set };
	const sorted = reader.found.sort((a, b) => a.offset - b.offset);
	const mistakes = sorted.map(({ kind, offset, what }) => ({ kind, ...parsed.placeOf(offset), what }));
	return { kind: "mistakes", mistakes };
}

interface Found extends Pick<Mistake, "kind" | "what"> {
	readonly offset: number;
}

class Reader {
	readonly found: Found[] = [];
	readonly #form = new Form((offset, what) => void this.found.push({ kind: "form", offset, what }));
	readonly #who: Who;
	#voters = 0;

	constructor(devices: ReadonlySet<string> | undefined) {
		this.#who = new Who(this.#form, (offset, what) => this.#object(offset, what), devices);
	}

	/** The rules; not to be used if something was found. */
	read(root: Entry): RuleSet {
		// A file may have groups alone, for `nightlight command --group`.
		const needed = hasGroups(root) ? [] : ["rules"];
		const file = this.#form.section("the file", root, ["$schema", "groups", "rules"], needed);
		if (file === undefined) return { rules: [], groups: new Map() };
		const schema = file.members.get("$schema")?.value;
		if (schema !== undefined) this.#form.text("$schema", schema, () => true, "the name of a JSON Schema");
		this.#who.take(this.#named("groups", file).map((member) => this.#groupOf(member)));
		const rules = this.#named("rules", file).flatMap((member) => this.#ruleOf(member) ?? []);
		return { rules, groups: this.#who.groups };
	}

	/** The members of a map with names as its keys. */
	#named(key: string, file: Section): readonly Member[] {
		const entry = file.members.get(key)?.value;
		if (entry === undefined) return [];
		const section = this.#form.map(key, entry, `a map of names`);
		const members = [...(section?.members.values() ?? [])];
		for (const { key: name, offset } of members)
			if (!NAME.test(name)) this.#formed(offset, `${key}: got ${quoted(name)}, wants a name of ${NAME_RULE}`);
		return members;
	}

	#groupOf({ key, offset, value }: Member): WrittenGroup {
		const items = this.#form.list(
			`groups.${named(key)}`,
			value,
			"a list of devices and groups, one at least",
		);
		return { path: "groups", text: key, offset, items: this.#who.words(`groups.${named(key)}`, items) };
	}

	#ruleOf({ key: name, offset, value }: Member): RuleDefinition | undefined {
		const path = `rules.${named(name)}`;
		const section = this.#form.section(path, value, RULE_KEYS, ["votes", "commands"]);
		if (section === undefined) return undefined;
		const form = this.#form;
		const seconds = (key: string, kind: NumberKind, otherwise: number) =>
			form.number(section, key, kind, otherwise) * 1000;
		const voters = this.#who.votersOf(section);
		const test = this.#testOf(section, voters);
		const needed = test?.kind === "atLeast" ? test.count : 1;
		const quorum = form.number(section, "quorum", COUNT, needed);
		this.#checkCount(section, "quorum", quorum, voters);
		const stuck = form.number(section, "stuck", SILENCE, undefined);
		const otherwise = section.members.get("otherwise")?.value;
		const isKnown = (text: string) => OTHERWISE.includes(text);
		const choice = otherwise && form.text(`${path}.otherwise`, otherwise, isKnown, OTHERWISE.join(", "));
		const commands = this.#who.commandsOf(section, name);
		if (test === undefined) return undefined;
		this.#voters += voters.length;
		if (this.#voters > MOST_VOTERS_IN_ALL && this.#voters - voters.length <= MOST_VOTERS_IN_ALL)
			this.#object(offset, `${path}: the rules up to here ask more than ${MOST_VOTERS_IN_ALL} sensors`);
		return {
			...{ name, voters, test, quorum, commands },
			minimumOn: seconds("minimumOn", DURATION, 0),
			minimumOff: seconds("minimumOff", DURATION, 0),
			stale: seconds("stale", SILENCE, DEFAULT_STALE),
			stuck: stuck === undefined ? undefined : stuck * 1000,
			otherwise: (choice ?? "keep") as Otherwise,
		};
	}

	#testOf(rule: Section, voters: readonly Voter[]): Test | undefined {
		const kind = this.#form.one(rule, ["median", "atLeast"]);
		if (kind === undefined) return undefined;
		const path = `${rule.path}.${kind.key}`;
		const isMedian = kind.key === "median";
		const keys = isMedian ? ["below", "hysteresis"] : ["count", "below", "hysteresis"];
		const section = this.#form.section(path, kind.value, keys, keys.slice(0, -1));
		if (section === undefined) return undefined;
		const below = this.#form.number(section, "below", ANY, 0);
		const hysteresis = this.#form.number(section, "hysteresis", FROM_0, 0);
		if (isMedian) return { kind: "median", below, hysteresis };
		const count = this.#form.number(section, "count", COUNT, 1);
		this.#checkCount(section, "count", count, voters);
		return { kind: "atLeast", count, below, hysteresis };
	}

	/** @param voters none if something is wrong with them */
	#checkCount({ path, members }: Section, key: string, count: number, voters: readonly Voter[]): void {
		const value = members.get(key)?.value;
		if (value === undefined || voters.length === 0 || count <= voters.length) return;
		this.#object(
			value.offset,
			`${path}.${key}: got ${count}, but the rule asks ${voters.length} sensors only`,
		);
	}

	#formed(offset: number, what: string): void {
		this.found.push({ kind: "form", offset, what });
	}

	#object(offset: number, what: string): void {
		this.found.push({ kind: "sense", offset, what });
	}
}

const hasGroups = (root: Entry): boolean =>
	root.kind === "map" &&
	root.members.some(({ key, value }) => key === "groups" && value.kind === "map" && value.members.length > 0);
