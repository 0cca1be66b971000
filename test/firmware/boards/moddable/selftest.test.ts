import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Bench } from "../../../../firmware/boards/moddable/selftest/bench.js";
import { writeCode } from "../../../../firmware/boards/moddable/selftest/code.js";
import { runSelftest } from "../../../../firmware/boards/moddable/selftest/run.js";
import { filesBelow, ROOT } from "../../../house/firmware-files.js";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "../wio-terminal/c-program.js";
import { TestBench } from "./bench.js";

const FOLDER = "firmware/boards/moddable/selftest/";

/** Milliseconds in which a round ends, of a board without fault; the next follows 10 s later. */
const ROUND = 5000;

const ALL_GOOD = [
	"Self-test 1.2.3",
	" 1 engine   good  Moddable SDK 8.2.3 on esp32",
	" 2 heap     good  180000 bytes free",
	" 3 memory   good  4096 bytes of slots and 4096 of chunks, garbage included, 4096 of stack at most",
	" 4 clock    good  a timer of 1000 ms took 1000 ms by ticks, 1000 ms by Date",
	" 5 light    good  pin 34, 12 bits: 1843 of 4095 (1843 to 1843, 0 apart)",
	" 6 LED      good  pin 2 went high 3 times: did the LED blink?",
	" 7 storage  good  64 bytes written, read, replaced and deleted",
	' 8 flash    good  "outbox" has 16 blocks of 4096 bytes; written, read and erased',
	" 9 radio    good  MAC 24:6f:28:…, 180000 bytes free with it",
	"10 networks good  2 access points, the strongest -48 dBm",
	expect.stringMatching(/^11 random {3}good {2}100 of 100 differ, the first is 0\.\d{6}$/),
	writeCode("MS1", "15114111121"),
	"All is good",
];

async function linesOf(board: TestBench, time = ROUND, changes: Partial<Bench> = {}): Promise<string[]> {
	runSelftest({ ...board.bench, ...changes });
	await board.advance(time);
	return board.lines;
}

describe("the self-test over the Moddable SDK", () => {
	it("says a line a check, and the code", async () => {
		expect(await linesOf(new TestBench())).toEqual(ALL_GOOD);
	});

	it("begins again 10 s later, without anything left of the round before", async () => {
		const board = new TestBench();
		const lines = await linesOf(board, 2 * ROUND + 10_000);
		expect(lines).toEqual([...ALL_GOOD, ...ALL_GOOD]);
		expect(board.storage.domains.get("selftest")?.size).toBe(0);
		expect(board.radios.size).toBe(0);
	});

	it("goes on when checks throw, wherever", async () => {
		const fail = (): never => {
			throw new Error("it burns");
		};
		class Burning {
			static readonly Output = 8;
			constructor() {
				fail();
			}
		}
		const broken = { Analog: Burning, Digital: Burning, WiFi: Burning } as object;
		const board = new TestBench({ ...broken, random: fail, instrument: fail, flash: { open: fail } });
		for (const operation of ["open", "read", "write"] as const) board.storage.failing.add(operation);
		const lines = await linesOf(board);
		expect(lines.map((line) => line.slice(0, 17))).toEqual([
			"Self-test 1.2.3",
			" 1 engine   good ",
			" 2 heap     BAD  ",
			" 3 memory   BAD  ",
			" 4 clock    good ",
			" 5 light    BAD  ",
			" 6 LED      BAD  ",
			" 7 storage  BAD  ",
			" 8 flash    BAD  ",
			" 9 radio    BAD  ",
			"10 networks BAD  ",
			"11 random   BAD  ",
			writeCode("MS1", "1XX1XXXXXXX").slice(0, 17),
			"First failure: 2 ",
		]);
		expect(lines[5]).toBe(" 5 light    BAD   it burns");
	});

	it("goes on after 30 s when a check does not end", async () => {
		const board = new TestBench();
		const set = board.clock.set.bind(board.clock);
		// The timer that the clock's check waits for is lost.
		const timer = {
			set: (callback: () => void, delay: number) => set(delay === 1000 ? () => {} : callback, delay),
			repeat: board.clock.repeat.bind(board.clock),
			clear: board.clock.clear.bind(board.clock),
		};
		await linesOf(board, 30_000 + ROUND, { timer });
		expect(board.lines[4]).toBe(" 4 clock    BAD   it did not end within 30 s");
		expect(board.lines.at(-1)).toBe("First failure: 4 clock");
	});

	describe("after a restart in a check", () => {
		/** Runs until a scan has begun that never ends: nothing more runs of this board. */
		async function endInScan(storage: TestBench["storage"]): Promise<string[]> {
			const board = new TestBench({ keyValue: storage });
			return linesOf(board, ROUND, { WiFi: board.radio({ MAC: "24:6f:28:01:02:03", scan: "endless" }) });
		}

		it("tries that check again, once: opening the log restarts an ESP32", async () => {
			const { storage } = new TestBench();
			expect((await endInScan(storage)).at(-1)).toMatch(/^ 9 radio/);
			expect(await linesOf(new TestBench({ keyValue: storage }))).toEqual(ALL_GOOD);
		});

		it("leaves it out the second time, says so, and tries it again at the start after that", async () => {
			const { storage } = new TestBench();
			await endInScan(storage);
			expect((await endInScan(storage)).at(-1)).toMatch(/^ 9 radio/);
			const next = await linesOf(new TestBench({ keyValue: storage }));
			expect(next[10]).toBe("10 networks BAD   left out: the program ended in it twice");
			expect(next.at(-2)).toBe(writeCode("MS1", "151141111H1"));
			expect(next.at(-1)).toBe("First failure: 10 networks");
			expect(await linesOf(new TestBench({ keyValue: storage }))).toEqual(ALL_GOOD);
		});

		it("leaves out each of several", async () => {
			const { storage } = new TestBench();
			// In the clock's check, then in the LED's, as the clock is left out.
			for (const time of [500, 500, 1000, 1000]) await linesOf(new TestBench({ keyValue: storage }), time);
			const lines = await linesOf(new TestBench({ keyValue: storage }));
			expect(lines.filter((line) => line.includes("left out")).map((line) => line.slice(0, 8))).toEqual([
				" 4 clock",
				" 6 LED  ",
			]);
		});

		it("leaves out none of two in which it ended in turn", async () => {
			const { storage } = new TestBench();
			for (const time of [500, 1500, 500, 1500]) await linesOf(new TestBench({ keyValue: storage }), time);
			expect(await linesOf(new TestBench({ keyValue: storage }))).toEqual(ALL_GOOD);
		});
	});
});

