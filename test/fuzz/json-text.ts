import type { Random } from "./random.js";

const NUMBERS = ["0", "-1", "1e3", "0.5", "1e999", "-0", "65536", "1883", "300", "12345678901234567890"];
const STRINGS = [
	'"a"',
	'""',
	'"\\u0041"',
	'"\\ud800"',
	'"é💡"',
	'"x y\\n"',
	'"__proto__"',
	'"d1"',
	'"mqtt"',
	'"/a"',
];
const WORDS = ["true", "false", "null"];
/** What is no JSON. */
const FLAWS = ["01", "1.", '"\\x"', "tru", "undefined", "NaN", ",", "[", "{", "'a'", '"\t"', ""];
const SPACES = ["", "", "", " ", "\n\t", "\r"];
/** Deeper than anything that is taken. */
const DEEPEST = 40;

/** A text that is JSON, or nearly so; these names are likely in it. */
export function anyJson(random: Random, names: readonly string[], depth = 0): string {
	const space = random.pick(SPACES);
	if (random.chance(0.01)) return random.pick(FLAWS);
	if (random.chance(0.005)) return nested(random);
	const choice = depth === 0 && random.chance(0.9) ? 0 : random.below(random.chance(0.1) ? 2 : 6);
	if (depth > 4 || choice === 3) return random.pick(STRINGS);
	if (choice === 0) return `${space}{${members(random, names, depth)}${space}}`;
	if (choice === 1) return `[${space}${list(random, () => anyJson(random, names, depth + 1))}]`;
	return choice === 2 ? random.pick(NUMBERS) : random.pick(WORDS);
}

function nested(random: Random): string {
	const depth = random.below(DEEPEST);
	return `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;
}

function members(random: Random, names: readonly string[], depth: number): string {
	return list(random, () => {
		const name = random.chance(0.8) ? JSON.stringify(random.pick(names)) : random.pick(STRINGS);
		return `${name}${random.pick(SPACES)}:${anyJson(random, names, depth + 1)}`;
	});
}

const list = (random: Random, one: () => string): string =>
	Array.from({ length: random.small(5) + (random.chance(0.7) ? 1 : 0) }, one).join(",");
