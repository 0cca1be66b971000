/**
 * `npm run budgets`: measures the budgets and shows what has changed against the committed ones, and
 * which changes can be the reason. With `--write` they become the committed ones; `--cycles 10000`
 * looks at the ARM image's growth for longer.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type ArmBudgets, measureArm } from "./arm.js";
import { ARM_CYCLES, FILE, readBudgets } from "./budgets.js";
import { measureXs, type XsBudgets } from "./xs.js";

/** What goes into the figures. */
const SOURCES = ["firmware", "manifest.json", "package-lock.json", "host-sim/engines", "test/budgets/*.ts"];

type Figures = Map<string, number | string>;

/** Names and values of all figures: `boot.slots`, 1393. */
function flatten(value: object, prefix = ""): Figures {
	const entries = Object.entries(value).flatMap(([name, inner]): [string, number | string][] =>
		typeof inner === "object" ? [...flatten(inner, `${prefix}${name}.`)] : [[prefix + name, inner]],
	);
	return new Map(entries);
}

/** Shows figures, each with how it has changed. Returns whether one has. */
function show(title: string, measured: XsBudgets | ArmBudgets, committed: XsBudgets | ArmBudgets): boolean {
	const before = flatten(committed);
	let hasChanged = false;
	console.log(title);
	for (const [name, value] of flatten(measured)) {
		const was = before.get(name);
		if (value !== was) hasChanged = true;
		const change = typeof value === "number" && typeof was === "number" ? signed(value - was) : "";
		const shown = value === was ? "" : `${change} (was ${was ?? "not there"})`.trim();
		console.log(`  ${name.padEnd(38)}${String(value).padStart(10)}  ${shown}`);
	}
	return hasChanged;
}

const signed = (change: number): string => `${change > 0 ? "+" : ""}${change}`;

const git = (...words: string[]): string => execFileSync("git", words, { encoding: "utf8" }).trimEnd();

/** The changes since the figures were last committed, and those that are not committed yet. */
function showReasons(): void {
	const since = git("log", "-1", "--format=%h", "--", FILE);
	console.log(`\nChanges that can be the reason, since ${since || "the beginning"}:`);
	if (since !== "") console.log(git("log", "--oneline", `${since}..`, "--", ...SOURCES));
	console.log(git("status", "--short", "--", ...SOURCES));
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { write: { type: "boolean" }, cycles: { type: "string" } } });
	const cycles = Number(values.cycles ?? ARM_CYCLES);
	if (!(cycles > 0 && cycles % 10 === 0)) throw new RangeError("--cycles wants a multiple of 10");
	const committed = readBudgets();
	const xs = await measureXs();
	const arm = await measureArm(cycles);
	const changes = [show("XS", xs, committed.xs), show("ARM image", arm, committed.arm)];
	if (changes.includes(true)) showReasons();
	if (values.write) writeFileSync(FILE, `${JSON.stringify({ xs, arm }, null, 2)}\n`);
}

await main().catch((error: Error) => {
	console.error(`error: ${error.message}`);
	process.exitCode = 1;
});
