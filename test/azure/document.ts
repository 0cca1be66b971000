import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testsOf } from "../conformance/names.js";
import type { NamedTest } from "../conformance/vitest-stub.js";
import { filesBelow, ROOT } from "../house/firmware-files.js";
import { type Proof, RULES, type Rule } from "./rules.js";

/** Where the table is. */
export const DOCUMENT = "docs/azure-iot-hub.md";

const FOLDER = "test/host-sim/azure-iot-hub";
/** What may be missing here, so that its tests are read as text. */
const OTHERS = { "Microsoft's SDK": "test/azure/sdk.test.ts", Paho: `${FOLDER}/paho.test.ts` };
const BEGIN = "<!-- begin: made from test/azure/rules.ts and the names of tests by npm run azure-rules -->";
const END = "<!-- end -->";
const ID = /\[([a-z0-9]+\.[a-z0-9-]+)\]/g;

/** What shows the rules: names of tests, and the rules that tests with clients of others name, by client. */
export interface Evidence {
	readonly tests: readonly NamedTest[];
	readonly others: ReadonlyMap<string, ReadonlySet<string>>;
}

/** As it is now. */
export async function currentEvidence(): Promise<Evidence> {
	const files = filesBelow(FOLDER).filter(
		(path) => path.endsWith(".test.ts") && !Object.values(OTHERS).includes(path),
	);
	const others = Object.entries(OTHERS).map(
		([client, file]) => [client, new Set(idsOf(readFileSync(join(ROOT, file), "utf8")))] as const,
	);
	return { tests: await testsOf(files), others: new Map(others) };
}

const idsOf = (text: string): string[] => Array.from(text.matchAll(ID), ([, id]) => id as string);

/** Why the table would leave something open or say what is not so: a line each. */
export function problemsOf({ tests, others }: Evidence, groups = RULES): string[] {
	const rules = groups.flatMap((group) => group.rules);
	const known = new Set(rules.map(({ id }) => id));
	const named = new Set([
		...tests.flatMap(({ name }) => idsOf(name)),
		...[...others.values()].flatMap((ids) => [...ids]),
	]);
	return [
		...rules.filter(({ id }) => !named.has(id)).map(({ id }) => `${id}: no test names this rule`),
		...[...named].filter((id) => !known.has(id)).map((id) => `${id}: a test names a rule that there is not`),
		...rules
			.filter(({ id }, at) => rules.findIndex((one) => one.id === id) !== at)
			.map(({ id }) => `${id}: is there twice`),
	];
}

/** The document with its table made anew. @throws Error when it has no place for it */
export function withTable(document: string, evidence: Evidence): string {
	const begin = document.indexOf(BEGIN);
	const end = document.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`no ${BEGIN} … ${END}`);
	return `${document.slice(0, begin + BEGIN.length)}\n\n${table(evidence)}\n${document.slice(end)}`;
}

function table(evidence: Evidence): string {
	const parts = RULES.map(({ heading, rules }) => {
		const rows = rules.map(
			(rule) => `| ${rule.id} | ${cell(rule.text)} | ${rule.proof} | ${shownBy(rule, evidence)} |`,
		);
		return `### ${heading}\n\n| rule | | proof | shown by |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
	});
	const unproven = RULES.flatMap(({ rules }) => rules).filter(({ proof }) => UNPROVEN.includes(proof));
	const list = unproven.map(({ id, text, proof }) => `- ${id} (${proof}): ${text}`).join("\n");
	return `${parts.join("\n")}\n### Unproven\n\nNobody has shown these on a real hub:\n\n${list}\n`;
}

const UNPROVEN: readonly Proof[] = ["reported", "assumed"];

/** The first test of each file, and whether Microsoft's SDK shows it as well. */
function shownBy({ id }: Rule, { tests, others }: Evidence): string {
	const own = tests.filter(({ name }) => idsOf(name).includes(id));
	const files = [...new Set(own.map(({ file }) => file))];
	const lines = files.map((file) => {
		const [first, ...others] = own.filter((test) => test.file === file);
		return `\`${file.slice(FOLDER.length + 1, -".test.ts".length)}\`: ${cell(withoutIds(first?.name ?? ""))}${others.length > 0 ? " …" : ""}`;
	});
	const clients = [...others].filter(([, ids]) => ids.has(id)).map(([client]) => client);
	return [...lines, ...clients].join("<br>");
}

const withoutIds = (name: string): string => name.replaceAll(/\[[a-z0-9]+\.[a-z0-9-]+\] ?/g, "");

/** A pipe ends a cell, and a line of a table is one line. */
const cell = (text: string): string =>
	text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").replaceAll("<", "&lt;").slice(0, 200);
