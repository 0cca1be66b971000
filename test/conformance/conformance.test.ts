import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { filesBelow, ROOT } from "../house/firmware-files.js";
import { documentOf, problemsOf, type Sources } from "./document.js";
import { currentSources, DOCUMENT } from "./sources.js";
import { alone, client, server } from "./statements/statement.js";
import { STATEMENTS } from "./statements.js";
import * as stub from "./vitest-stub.js";

let sources: Sources;
beforeAll(async () => {
	sources = await currentSources();
});

/** How many statements each section of Appendix B has; they are numbered from 1. */
const APPENDIX_B = {
	...{ "1.5.3": 3, "2.2.2": 2, "2.3.1": 7, "3.1.0": 2, "3.1.2": 24, "3.1.3": 11, "3.1.4": 5, "3.2.0": 1 },
	...{ "3.2.2": 6, "3.3.1": 12, "3.3.2": 3, "3.3.4": 1, "3.3.5": 2, "3.6.1": 1, "3.8.1": 1, "3.8.3": 4 },
	...{ "3.8.4": 6, "3.9.3": 2, "3.10.1": 1, "3.10.3": 2, "3.10.4": 6, "3.12.4": 1, "3.14.1": 1, "3.14.4": 3 },
	...{ "4.1.0": 2, "4.3.1": 1, "4.3.2": 2, "4.3.3": 2, "4.4.0": 1, "4.5.0": 2, "4.6.0": 6, "4.7.1": 3 },
	...{ "4.7.2": 1, "4.7.3": 4, "4.8.0": 2, "6.0.0": 4, "7.0.0": 2, "7.1.1": 1, "7.1.2": 1 },
};

describe("the conformance of the MQTT client", () => {
	it("is about all statements of Appendix B, in their order", () => {
		const all = Object.entries(APPENDIX_B).flatMap(([section, count]) =>
			Array.from({ length: count }, (_, index) => `${section}-${index + 1}`),
		);
		expect(STATEMENTS.map(({ id }) => id)).toEqual(all);
	});

	it("has a test for each statement and each failure, and no test names what is none", () => {
		expect(problemsOf(sources)).toEqual([]);
	});

	it("is written about in the sources with statements that there are", () => {
		const known = new Set(STATEMENTS.map(({ id }) => id));
		const sources = ["firmware", "test", "host-sim", "server"]
			.flatMap(filesBelow)
			.filter((path) => path.endsWith(".ts") && !path.startsWith("test/conformance/"));
		const unknown = sources.flatMap((path) =>
			Array.from(readFileSync(join(ROOT, path), "utf8").matchAll(/MQTT-(\d[\d.]*-\d+)/g))
				.filter(([, id]) => !known.has(id as string))
				.map(([text]) => `${path}: ${text}`),
		);
		expect(unknown).toEqual([]);
	});

	it(`is what ${DOCUMENT} says; \`npm run conformance\` writes it anew`, () => {
		expect(readFileSync(join(ROOT, DOCUMENT), "utf8")).toBe(documentOf(sources));
	});
});

describe("the names of tests", () => {
	const isCollected = (): boolean => {
		// vitest puts the text of a table's row in quotes.
		const name = expect.getState().currentTestName?.replaceAll("'", "");
		return sources.tests.some((test) => test.file.endsWith("/conformance.test.ts") && test.name === name);
	};

	it("are collected as vitest gives them", () => {
		expect(isCollected()).toBe(true);
	});

	it.each([
		{ value: "a text", inner: { value: 7 } },
		{ value: "$inner.value", inner: { value: -1.5 } },
	])("are collected with the values of a row: $value, $inner.value", () => {
		expect(isCollected()).toBe(true);
	});

	it.each([
		["one", 1],
		["%s", -2],
	])("are collected with the values of a row: %s, %i", () => {
		expect(isCollected()).toBe(true);
	});

	describe.each([1, 2])("of tables in tables, %i", (outer) => {
		it.each([outer, 10 * outer])("are collected too, %i", () => {
			expect(isCollected()).toBe(true);
		});
	});
});

