import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesFilter, topicFilterProblem, topicNameProblem } from "../../../firmware/mqtt/topic.js";

describe("a topic name", () => {
	it.each([
		"a",
		"/",
		"//",
		"/finance",
		"lamp/telemetry",
		"$SYS/monitor/Clients",
		"Accounts payable",
		" ",
		"\ufeff",
		"\u{1f4a1}/\u20ac",
		"\x01",
	])("may be %j", (topic) => {
		expect(topicNameProblem(Buffer.from(topic))).toBeUndefined();
	});

	it("may have 65,535 bytes", () => {
		expect(topicNameProblem(Buffer.alloc(65_535, "a"))).toBeUndefined();
	});

	it.each([
		{ topic: "", problem: "empty topic [MQTT-4.7.3-1]" },
		{ topic: "\0", problem: "U+0000 in a topic [MQTT-4.7.3-2]" },
		{ topic: "lamp/\0", problem: "U+0000 in a topic [MQTT-4.7.3-2]" },
		{ topic: "#", problem: "wildcard in a topic name [MQTT-3.3.2-2]" },
		{ topic: "+", problem: "wildcard in a topic name [MQTT-3.3.2-2]" },
		{ topic: "lamp/#", problem: "wildcard in a topic name [MQTT-3.3.2-2]" },
		{ topic: "lamp/c+", problem: "wildcard in a topic name [MQTT-3.3.2-2]" },
	])("may not be $topic: $problem", ({ topic, problem }) => {
		expect(topicNameProblem(Buffer.from(topic))).toBe(problem);
	});
});

