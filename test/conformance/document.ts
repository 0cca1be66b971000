/** docs/mqtt-conformance.md, and what would make it untrue. */
import type { Failure, FailureGroup, Shown } from "./failures/failure.js";
import type { Chapter, Statement } from "./statements/statement.js";
import type { NamedTest } from "./vitest-stub.js";

/** All that the document is made from. */
export interface Sources {
	readonly chapters: readonly Chapter[];
	readonly failures: readonly FailureGroup[];
	readonly decisions: readonly Failure[];
	readonly tests: readonly NamedTest[];
}

const FILE = /^test\/(?:firmware\/)?(.*)\.test\.ts$/;
const ID = /\[MQTT-(\d+\.\d+\.\d+-\d+)\]/g;

const fileOf = ({ file }: NamedTest): string => FILE.exec(file)?.[1] ?? file;
const idsOf = (name: string): string[] => Array.from(name.matchAll(ID), ([, id]) => id as string);

/** The tests that show each statement. */
type Evidence = ReadonlyMap<string, readonly NamedTest[]>;

function evidenceOf(tests: readonly NamedTest[]): Evidence {
	const evidence = new Map<string, NamedTest[]>();
	for (const test of tests) {
		for (const id of new Set(idsOf(test.name))) evidence.set(id, [...(evidence.get(id) ?? []), test]);
	}
	return evidence;
}

/** Why the document would leave something open or say what is not so: a line each. */
export function problemsOf({ chapters, failures, decisions, tests }: Sources): string[] {
	const statements = chapters.flatMap((chapter) => chapter.statements);
	const known = new Set(statements.map(({ id }) => id));
	const evidence = evidenceOf(tests);
	const rows = [...failures.flatMap((group) => group.failures), ...decisions];
	return [
		...statements.flatMap((statement) => statementProblem(statement, evidence)),
		...statements
			.filter(({ id }, index) => statements.findIndex((other) => other.id === id) !== index)
			.map(({ id }) => `statement ${id} is listed twice`),
		...[...evidence]
			.filter(([id]) => !known.has(id))
			.map(
				([id, [test]]) => `${fileOf(test as NamedTest)} names ${id}, which is no statement: ${test?.name}`,
			),
		...tests
			.filter(({ name }) => name.replaceAll(ID, "").includes("MQTT-"))
			.map((test) => `${fileOf(test)} names a statement in another form than [MQTT-1.5.3-1]: ${test.name}`),
		...rows.flatMap((row) => rowProblems(row, tests)),
	];
}

function statementProblem({ id, concern }: Statement, evidence: Evidence): string[] {
	const isShown = evidence.has(id);
	if (concern === "server alone") {
		return isShown ? [`statement ${id} concerns a server alone, and yet a test names it`] : [];
	}
	return isShown ? [] : [`no test names statement ${id}`];
}

function rowProblems({ what, tests: shown }: Failure, tests: readonly NamedTest[]): string[] {
	const wanted = Object.entries(shown).flatMap(([file, titles]) => titles.map((title) => ({ file, title })));
	if (wanted.length === 0) return [`no test shows "${what}"`];
	return wanted
		.filter(({ file, title }) => find(tests, file, title) === undefined)
		.map(({ file, title }) => `"${what}" is to be shown by a test that ${file} does not have: ${title}`);
}

const find = (tests: readonly NamedTest[], file: string, title: string): NamedTest | undefined =>
	tests.find((test) => fileOf(test) === file && (test.name === title || test.pattern === title));

/** The document as Markdown. */
export function documentOf({ chapters, failures, decisions, tests }: Sources): string {
	const statements = chapters.flatMap((chapter) => chapter.statements);
	const evidence = evidenceOf(tests);
	const count = (concern: Statement["concern"]) =>
		statements.filter((statement) => statement.concern === concern).length;
	return [
		"# Conformance of the MQTT client",
		"",
		...PREFACE,
		"",
		`The specification has ${statements.length} statements: ${count("client")} are duties of the client, ${count("server")} are duties of the server that the client counts on or guards itself against, ${count("server alone")} concern a server alone.`,
		"",
		"## Statements of MQTT 3.1.1",
		...chapters.flatMap((chapter) => ["", `### ${chapter.title}`, "", ...chapterTable(chapter, evidence)]),
		"",
		"## Failures that are survived",
		"",
		"What brings clients down in the field, what this one does about it, and the tests that show it. The rows name their tests; one that is not there any more fails the suite.",
		...failures.flatMap(({ title, failures: rows }) => [
			"",
			`### ${title}`,
			"",
			...failureTable("failure", "the client", rows),
		]),
		"",
		"## Decisions",
		"",
		"Where the specification leaves a choice, or says nothing.",
		"",
		...failureTable("question", "decision", decisions),
		"",
	].join("\n");
}

const PREFACE = [
	"What MQTT 3.1.1 (OASIS Standard, 29 October 2014, Appendix B) demands, in our own words, and the tests of the firmware's client (`firmware/mqtt`, `firmware/connectivity`, `firmware/websocket`) that show it; files are below `test/firmware/`. The specification's text is what counts; a row says only that tests with this name exist and are run, not that a statement is proved. Nobody else has certified this.",
	"",
	"`npm run conformance` writes this file from the list of statements (`test/conformance/statements/`), the list of failures (`test/conformance/failures.ts`) and the names of the tests: a test that names `[MQTT-3.1.2-24]` belongs to that row. `test/conformance/` fails when a statement has no test, when a test names one that does not exist, and when this file is not up to date. A row shows the first test of each file; `…` says that the file has more.",
	"",
	"**client**: a duty of the client's. **server**: a duty of the server's which the client can notice; the tests show what it counts on, or what it does when the server fails in it. **server alone**: a duty of the server's of which a client sees nothing on the wire; the reason stands in place of the tests.",
];

function chapterTable({ statements }: Chapter, evidence: Evidence): string[] {
	return [
		"| id | in short | concerns | shown by |",
		"|---|---|---|---|",
		...statements.map(({ id, text, concern, reason }) => {
			const shown = reason === undefined ? firstOfEach(evidence.get(id) ?? []) : `not seen: ${reason}`;
			return `| ${id} | ${text} | ${concern} | ${shown} |`;
		}),
	];
}

function failureTable(what: string, answer: string, rows: readonly Failure[]): string[] {
	return [
		`| ${what} | ${answer} | shown by |`,
		"|---|---|---|",
		...rows.map((row) => `| ${row.what} | ${row.answer} | ${references(row.tests)} |`),
	];
}

/** The first test of each file. */
function firstOfEach(tests: readonly NamedTest[]): string {
	return [...new Set(tests.map(fileOf))]
		.map((file) => {
			const [first, ...others] = tests.filter((test) => fileOf(test) === file);
			return `\`${file}\`: ${shortened(first?.name ?? "")}${others.length > 0 ? " …" : ""}`;
		})
		.join("<br>");
}

const references = (shown: Shown): string =>
	Object.entries(shown)
		.map(([file, titles]) => `\`${file}\`: ${titles.map(shortened).join("; ")}`)
		.join("<br>");

/** Characters of a name that are shown. */
const LONGEST = 160;

/** A name for a cell of a table, without the statements it names. */
function shortened(name: string): string {
	const text = name.replaceAll(/ ?\[MQTT-[\d.-]+\]/g, "").replaceAll(/\p{Cc}/gu, "\ufffd");
	const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
	return cut.replaceAll(/[\\`*_<|]/g, "\\$&");
}