it("the names of tests leave out what is skipped", () => {
	stub.begin("test/x.test.ts");
	stub.describe.skip("skipped", () => stub.it("within", () => {}));
	stub.it.skip("skipped", () => {});
	stub.it.skip.each([1])("skipped %i", () => {});
	stub.it.skipIf(true)("skipped", () => {});
	stub.it.runIf(false)("skipped", () => {});
	stub.it.skipIf(false)("run", () => {});
	expect(stub.take()).toEqual([{ file: "test/x.test.ts", name: "run", pattern: "run" }]);
});

describe("a document is not complete when", () => {
	const chapters = [
		{
			title: "Chapter",
			statements: [
				client("1.0.0-1", "One."),
				server("1.0.0-2", "Two."),
				alone("1.0.0-3", "Three.", "hidden"),
			],
		},
	];
	const test = (...ids: string[]) => {
		const name = ids.map((id) => `shows [MQTT-${id}]`).join(" > ");
		return { file: "test/firmware/mqtt/x.test.ts", name, pattern: name };
	};
	const row = (title: string, file = "mqtt/x") => ({
		title: "Group",
		failures: [{ what: "trouble", answer: "survives", tests: { [file]: [title] } }],
	});
	const good = { chapters, failures: [], decisions: [], tests: [test("1.0.0-1", "1.0.0-2")] };

	it.each<{ name: string; change: Partial<Sources>; problem: string }>([
		{
			name: "a client's statement has no test",
			change: { tests: [test("1.0.0-2")] },
			problem: "statement 1.0.0-1",
		},
		{
			name: "a server's statement has no test",
			change: { tests: [test("1.0.0-1")] },
			problem: "statement 1.0.0-2",
		},
		{
			name: "a test shows what nobody sees",
			change: { tests: [test("1.0.0-1", "1.0.0-2", "1.0.0-3")] },
			problem: "1.0.0-3 concerns a server alone",
		},
		{
			name: "a test names what is no statement",
			change: { tests: [...good.tests, test("1.0.0-4")] },
			problem: "mqtt/x names 1.0.0-4, which is no statement",
		},
		{
			name: "a test names a statement in another form",
			change: { tests: [...good.tests, test("1.0.0-1, -2")] },
			problem: "in another form",
		},
		{
			name: "a statement is there twice",
			change: { chapters: [...chapters, ...chapters] },
			problem: "twice",
		},
		{
			name: "a failure's test is not there",
			change: { failures: [row("gone")] },
			problem: "mqtt/x does not have: gone",
		},
		{
			name: "a failure's test is in another file",
			change: { failures: [row(good.tests[0]?.name ?? "", "mqtt/y")] },
			problem: "mqtt/y does not have",
		},
		{
			name: "a failure has no test",
			change: { failures: [{ title: "Group", failures: [{ what: "trouble", answer: "", tests: {} }] }] },
			problem: 'no test shows "trouble"',
		},
		{
			name: "a decision's test is not there",
			change: { decisions: row("gone").failures },
			problem: "does not have: gone",
		},
	])("$name", ({ change, problem }) => {
		expect(problemsOf({ ...good, ...change }).join("\n")).toContain(problem);
	});

	it("nothing of that holds: it is", () => {
		expect(problemsOf({ ...good, failures: [row(good.tests[0]?.name ?? "")] })).toEqual([]);
	});
});

it("a document keeps its tables whole, whatever a test is called", () => {
	const name = "a | b <c> `d` \0 [MQTT-1.0.0-1]";
	const tests = [{ file: "test/firmware/mqtt/x.test.ts", name, pattern: name }];
	const chapters = [{ title: "Chapter", statements: [client("1.0.0-1", "One.")] }];
	expect(documentOf({ chapters, failures: [], decisions: [], tests })).toContain(
		"| 1.0.0-1 | One. | client | `mqtt/x`: a \\| b \\<c> \\`d\\` \ufffd |\n",
	);
});
