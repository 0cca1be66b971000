import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../house/firmware-files.js";
import { hexOf } from "./bytes.js";
import { fuzz } from "./fuzz.js";
import { minimised } from "./minimise.js";
import { mutated } from "./mutate.js";
import { counts, plan } from "./plan.js";
import { PLANTED } from "./planted/targets.js";
import { Random } from "./random.js";
import { inputOf } from "./run.js";
import { TARGETS } from "./targets/index.js";

const smallest = async (hex: string, fails: (hex: string) => boolean): Promise<string> =>
	hexOf(await minimised(new Uint8Array(Buffer.from(hex, "hex")), async (input) => fails(hexOf(input))));

describe("makes an input small", () => {
	it.each([
		{ name: "leaves out what does not matter", input: "0102aa0304bb0506", fails: /aa.*bb/, wanted: "aabb" },
		{ name: "makes plain what must be there", input: "112233", fails: /^......$/, wanted: "000000" },
		{ name: "takes text for plain where zero will not do", input: "41ff", fails: /^[46]1ff/, wanted: "61ff" },
		{ name: "finds the empty one", input: "1122334455", fails: /^/, wanted: "" },
	])("$name", async ({ input, fails, wanted }) => {
		expect(await smallest(input, (hex) => fails.test(hex))).toBe(wanted);
	});

	it("comes to an end when it takes long", async () => {
		let tries = 0;
		const input = new Uint8Array(200).map((_, at) => at);
		await minimised(input, async (one) => ++tries > 0 && one.length === input.length, undefined, 300);
		expect(tries).toBe(300);
	});
});

describe("plans a run", () => {
	it("hands out as many inputs as were asked for, each once", () => {
		const inputs = 123_456;
		const jobs = plan(TARGETS, inputs, 1);
		expect(jobs.reduce((sum, { count }) => sum + count, 0)).toBe(inputs);
		for (const [name, count] of counts(TARGETS, inputs)) {
			const mine = jobs.filter(({ target }) => target === name);
			const numbers = mine.flatMap(({ from, count }) => Array.from({ length: count }, (_, at) => from + at));
			expect(numbers).toEqual(Array.from({ length: count }, (_, at) => at));
		}
	});

	it("gives each target one input at least", () => {
		expect([...counts(TARGETS, 1).values()].every((count) => count >= 1)).toBe(true);
	});

	it("makes another input for each seed, target and number, and the same again", () => {
		const [target, other] = TARGETS as [(typeof TARGETS)[0], (typeof TARGETS)[0]];
		const of = (seed: number, index: number) => hexOf(inputOf(target, seed, index));
		expect(of(1, 5)).toBe(of(1, 5));
		expect(new Set([of(1, 5), of(1, 6), of(2, 5), hexOf(inputOf(other, 1, 5))]).size).toBe(4);
	});
});

it("spoils a stream in ways that are all its own", () => {
	const stream = Uint8Array.from({ length: 30 }, (_, at) => at);
	const spoilt = Array.from({ length: 200 }, (_, seed) => hexOf(mutated(stream, new Random(seed))));
	expect(new Set(spoilt).size).toBeGreaterThan(120);
	expect(hexOf(stream)).toBe(hexOf(Uint8Array.from({ length: 30 }, (_, at) => at)));
});

/** Fuzzes planted targets in processes. */
async function run(names: readonly string[], processes = 2): Promise<{ passes: boolean; lines: string[] }> {
	const lines: string[] = [];
	let done = 0;
	const targets = PLANTED.filter(({ name }) => names.includes(name));
	const passes = await fuzz({
		targets,
		inputs: 8000 * targets.length,
		seed: 1,
		program: new URL("planted/worker-main.ts", import.meta.url),
		processes,
		patience: 2000,
		memory: 256,
		onLine: (line) => lines.push(line),
		onProgress: (count) => {
			done = count;
		},
	});
	if (passes) expect(done).toBe(8000 * targets.length);
	return { passes, lines };
}

describe("runs inputs in processes of their own", () => {
	it("says in a line for each target what came out", async () => {
		const { passes, lines } = await run(["passes"]);
		expect(passes).toBe(true);
		expect(lines).toEqual([expect.stringMatching(/^passes +8,000 +\d+\.\d s +[\d,]+\/s {2}passed 8,000$/)]);
	}, 60_000);

	it.each(["fails", "fails later"])(
		"tells the first input that %s, however many processes there are",
		async (name) => {
			const { passes, lines } = await run(["passes", name], 1);
			expect(passes).toBe(false);
			const text = lines.at(-1) as string;
			expect(text).toMatch(/smallest input that fails: (?:aabb|bbaa)\n/);
			expect(text).toContain(`npm run fuzz -- --target ${name} --input `);
			expect(text).toMatch(new RegExp(`--target ${name} --seed 1 --from \\d+ --inputs 1$`));
			expect((await run(["passes", name], 2)).lines.at(-1)).toBe(text);
		},
		60_000,
	);

	it.each([
		{ name: "has no end", says: "no end within 2000 ms" },
		{ name: "ends the process", says: "the process ended with 7" },
	])(
		"finds the input that $name",
		async ({ name, says }) => {
			const { passes, lines } = await run([name]);
			expect(passes).toBe(false);
			expect(lines.at(-1)).toContain(says);
			expect(lines.at(-1)).toMatch(/smallest input that fails: (?=.*aa)(?=.*bb)[0-9a-f]{40}\n/);
		},
		60_000,
	);
});

describe("npm run fuzz", () => {
	const command = (...words: readonly string[]) => {
		const program = ["--import", "tsx", "test/fuzz/main.ts"];
		return spawnSync(process.execPath, [...program, ...words], { cwd: ROOT, encoding: "utf8" });
	};

	it("runs what it is told to", () => {
		const { status, stdout } = command(
			"--target",
			"utf8",
			"--target",
			"topic",
			"--inputs",
			"300",
			"--seed",
			"7",
		);
		expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["utf8", "topic", "300", ""]);
		expect(status).toBe(0);
	}, 60_000);

	it("runs one input, and says what it is", () => {
		const { status, stdout } = command("--target", "session", "--input", "00000000".concat("00000000"));
		expect(stdout).toContain("connect 0 0 0\n");
		expect(stdout).toMatch(/session: passes\n$/);
		expect(status).toBe(0);
	}, 60_000);

	it.each([
		{ words: ["--target", "nothing"], says: "there is no target nothing" },
		{ words: ["--inputs", "many"], says: "--inputs: got many, wants a whole number" },
		{ words: ["--input", "00"], says: "--input: wants one --target too" },
		{ words: ["--target", "utf8", "--input", "0"], says: "--input: wants hexadecimal digits" },
		{ words: ["--all"], says: "--all" },
	])(
		"refuses $words",
		({ words, says }) => {
			const { status, stderr } = command(...words);
			expect(stderr).toContain(says);
			expect(status).toBe(2);
		},
		60_000,
	);
});
