/**
 * `npm run budgets`: measures what the firmware costs and shows how far each figure is from its budget, and
 * the changes that can be the reason where one is broken. Exits with 1 then.
 * With `--write`, budgets become the measured figures plus an allowance: `--flash BYTES --slots COUNT
 * --ram BYTES --percent NUMBER`, each 0 by default. `--cycles 10000` watches the ARM image's growth for longer.
 * With `--profile` it shows instead by which functions of the ARM image the instructions are taken.
 * With `--docs`, the tables of docs/engines.md show the measured figures.
 * With `--modules` it only shows what each module has of the ARM image's flash.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { measureArm } from "./arm.js";
import { ARM_CYCLES, FILE, readBudgets } from "./budgets.js";
import { type Allowance, broken, budgetsFor, compare, line } from "./compare.js";
import { withFigures } from "./docs.js";
import { moduleLines } from "./modules.js";
import { showProfile } from "./profile.js";
import { measureXs } from "./xs.js";

/** Where the figures are told. */
const DOCS = "docs/engines.md";

/** What goes into the figures. */
const SOURCES = ["firmware", "manifest.json", "package-lock.json", "host-sim/engines", "test/budgets/*.ts"];

/** Shows figures, each with its distance from its budget. Returns whether one is broken. */
function show(title: string, measured: object, budgets: object): boolean {
	const comparisons = compare(measured, budgets);
	console.log(title);
	for (const one of comparisons) console.log(`  ${line(one)}`);
	return broken(comparisons).length > 0;
}

const git = (...words: string[]): string => execFileSync("git", words, { encoding: "utf8" }).trimEnd();

/** The changes since the budgets were last committed, and those that are not committed yet. */
function showReasons(): void {
	const since = git("log", "-1", "--format=%h", "--", FILE);
	console.log(`\nChanges that can be the reason, since ${since || "the beginning"}:`);
	if (since !== "") console.log(git("log", "--oneline", `${since}..`, "--", ...SOURCES));
	console.log(git("status", "--short", "--", ...SOURCES));
}

const OPTIONS = {
	write: { type: "boolean" },
	docs: { type: "boolean" },
	modules: { type: "boolean" },
	profile: { type: "boolean" },
	cycles: { type: "string" },
	flash: { type: "string" },
	slots: { type: "string" },
	ram: { type: "string" },
	percent: { type: "string" },
} as const;

function numberOf(name: keyof Allowance, text = "0"): number {
	const number = Number(text);
	if (!(number >= 0)) throw new RangeError(`--${name} must be a number from 0, got "${text}"`);
	return number;
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: OPTIONS });
	if (values.modules) {
		const { shares } = await armImage({ log: console.log });
		return console.log(moduleLines(shares).join("\n"));
	}
	if (values.profile) return showProfile();
	const cycles = Number(values.cycles ?? ARM_CYCLES);
	if (!(cycles > 0 && cycles % 10 === 0)) throw new RangeError("--cycles must be a multiple of 10");
	const allowance: Allowance = {
		flash: numberOf("flash", values.flash),
		slots: numberOf("slots", values.slots),
		ram: numberOf("ram", values.ram),
		percent: numberOf("percent", values.percent),
	};
	const budgets = readBudgets();
	const xs = await measureXs();
	const arm = await measureArm(cycles);
	const areBroken = [show("XS", xs, budgets.xs), show("ARM image", arm, budgets.arm)].includes(true);
	if (arm.compiled.toolchain !== budgets.arm.compiled.toolchain)
		console.log(
			`Built by ${arm.compiled.toolchain}; the budgets are those of ${budgets.arm.compiled.toolchain}.`,
		);
	if (values.docs) writeFileSync(DOCS, withFigures(readFileSync(DOCS, "utf8"), { xs, arm }));
	if (values.write) writeFileSync(FILE, `${JSON.stringify(budgetsFor({ xs, arm }, allowance), null, 2)}\n`);
	else if (areBroken) {
		showReasons();
		process.exitCode = 1;
	}
}

await main().catch((error: Error) => {
	console.error(`error: ${error.message}`);
	process.exitCode = 1;
});
