import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.js";
import { messageOf } from "./run.js";
import type { Target } from "./target.js";
import { TARGETS } from "./targets/index.js";

const USAGE = `npm run fuzz -- [--inputs N] [--seed S] [--target NAME]... [--from N] [--processes N]
npm run fuzz -- --target NAME --input HEX
targets: ${TARGETS.map(({ name }) => name).join(", ")}`;

const DEFAULTS = Object.freeze({ inputs: 10_000_000, seed: 20_141_029, from: 0 });

/** Ends with what is wrong with the command line, and exit code 2. */
function refuse(problem: string): never {
	process.stderr.write(`${problem}\n${USAGE}\n`);
	process.exit(2);
}

function wordsOf() {
	try {
		return parseArgs({
			options: {
				inputs: { type: "string" },
				seed: { type: "string" },
				target: { type: "string", multiple: true },
				from: { type: "string" },
				processes: { type: "string" },
				input: { type: "string" },
			},
		}).values;
	} catch (error) {
		return refuse((error as Error).message);
	}
}

function whole(name: string, text: string | undefined, usual: number): number {
	if (text === undefined) return usual;
	if (!/^\d{1,10}$/.test(text)) refuse(`--${name}: got ${text}, wants a whole number`);
	return Number(text);
}

/** Runs one input; returns whether it passes. */
async function runInput(target: Target, hex: string): Promise<boolean> {
	if (!/^([0-9a-f]{2})*$/i.test(hex)) refuse("--input: wants hexadecimal digits, two for each byte");
	const input = new Uint8Array(Buffer.from(hex, "hex"));
	const message = await messageOf(target, input);
	const words = target.describe?.(input);
	if (words !== undefined) process.stdout.write(`${words}\n`);
	process.stdout.write(`${target.name}: ${message ?? "passes"}\n`);
	return message === undefined;
}

async function main(): Promise<boolean> {
	const words = wordsOf();
	const targets =
		words.target === undefined ? TARGETS : TARGETS.filter(({ name }) => words.target?.includes(name));
	const unknown = words.target?.find((name) => !TARGETS.some((target) => target.name === name));
	if (unknown !== undefined) refuse(`--target: there is no target ${unknown}`);
	if (words.input !== undefined) {
		const [target] = targets;
		if (targets.length !== 1 || target === undefined) refuse("--input: wants one --target too");
		return runInput(target, words.input);
	}
	const inputs = whole("inputs", words.inputs, DEFAULTS.inputs);
	const seed = whole("seed", words.seed, DEFAULTS.seed);
	const start = performance.now();
	const seconds = () => (performance.now() - start) / 1000;
	let told = 0;
	const passes = await fuzz({
		targets,
		inputs,
		seed,
		from: whole("from", words.from, DEFAULTS.from),
		program: new URL("worker-main.ts", import.meta.url),
		processes: whole("processes", words.processes, availableParallelism()),
		patience: 120_000,
		memory: 512,
		onLine: (line) => process.stdout.write(`${line}\n`),
		onProgress: (done) => {
			if (seconds() - told < 5) return;
			told = seconds();
			process.stderr.write(`${done} of ${inputs} inputs, ${Math.round(done / told)}/s\n`);
		},
	});
	if (passes)
		process.stdout.write(
			`${inputs} inputs of seed ${seed} in ${seconds().toFixed(0)} s: nothing undefined\n`,
		);
	return passes;
}

process.exitCode = (await main()) ? 0 : 1;
