import { MOST_MEMBERS, MOST_VOTERS } from "../../../server/rules/rule-set.js";

/** What a rule of two devices says, and a file of one rule. */
export const RULE = "votes: [a, b], median: {below: 300}, commands: m";
export const rule = (text: string) => `rules: {r: {${text}}}`;

/** Files that are not as the schema demands, each with a part of what is said of it. */
export const FORM = [
	{ name: "an unknown key", text: "rulez: {}\nrules: {}", says: '1:1: the file: unknown key "rulez"' },
	{
		name: "an unknown key of a rule",
		text: rule(`${RULE}, medain: 3`),
		says: '1:63: rules.r: unknown key "medain"',
	},
	{ name: "no rules", text: "groups: {}", says: "1:1: the file: rules is missing" },
	{ name: "an empty file", text: "", says: "1:1: the file: got null, wants a map" },
	{ name: "a list", text: "[]", says: "1:1: the file: got an empty list" },
	{
		name: "an empty group",
		text: `groups:\n  g: []\n${rule(RULE)}`,
		says: "2:6: groups.g: got an empty list",
	},
	{ name: "a group of nothing", text: `groups:\n  g:\n${rule(RULE)}`, says: "2:5: groups.g: got null" },
	{
		name: "a number as a device",
		text: `groups: {g: [5]}\n${rule(RULE)}`,
		says: "1:14: groups.g: got 5, wants a device's id",
	},
	{
		name: "a device that can be none",
		text: `groups: {g: [a/b]}\n${rule(RULE)}`,
		says: '1:14: groups.g: got "a/b"',
	},
	{
		name: "a group's name",
		text: `groups: {"a b": [a]}\n${rule(RULE)}`,
		says: '1:10: groups: got "a b", wants a name',
	},
	{
		name: "nobody who votes",
		text: rule("median: {below: 1}, commands: m"),
		says: "1:12: rules.r: votes is missing",
	},
	{
		name: "an empty vote",
		text: rule("votes: [], median: {below: 1}, commands: m"),
		says: "1:20: rules.r.votes: got an empty list",
	},
	{
		name: "a device without sensors",
		text: rule("votes: {device: a}, median: {below: 1}, commands: m"),
		says: "sensors is missing",
	},
	{ name: "no test", text: rule("votes: a, commands: m"), says: "1:12: rules.r: wants median or atLeast" },
	{
		name: "two tests",
		text: rule(`${RULE}, atLeast: {count: 1, below: 3}`),
		says: "wants only one of median and atLeast",
	},
	{
		name: "a limit that is no number",
		text: rule("votes: a, median: {below: dark}, commands: m"),
		says: '1:39: rules.r.median.below: got "dark", wants a number',
	},
	{
		name: "a negative hysteresis",
		text: rule("votes: a, median: {below: 1, hysteresis: -1}, commands: m"),
		says: "got -1, wants a number from 0",
	},
	{
		name: "a count of none",
		text: rule("votes: a, atLeast: {below: 1, count: 0}, commands: m"),
		says: "got 0, wants a whole number",
	},
	{
		name: "a count without a limit",
		text: rule("votes: a, atLeast: {count: 1}, commands: m"),
		says: "below is missing",
	},
	{ name: "half a vote", text: rule(`${RULE}, quorum: 1.5`), says: "rules.r.quorum: got 1.5" },
	{
		name: "a negative time",
		text: rule(`${RULE}, minimumOn: -1`),
		says: "rules.r.minimumOn: got -1, wants seconds",
	},
	{ name: "no silence at all", text: rule(`${RULE}, stale: 0`), says: "rules.r.stale: got 0, wants seconds" },
	{ name: "a time that is a text", text: rule(`${RULE}, stuck: 1h`), says: 'rules.r.stuck: got "1h"' },
	{
		name: "another way out",
		text: rule(`${RULE}, otherwise: maybe`),
		says: 'got "maybe", wants keep, on, off',
	},
	{ name: "a sensor that is none", text: rule(`${RULE}, sensor: seq`), says: 'rules.r.sensor: got "seq"' },
	{ name: "nobody who is told", text: rule("votes: a, median: {below: 1}"), says: "commands is missing" },
];

