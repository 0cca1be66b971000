import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { writeCode } from "../../firmware/boards/moddable/selftest/code.js";
import { BUILD_TIMEOUT, build, describeWithSdk, OUTPUT, ROOT, TOOLS } from "../support/moddable.js";
import { type Program, Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

/** The lines of a round, of which the LED's and those of the engine itself are left out. */
const CHECK = /^( [1-9]|1[01]) \w+ +(good|BAD |none) /;

describeWithSdk("the self-test under the Moddable SDK, on Linux", () => {
	let folder: string;
	beforeAll(async () => {
		await build("selftest lin");
	}, BUILD_TIMEOUT);
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "nightlight-selftest-"));
	});

	/** Starts it; `before` are commands of the shell that it runs in. */
	const start = (before = ""): Program =>
		programs.start("sh", ["-c", `${before} exec "$0" "$@"`, join(TOOLS, "run.sh"), "selftest", folder]);

	/** Runs it until its first round is over. */
	async function run(before?: string): Promise<{ lines: string[]; code: string; end: string }> {
		const program = start(before);
		await program.until("the end of a round", () =>
			/^All is good|^First failure/.test(program.lines.at(-1) ?? ""),
		);
		const lines = program.lines.filter((line) => CHECK.test(line));
		expect(lines).toHaveLength(11);
		await program.end("SIGKILL");
		return { lines, code: program.lines.at(-2) as string, end: program.lines.at(-1) as string };
	}

	it("checks all that the board has, and says the code", async () => {
		const program = start();
		await program.until("the end of a round", () => program.lines.includes("All is good"));
		const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
		expect(program.lines).toContain(`Self-test ${version}`);
		expect(program.lines.filter((line) => line.startsWith("Pin 0 "))).toEqual([
			"Pin 0 low",
			...Array.from({ length: 3 }, () => ["Pin 0 high", "Pin 0 low"]).flat(),
		]);
		expect(program.lines.filter((line) => CHECK.test(line))).toEqual([
			expect.stringMatching(/^ 1 engine {3}good {2}Moddable SDK 8\.2\.\d+ on lin$/),
			" 2 heap     none  this platform does not tell",
			expect.stringMatching(/^ 3 memory {3}good {2}[1-9]\d* bytes of slots and [1-9]\d* of chunks/),
			expect.stringMatching(/^ 4 clock {4}good {2}a timer of 1000 ms took 1\d\d\d ms by ticks/),
			" 5 light    good  pin 1, 24 bits: 8388608 of 16777215 (8388608 to 8388608, 0 apart)",
			" 6 LED      good  pin 0 went high 3 times: did the LED blink?",
			" 7 storage  good  64 bytes written, read, replaced and deleted",
			' 8 flash    good  "outbox" has 16 blocks of 4096 bytes; written, read and erased',
			" 9 radio    none  the board has no Wi-Fi of its own",
			"10 networks none  the board has no Wi-Fi of its own",
			expect.stringMatching(/^11 random {3}good {2}100 of 100 differ, the first is 0\.\d{6}$/),
		]);
		expect(program.lines).toContain(writeCode("MS1", "1Z115111ZZ1"));
		expect(readdirSync(join(folder, "selftest"))).toEqual([]);
	});

	it("goes on without a pin, and says so", async () => {
		const sensors = [{ name: "humidity", pin: "humidity" }];
		writeFileSync(join(folder, "settings.json"), JSON.stringify({ nightlight: { telemetry: { sensors } } }));
		const { lines, code } = await run();
		expect(lines[4]).toBe(' 5 light    none  the board has no pin "light"');
		expect(code).toBe(writeCode("MS1", "1Z11Z111ZZ1"));
	});

	it("goes on with a storage that is full, and says so", async () => {
		// No file may grow, and writing fails instead of ending the process.
		const { lines, code, end } = await run("trap '' XFSZ; ulimit -f 0;");
		expect(lines[6]).toBe(" 7 storage  BAD   cannot write: File too large");
		expect(lines[7]).toBe(' 8 flash    BAD   cannot open "outbox": File too large');
		expect(code).toBe(writeCode("MS1", "1Z1151WXZZ1"));
		expect(end).toBe("First failure: 7 storage");
	});

	it("reads flash memory that holds something, and leaves it as it is", async () => {
		const held = new Uint8Array(65_536).fill(0xff);
		held.set([1, 2, 3], 5000);
		writeFileSync(join(folder, "outbox.flash"), held);
		const { lines } = await run();
		expect(lines[7]).toMatch(/^ 8 flash {4}good .*; it holds something, so it was read only$/);
		expect(Buffer.from(held).equals(readFileSync(join(folder, "outbox.flash")))).toBe(true);
	});

	it("leaves out a check in which it was ended twice, for one run", async () => {
		for (let time = 0; time < 2; time++) {
			const program = start();
			await program.until("the LED", () => program.lines.includes("Pin 0 high"));
			await program.end("SIGKILL");
		}
		const { lines, code } = await run();
		expect(lines[5]).toBe(" 6 LED      BAD   left out: the program ended in it twice");
		expect(code).toBe(writeCode("MS1", "1Z115H11ZZ1"));
		expect((await run()).end).toBe("All is good");
	});
});

describeWithSdk("the self-test under the Moddable SDK, for ESP32", () => {
	it(
		"reaches the image that ESP-IDF would link, all of it in flash",
		async () => {
			const said = await build("selftest esp32-image");
			const image = readFileSync(join(OUTPUT, "esp32-image-selftest/mc.xs.c"), "utf8");
			for (const module of [
				"firmware/boards/moddable/selftest/main",
				"instrumentation",
				"firmware/boards/esp32/pins",
			]) {
				expect(image).toContain(`"${module}"`);
			}
			// It is a program of its own.
			expect(image).not.toContain('"firmware/app"');
			expect(said).not.toMatch(/warning: firmware/);
		},
		BUILD_TIMEOUT,
	);
});
