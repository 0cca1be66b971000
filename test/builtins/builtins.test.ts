import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { XsWorker } from "../../host-sim/engines/xs/worker.js";
import { ROOT } from "../house/firmware-files.js";
import { compiler, describeWith } from "../support/requires.js";
import { PROTOTYPES, surveyFirmware, tableOf } from "./survey.js";

const uses = surveyFirmware();

/** A script for each piece of syntax, which throws where an engine does not do it right. */
const SYNTAX: Readonly<Record<string, string>> = {
	accessor: "const a = { get b() { return 1; } }; if (a.b !== 1) throw 0;",
	"array destructuring": "const [a, , b] = [1, 2, 3]; if (a + b !== 4) throw 0;",
	"arrow function": "if (((a) => a + 1)(1) !== 2) throw 0;",
	class: "class A { b() { return 1; } } if (new A().b() !== 1) throw 0;",
	"class field": "class A { b = 1; } if (new A().b !== 1) throw 0;",
	"class private member":
		"class A { #b = 1; #c() { return this.#b; } d() { return this.#c(); } } if (new A().d() !== 1) throw 0;",
	"class static field": "class A { static b = 1; } if (A.b !== 1) throw 0;",
	"class static method":
		"class A { static #b() { return 1; } static c() { return A.#b(); } } if (A.c() !== 1) throw 0;",
	exponentiation: "if (2 ** 10 !== 1024) throw 0;",
	"for-of": "let sum = 0; for (const a of [1, 2]) sum += a; if (sum !== 3) throw 0;",
	"logical assignment": "let a; a ??= 1; a &&= 2; if (a !== 2) throw 0;",
	"nullish coalescing": "if ((0 ?? 1) !== 0 || (null ?? 1) !== 1) throw 0;",
	"object destructuring": "const { a, b: { c = 2 } } = { a: 1, b: {} }; if (a + c !== 3) throw 0;",
	"optional chaining": "const a = undefined; if (a?.b.c !== undefined || a?.() !== undefined) throw 0;",
	rest: "if (((...a) => a.length)(1, 2) !== 2) throw 0;",
	spread: "if ([...[1], ...[2]].length !== 2 || { ...{ a: 1 } }.a !== 1) throw 0;",
	"template literal": "const b = 1; if (`a$" + "{b}` !== 'a1') throw 0;",
	"try-catch": "try { throw 1; } catch (e) { if (e !== 1) throw 0; }",
};

it("docs/builtins.md is what the sources say", () => {
	expect(readFileSync(join(ROOT, "docs/builtins.md"), "utf8")).toBe(tableOf(uses));
});

it("the firmware leaves out what costs a chip too much", () => {
	const names = uses.map(({ name }) => name);
	for (const costly of ["regular expression", "async", "generator", "RegExp", "Promise", "Proxy"]) {
		expect(names).not.toContain(costly);
	}
});

/** What a method belongs to whose name Node's built-ins have; XS has some of them. */
const PROTOTYPE_OBJECTS = [
	...PROTOTYPES.map((one) => `${one}.prototype`),
	"Object.getPrototypeOf(Uint8Array.prototype)",
];

/** A script that throws, with a name, where an engine lacks what is used. */
function scriptFor({ kind, name }: Pick<(typeof uses)[number], "kind" | "name">): string {
	if (kind === "syntax") {
		const script = SYNTAX[name];
		if (script === undefined) throw new Error(`no script tries ${name}`);
		return script;
	}
	const missing = (why: string) => `throw new Error(${JSON.stringify(`${name}: ${why}`)});`;
	if (kind === "library") {
		return `if (${name} === undefined && "${name}" !== "undefined") ${missing("XS has none")}`;
	}
	return `if (![${PROTOTYPE_OBJECTS.join()}].some((one) => "${name}" in one)) ${missing("Node's built-ins have such a method, those of XS have not; a method of our own needs another name")}`;
}

describeWith([compiler], "on XS there is", () => {
	let program: string;
	let worker: XsWorker | undefined;
	beforeAll(async () => {
		program = await xsWorker(() => {});
		return () => worker?.close();
	}, 300_000);

	/** Runs a script on XS. A worker ends with the first one that throws; the next script gets another. */
	async function run(script: string): Promise<void> {
		worker ??= new XsWorker(
			program,
			(call) => call,
			() => {
				worker = undefined;
			},
		);
		await worker.evaluate(`(() => { "use strict"; ${script} })()`);
	}

	it.each(uses)("$kind $name", async (use) => {
		await run(scriptFor(use));
	});

	it.each([
		{ kind: "method", name: "blink", reason: "blink: Node's built-ins have such a method" },
		{ kind: "library", name: "Math.sumPrecisely", reason: "Math.sumPrecisely: XS has none" },
	] as const)(
		"or a failure that names what is missing, and leaves the others alone: $kind $name",
		async ({ reason, ...use }) => {
			await expect(run(scriptFor(use))).rejects.toThrow(reason);
			await run(scriptFor({ kind: "method", name: "push" }));
		},
	);
});
