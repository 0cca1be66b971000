import { readRules } from "../../../server/rules/read-rules.js";
import {
	MOST_MEMBERS,
	MOST_VOTERS,
	NAME,
	type RuleDefinition,
	type RuleSet,
} from "../../../server/rules/rule-set.js";
import { bytesOf, looseText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

const NAMES = ["a", "b", "c", "s-1..3", "e-2", "d-01..04", "g1"];
const ODD_NAMES = ["s-2", "g0", "a b", "1..9999", "4..2", "5", "[]", "null"];
const SENSORS = ["light", "humidity", "x y"];
const NUMBERS = ["1", "2", "300", "1e3", "0.5", ".5", "0x10"];
const ODD_NUMBERS = ["0", "-1", "1001", "1e999", "off", "null"];
const KEYS = [
	...["votes", "sensor", "median", "atLeast", "minimumOn", "minimumOff", "stale", "stuck", "quorum"],
	...["otherwise", "commands", "groups", "rules", "below", "hysteresis", "count", "device", "sensors"],
];

const TIMES = ["minimumOn", "minimumOff", "stale", "stuck"];

/** A rule file that is right, or nearly so: in YAML, or in JSON. */
function anyFile(random: Random): string {
	if (random.chance(0.1)) return anyJson(random, KEYS);
	const name = () => random.pick(random.chance(0.03) ? ODD_NAMES : NAMES);
	const number = () => random.pick(random.chance(0.03) ? ODD_NUMBERS : NUMBERS);
	const names = () => `[${some(random, name).join(", ")}]`;
	const asked = () => `[${name()}, {device: ${random.pick(["a", "z"])}, sensors: [${random.pick(SENSORS)}]}]`;
	const test = () =>
		random.chance(0.5)
			? `median: {below: ${number()}, hysteresis: ${number()}}`
			: `atLeast: {count: ${random.pick(["1", "1", number()])}, below: ${number()}}`;
	const further = () => [
		...(random.chance(0.3) ? [`otherwise: ${random.pick(["keep", "on", "off"])}`] : []),
		...TIMES.filter(() => random.chance(0.2)).map((key) => `${key}: ${number()}`),
		...(random.chance(0.05) ? [`${random.pick(KEYS)}: ${number()}`] : []),
	];
	const groups = some(random, (index) => `  g${index}: ${names()}\n`);
	const rules = some(random, (index) => {
		const votes = `votes: ${random.pick([name(), names(), asked()])}`;
		const commands = `commands: ${random.chance(0.9) ? `m${index}` : names()}`;
		return `  r${index}:\n${[votes, test(), commands, ...further()].map((line) => `    ${line}\n`).join("")}`;
	});
	return `${random.pick(["", "# a file\n", "---\n"])}groups:\n${groups.join("")}rules:\n${rules.join("")}`;
}

/** One to three. */
const some = <T>(random: Random, one: (index: number) => T): T[] =>
	Array.from({ length: random.below(3) + 1 }, (_, index) => one(index));

/** A file that says the same as a set, without any default. */
function fileOf({ rules, groups }: RuleSet): string {
	const ruleOf = ({ test, voters, stuck, ...rule }: RuleDefinition) => {
		const { kind, ...limits } = test;
		return {
			votes: voters.map(({ device, sensor }) => ({ device, sensors: [sensor] })),
			...{ [kind]: limits, commands: rule.commands, quorum: rule.quorum, otherwise: rule.otherwise },
			...{ minimumOn: rule.minimumOn / 1000, minimumOff: rule.minimumOff / 1000, stale: rule.stale / 1000 },
			...(stuck !== undefined && { stuck: stuck / 1000 }),
		};
	};
	return JSON.stringify({
		groups: Object.fromEntries(groups),
		rules: Object.fromEntries(rules.map((rule) => [rule.name, ruleOf(rule)])),
	});
}

/** An object of JavaScript has names that are numbers before the others. */
const byName = (one: RuleDefinition, other: RuleDefinition) => (one.name < other.name ? -1 : 1);

function checkSet({ rules, groups }: RuleSet): void {
	for (const members of groups.values()) {
		demand(members.length > 0 && members.length <= MOST_MEMBERS, "a group's size");
		demand(
			members.every((id) => NAME.test(id) && !groups.has(id)),
			"a member that is no device",
		);
	}
	const commanded = rules.flatMap(({ commands }) => commands);
	demand(new Set(commanded).size === commanded.length, "a device commanded twice");
	for (const { voters, test, quorum, commands, stale, minimumOn, minimumOff } of rules) {
		demand(voters.length > 0 && voters.length <= MOST_VOTERS && commands.length > 0, "an empty rule");
		demand(new Set(voters.map((voter) => JSON.stringify(voter))).size === voters.length, "a vote twice");
		demand(quorum >= 1 && quorum <= voters.length, "a quorum");
		demand(test.kind === "median" || (test.count >= 1 && test.count <= voters.length), "a count");
		demand([test.below, minimumOn, minimumOff].every(Number.isFinite) && test.hysteresis >= 0, "a number");
		demand(stale > 0 && minimumOn >= 0 && minimumOff >= 0, "a time");
	}
}

/** The server's rules, from a file. */
export const ruleFile: Target = {
	name: "rule-file",
	covers: [
		...["server/rules/read-rules.ts", "server/rules/document.ts", "server/rules/form.ts"],
		...["server/rules/groups.ts", "server/rules/who.ts"],
	],
	share: 0.5,
	generate: (random) => spoilt(bytesOf(anyFile(random)), random, 0.3),
	run: (input) => {
		const text = looseText(input);
		const read = readRules(text);
		if (read.kind === "mistakes") {
			demand(read.mistakes.length > 0, "refused for nothing");
			const lines = text.split(/\r\n?|\n/).length;
			for (const { line, column, what } of read.mistakes) {
				demand(line >= 1 && line <= lines && column >= 1, `a place that is not there: ${line}:${column}`);
				demand(!/[\r\n]/.test(what) && what.length < 500, "a mistake in more than a line");
			}
			return read.mistakes[0]?.kind ?? "";
		}
		checkSet(read.set);
		const again = readRules(fileOf(read.set));
		demand(again.kind === "rules", "what it means is refused");
		const shown = ({ rules, groups }: RuleSet) =>
			JSON.stringify([[...rules].sort(byName), [...groups].sort()]);
		demandSame(shown(again.set), shown(read.set), "read again it means something else");
		return "rules";
	},
};