describe("a topic filter", () => {
	it.each([
		"a",
		"/",
		"#",
		"+",
		"+/",
		"/+",
		"+/+",
		"/#",
		"+/#",
		"//#",
		"lamp/commands",
		"lamp/#",
		"lamp/+/led",
		"+/tennis/#",
		"$SYS/#",
		"$SYS/+",
		" #".slice(1),
	])("may be %j [MQTT-4.7.1-2] [MQTT-4.7.1-3]", (filter) => {
		expect(topicFilterProblem(filter)).toBeUndefined();
	});

	it.each([
		{ filter: "", statement: "4.7.3-1", problem: /empty.*MQTT-4\.7\.3-1/ },
		{ filter: "\0", statement: "4.7.3-2", problem: /U\+0000.*MQTT-4\.7\.3-2/ },
		{ filter: "#/\0", statement: "4.7.1-2", problem: /MQTT-4\.7\.1-2/ },
		{ filter: "+/\0", statement: "4.7.3-2", problem: /U\+0000.*MQTT-4\.7\.3-2/ },
		{ filter: "sport/tennis#", statement: "4.7.1-2", problem: /^#.*MQTT-4\.7\.1-2/ },
		{ filter: "sport/tennis/#/ranking", statement: "4.7.1-2", problem: /^#.*MQTT-4\.7\.1-2/ },
		{ filter: "#/", statement: "4.7.1-2", problem: /^#.*MQTT-4\.7\.1-2/ },
		{ filter: "##", statement: "4.7.1-2", problem: /^#.*MQTT-4\.7\.1-2/ },
		{ filter: "#a", statement: "4.7.1-2", problem: /^#.*MQTT-4\.7\.1-2/ },
		{ filter: "+#", statement: "4.7.1-3", problem: /^\+.*MQTT-4\.7\.1-3/ },
		{ filter: "sport+", statement: "4.7.1-3", problem: /^\+.*MQTT-4\.7\.1-3/ },
		{ filter: "+sport", statement: "4.7.1-3", problem: /^\+.*MQTT-4\.7\.1-3/ },
		{ filter: "++", statement: "4.7.1-3", problem: /^\+.*MQTT-4\.7\.1-3/ },
		{ filter: "a/+b/c", statement: "4.7.1-3", problem: /^\+.*MQTT-4\.7\.1-3/ },
	])("may not be $filter [MQTT-$statement]", ({ filter, problem }) => {
		expect(topicFilterProblem(filter)).toMatch(problem);
	});

	it("is accepted exactly where a grammar of it accepts", () => {
		const grammar = /^(?!$)(?:(?:[^+#/\0]*|\+)\/)*(?:[^+#/\0]*|[+#])$/;
		const filters = fc.string({ unit: fc.constantFrom("a", "$", "/", "/", "+", "#", "\0"), maxLength: 8 });
		fc.assert(
			fc.property(filters, (filter) => {
				expect(topicFilterProblem(filter) === undefined).toBe(grammar.test(filter));
			}),
			{ numRuns: 3000 },
		);
	});
});

// Section 4.7 of the standard, its examples first.
const MATCHES = [
	{ filter: "sport/tennis/player1/#", topic: "sport/tennis/player1", matches: true },
	{ filter: "sport/tennis/player1/#", topic: "sport/tennis/player1/ranking", matches: true },
	{ filter: "sport/tennis/player1/#", topic: "sport/tennis/player1/score/wimbledon", matches: true },
	{ filter: "sport/#", topic: "sport", matches: true },
	{ filter: "sport/#", topic: "sport/", matches: true },
	{ filter: "sport/#", topic: "sports", matches: false },
	{ filter: "#", topic: "sport", matches: true },
	{ filter: "#", topic: "/", matches: true },
	{ filter: "#", topic: "/finance", matches: true },
	{ filter: "sport/tennis/+", topic: "sport/tennis/player1", matches: true },
	{ filter: "sport/tennis/+", topic: "sport/tennis/player2", matches: true },
	{ filter: "sport/tennis/+", topic: "sport/tennis/player1/ranking", matches: false },
	{ filter: "sport/+", topic: "sport", matches: false },
	{ filter: "sport/+", topic: "sport/", matches: true },
	{ filter: "+/+", topic: "/finance", matches: true },
	{ filter: "/+", topic: "/finance", matches: true },
	{ filter: "+", topic: "/finance", matches: false },
	{ filter: "+/tennis/#", topic: "sport/tennis/player1", matches: true },
	{ filter: "+/tennis/#", topic: "sport/tennis", matches: true },
	{ filter: "+/tennis/#", topic: "tennis", matches: false },
	{ filter: "sport/+/player1", topic: "sport/tennis/player1", matches: true },
	{ filter: "sport/+/player1", topic: "sport//player1", matches: true },
	{ filter: "sport/+/player1", topic: "sport/player1", matches: false },
	{ filter: "#", topic: "$SYS", matches: false },
	{ filter: "#", topic: "$SYS/monitor", matches: false },
	{ filter: "+", topic: "$SYS", matches: false },
	{ filter: "+/monitor/Clients", topic: "$SYS/monitor/Clients", matches: false },
	{ filter: "+/#", topic: "$SYS/monitor", matches: false },
	{ filter: "$SYS/#", topic: "$SYS/monitor/Clients", matches: true },
	{ filter: "$SYS/#", topic: "$SYS", matches: true },
	{ filter: "$SYS/monitor/+", topic: "$SYS/monitor/Clients", matches: true },
	{ filter: "a/#", topic: "a/$SYS", matches: true },
	{ filter: "a/+", topic: "a/$SYS", matches: true },
	{ filter: "/#", topic: "/$SYS", matches: true },
	{ filter: "lamp/commands", topic: "lamp/commands", matches: true },
	{ filter: "lamp/commands", topic: "lamp/command", matches: false },
	{ filter: "lamp/commands", topic: "lamp/commands/", matches: false },
	{ filter: "lamp/commands", topic: "lamp", matches: false },
	{ filter: "ACCOUNTS", topic: "Accounts", matches: false },
	{ filter: "/finance", topic: "finance", matches: false },
	{ filter: "finance", topic: "/finance", matches: false },
	{ filter: "/", topic: "/", matches: true },
	{ filter: "+/+", topic: "/", matches: true },
	{ filter: "+", topic: "a", matches: true },
	{ filter: "+", topic: "\u{1f4a1}", matches: true },
	{ filter: "a/.*", topic: "a/b", matches: false },
];

/** The filter as a regular expression: another way to say section 4.7. */
function expression(filter: string): RegExp {
	const body = filter
		.replaceAll(/[.*?^${}()|[\]\\]/g, "\\$&")
		.replaceAll(/(?<=^|\/)\+(?=$|\/)/g, "[^/]*")
		.replace(/(^|\/)#$/, (_, slash: string) => (slash === "" ? "[^]*" : "(?:/[^]*)?"));
	return new RegExp(`^${/^[+#]/.test(filter) ? "(?!\\$)" : ""}${body}$`);
}

describe("a topic filter matches a topic name", () => {
	it.each(MATCHES.filter(({ topic }) => !topic.startsWith("$")))(
		"$filter, $topic: $matches",
		({ filter, topic, matches }) => {
			expect(matchesFilter(topic, filter)).toBe(matches);
		},
	);

	it.each(MATCHES.filter(({ topic }) => topic.startsWith("$")))(
		"of the broker's own, $filter, $topic: $matches [MQTT-4.7.2-1]",
		({ filter, topic, matches }) => {
			expect(matchesFilter(topic, filter)).toBe(matches);
		},
	);

	it.each([
		{ name: "in another case", filter: "lamp/LED", topic: "lamp/led" },
		{ name: "composed in another way", filter: "caf\u00e9", topic: "cafe\u0301" },
		{ name: "that looks the same", filter: "\u212b", topic: "\u00c5" },
		{ name: "with a byte order mark", filter: "\ufefflamp", topic: "lamp" },
		{ name: "with a blank behind it", filter: "lamp/#", topic: "lamp /led" },
		{ name: "with one separator more", filter: "lamp/led", topic: "lamp//led" },
		{ name: "with U+FFFD for another character", filter: "\ufffd", topic: "\u{1f4a1}" },
	])("character by character: not $name [MQTT-4.7.3-4]", ({ filter, topic }) => {
		expect(matchesFilter(topic, filter)).toBe(false);
		expect(matchesFilter(topic, topic)).toBe(true);
	});

	const level = fc.constantFrom("", "b", "c", "$", "$SYS", "bc", "\u20ac", ".", " ");
	const topics = fc
		.array(level, { minLength: 1, maxLength: 5 })
		.map((levels) => levels.join("/"))
		.filter((topic) => topic !== "");
	const filters = fc
		.tuple(
			fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 5 }),
			fc.option(fc.constant("#"), { nil: undefined }),
		)
		.map(([levels, last]) => [...levels, ...(last === undefined ? [] : [last])].join("/"))
		.filter((filter) => filter !== "");

	it("as a regular expression for the filter does", () => {
		fc.assert(
			fc.property(topics, filters, (topic, filter) => {
				expect(matchesFilter(topic, filter)).toBe(expression(filter).test(topic));
			}),
			{ numRuns: 3000 },
		);
	});

	it("and one made from the name by putting wildcards in its levels", () => {
		const cases = fc.tuple(
			topics,
			fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
			fc.nat({ max: 5 }),
		);
		fc.assert(
			fc.property(cases, ([topic, wild, rest]) => {
				const levels = topic.split("/").map((name, index) => (wild[index] ? "+" : name));
				const exact = levels.join("/");
				const open = [...levels.slice(0, rest), "#"].join("/");
				const hidden = topic.startsWith("$");
				expect(matchesFilter(topic, exact)).toBe(!(hidden && wild[0] === true));
				expect(matchesFilter(topic, open)).toBe(!(hidden && (rest === 0 || wild[0] === true)));
			}),
			{ numRuns: 2000 },
		);
	});
});