/** Files whose parts do not fit together. */
export const SENSE = [
	{
		name: "a cycle",
		text: `groups: {a: [b], b: [x, a]}\n${rule("votes: a, median: {below: 1}, commands: m")}`,
		says: "groups.b: a group within itself: a > b > a",
	},
	{
		name: "a group of itself",
		text: `groups: {a: [a]}\n${rule(RULE)}`,
		says: "1:14: groups.a: a group within itself: a > a",
	},
	{
		name: "a device commanded twice",
		text: `rules: {r: {${RULE}}, s: {${RULE}}}`,
		says: '"m" is commanded by rules.r already',
	},
	{
		name: "more votes than sensors",
		text: rule(`${RULE}, quorum: 3`),
		says: "rules.r.quorum: got 3, but the rule asks 2 sensors only",
	},
	{
		name: "a count above that",
		text: rule("votes: a, atLeast: {count: 2, below: 1}, commands: m"),
		says: "got 2, but the rule asks 1 sensors only",
	},
	{
		name: "a group as a device",
		text: `groups: {g: [a]}\n${rule("votes: {device: g, sensors: [x]}, median: {below: 1}, commands: m")}`,
		says: '"g" is a group, wants a device\'s id',
	},
	{
		name: "a range as a device",
		text: rule("votes: {device: s-1..3, sensors: [x]}, median: {below: 1}, commands: m"),
		says: '"s-1..3" is a range, wants a device\'s id',
	},
	{
		name: "a range of ranges",
		text: rule("votes: s-1..3..4, median: {below: 1}, commands: m"),
		says: 'got "s-1..3..4", wants a device',
	},
	{
		name: "a range with a group's name in it",
		text: `groups: {s-2: [a], all: [s-1..3]}\n${rule(RULE)}`,
		says: '"s-1..3" has "s-2" in it, which is a group',
	},
	{
		name: "a range backwards",
		text: rule("votes: s-3..1, median: {below: 1}, commands: m"),
		says: "wants a range that begins below its end",
	},
	{
		name: "a range without end",
		text: rule("votes: s-1..999999, median: {below: 1}, commands: m"),
		says: `wants ${MOST_MEMBERS} devices at most`,
	},
	{
		name: "too many sensors",
		text: rule(`votes: s-0..${MOST_VOTERS}, median: {below: 1}, commands: m`),
		says: `asks ${MOST_VOTERS + 1} sensors, wants ${MOST_VOTERS} at most`,
	},
	{
		name: "too many devices in all groups",
		text: `groups: {${Array.from({ length: 11 }, (_, i) => `g${i}: [d-1..10000]`).join(", ")}}\n${rule(RULE)}`,
		says: "groups.g10: more than 100000 devices",
	},
];

/** Files that are no YAML, or have of it what a rule file does not have. */
export const NO_YAML = [
	{ name: "a tab", text: "rules:\n\tr: 1", says: "2:1: not YAML: " },
	{ name: "a key twice", text: "rules: {}\nrules: {}", says: "2:1: not YAML: Map keys must be unique" },
	{ name: "two documents", text: "rules: {}\n---\nrules: {}", says: "not YAML: " },
	{ name: "a bracket that stays open", text: "rules: {r: [", says: "not YAML: " },
	{ name: "an unknown tag", text: "rules: !x {}", says: "1:8: not YAML: " },
	{ name: "an alias", text: "groups: {a: &x [b], c: *x}\nrules: {}", says: "1:24: an alias (*)" },
	{
		name: "lists in lists",
		text: `rules: ${"[".repeat(40)}${"]".repeat(40)}`,
		says: "lists or maps too deep",
	},
	{ name: "lists in lists by the thousand", text: "[".repeat(100_000), says: "" },
	{
		name: "a file that is too large",
		text: `rules: {} #${"x".repeat(300_000)}`,
		says: "wants 262144 at most",
	},
];