describe("its code", () => {
	it("has the form of the Wio Terminal's", () => {
		expect(writeCode("WT1", "B1141111118")).toBe("WT1-B114-1111-118A");
		expect(readFileSync(join(ROOT, "docs/wio-terminal.md"), "utf8")).toContain("WT1-B114-1111-118A");
	});

	it("is the one that docs/esp32.md shows", () => {
		const page = readFileSync(join(ROOT, "docs/esp32.md"), "utf8");
		const [, shown = ""] = /^(MS1-\S+)$/m.exec(page) ?? [];
		const characters = shown.slice(4).replaceAll("-", "").slice(0, -1);
		expect(characters).toHaveLength(11);
		expect(writeCode("MS1", characters)).toBe(shown);
	});
});

describeWith([compiler], "its code", () => {
	it("has the checksum of the Wio Terminal's, which C computes", () => {
		const program = new CProgram("selftest-code.c", ["selftest/code.c", "selftest/erpc.c"]);
		try {
			for (const characters of ["P1131111110", "PT1Z1ABX0Z3", "ZZZZZZZZZZZ", "151141111H1"]) {
				const [said] = program.run([], `code ${characters} 11111111111\n`);
				expect(writeCode("WT1", characters)).toBe(said?.split(" ")[0]);
			}
		} finally {
			program.remove();
		}
	});
});

describe("its manifest", () => {
	const manifest = JSON.parse(readFileSync(join(ROOT, FOLDER, "manifest.json"), "utf8"));
	const names = filesBelow(FOLDER)
		.filter((path) => path.endsWith(".ts"))
		.map((path) => path.slice(0, -".ts".length));

	it("lists every module of the folder, and preloads all but the one that begins", () => {
		const listed = (keys: readonly string[]) => keys.filter((name) => name.startsWith(FOLDER));
		expect(listed(Object.keys(manifest.modules))).toEqual(names);
		expect(listed(manifest.preload)).toEqual(names.filter((name) => name !== `${FOLDER}main`));
		expect(manifest.creation.main).toBe(`${FOLDER}main`);
	});
});
