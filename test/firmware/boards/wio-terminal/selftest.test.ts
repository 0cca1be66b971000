import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "./c-program.js";

const CHECKS = ["clock", "log", "light", "leds", "flash", "memory", "radio", "others"];
/** Replies of the radio's own server (facts of `frames.test.ts`), and one with an older version. */
const REPLY = "110093fe020101010100000005000000322e312e33";

/** CRC-16 as eRPC's frames have it, bit by bit from the definition: 0x89AC for "123456789". */
function crc16(bytes: Uint8Array): number {
	let crc = 0xef4a;
	for (const byte of bytes) {
		for (let bit = 7; bit >= 0; bit--) {
			const isOdd = ((crc >> 15) ^ (byte >> bit)) & 1;
			crc = ((crc << 1) & 0xffff) ^ (isOdd ? 0x1021 : 0);
		}
	}
	return crc;
}

/** The reply to `version`, in hexadecimal. */
function replyOf(version: string, sequence = 1): string {
	const payload = Buffer.alloc(12 + version.length);
	payload.set([2, 1, 1, 1, sequence]);
	payload.writeUInt32LE(version.length, 8);
	payload.write(version, 12);
	const head = Buffer.alloc(4);
	head.writeUInt16LE(payload.length, 0);
	head.writeUInt16LE(crc16(payload), 2);
	return Buffer.concat([head, payload]).toString("hex");
}

describe("the replies that these tests make", () => {
	it("are the one that the radio's own server makes", () => {
		expect(crc16(Buffer.from("123456789"))).toBe(0x89ac);
		expect(replyOf("2.1.3")).toBe(REPLY);
	});
});

describeWith([compiler], "a check of the self-test", () => {
	let program: CProgram;
	beforeAll(() => {
		const parts = CHECKS.map((name) => `selftest/check-${name}.c`);
		const others = ["buttons", "erpc", "pause", "result"].map((name) => `selftest/${name}.c`);
		program = new CProgram("selftest-checks.c", [...parts, ...others], "fake-registers.h");
	});
	afterAll(() => program?.remove());

	it.each([
		["after power on", "reset cause=1", "P good another"],
		["after the button", "reset cause=0x10", "B good reset button"],
		["after a brown-out", "reset cause=4", "S bad another"],
		["after a brown-out of the core", "reset cause=2", "C bad another"],
		["at full speed", "clock", "1 good 120.0 MHz by the slow clock"],
		["with a slow clock that is off by a tenth", "clock megahertz=132", "1 good 132.0 MHz by the slow clock"],
		["without its DPLL", "clock megahertz=48", "4 bad 48.0 MHz by the slow clock"],
		["at another speed", "clock megahertz=200", "X bad 200.0 MHz by the slow clock"],
		["without SysTick", "clock systick=0", "0 bad nothing counts the processor's cycles \\(SysTick\\)"],
		["without the slow clock", "clock rtc=0", "T bad the slow clock \\(RTC\\) does not tick"],
		["with its log at the right rate", "log", "1 good 11520\\d bits a second, by the processor's clock"],
		[
			"with its log at another rate",
			"log log=46080",
			"X bad 460\\d\\d bits a second, by the processor's clock",
		],
		["in the light", "light light=1000", "9 good 1000 of 1023 \\(1000 to 1000\\)"],
		["in the dark", "light light=3", "0 good 3 of 1023 \\(3 to 3\\)"],
		["without converter", "light adc=0", "X bad the converter \\(ADC1\\) does not answer"],
		["with a converter that stops", "light adc=2", "X bad the converter \\(ADC1\\) does not answer"],
		["with its calibration", "calibration", "1 good fuses 0x0da, CALIB 0x332"],
		["with erased fuses", "calibration fuses=0x1ff", "F bad fuses 0x1ff, CALIB 0x332"],
		["without calibration", "calibration fuses=0", "0 bad fuses 0x000, CALIB 0x332"],
		["with another calibration", "calibration calib=0", "X bad fuses 0x0da, CALIB 0x000"],
		["with its LEDs", "leds", "1 good PA15 follows, PB08 \\(D0\\) follows"],
		["with PA15 low", "leds stuck=A", "A bad PA15 does not follow, PB08 \\(D0\\) follows"],
		["with PB08 high", "leds stuck=B", "B bad PA15 follows, PB08 \\(D0\\) does not follow"],
		["with both stuck", "leds stuck=AB", "X bad PA15 does not follow, PB08 \\(D0\\) does not follow"],
		["with its flash", "flash", "1 good id EF 40 16, W25Q32JV has EF 40 16"],
		["with another flash", "flash id=0xC84016", "X bad id C8 40 16, W25Q32JV has EF 40 16"],
		["with a flash that is silent", "flash id=0xFFFFFF", "F bad id FF FF FF, W25Q32JV has EF 40 16"],
		["with a flash that holds the line low", "flash id=0", "0 bad id 00 00 00, W25Q32JV has EF 40 16"],
		["with a QSPI that hangs", "flash qspi=0", "N bad the QSPI does not end its instruction"],
		["with its memory", "memory", "1 good 4096 bytes free, each of them good"],
		["with no button pressed", "buttons", "0 good pressed so far: none"],
		["with button B pressed", "buttons held=27", "1 good pressed so far: B"],
		["with a button that bounces", "buttons held=27 looks=19", "0 good pressed so far: none"],
	])("%s", (_, words, result) => {
		expect(program.run(words.split(" "))[0]).toMatch(new RegExp(`^${result}$`));
	});

	it.each([
		["with its radio", `reply=${REPLY}`, "1 good version 2.1.3 at 614400 baud"],
		[
			"with a radio that says something before",
			`reply=00ff${replyOf("2.1.2")}`,
			"1 good version 2.1.2 at 614400 baud",
		],
		[
			"with an older radio",
			`reply=${replyOf("2.1.1")}`,
			"2 bad version 2.1.1 at 614400 baud, which is too old",
		],
		[
			"with a fast radio",
			`baud=1843200 reply=${replyOf("2.0.3")}`,
			"3 bad version 2.0.3 at 1843200 baud, which is too old",
		],
		["with a silent radio", "reply=", "0 bad silent at 614400 and 1843200 baud"],
		[
			"with a radio that nobody understands",
			"baud=9600 noise=00ff00",
			"G bad 9 bytes, none of them an answer",
		],
		[
			"with a radio that answers another call",
			`reply=${replyOf("2.1.3", 2)}`,
			"G bad 42 bytes, none of them an answer",
		],
		[
			"with a radio that never stops",
			`baud=9600 noise=${"55".repeat(280)}`,
			"G bad 768 bytes, none of them an answer",
		],
	])("%s", (_, words, result) => {
		expect(program.run(["radio", ...words.split(" ")])).toEqual([result]);
	});

	it("ends when nothing counts the time", () => {
		expect(program.run(["leds", "systick=0"])).toEqual(["1 good PA15 follows, PB08 (D0) follows"]);
	});
});

describeWith([compiler], "what the self-test tells", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("selftest-code.c", ["selftest/code.c", "selftest/erpc.c"]);
	});
	afterAll(() => program?.remove());
	const run = (...lines: string[]): string[] => program.run([], lines.map((line) => `${line}\n`).join(""));

	/** As docs/wio-terminal.md has it. */
	const ALPHABET = "0123456789ABCDEFGHJKMNPRSTVWXYZ";
	function codeOf(characters: string): string {
		const sum = Array.from(characters, (one, index) => ALPHABET.indexOf(one) * (index + 1));
		const all = characters + ALPHABET[sum.reduce((one, other) => one + other) % 31];
		return `WT1-${all.slice(0, 4)}-${all.slice(4, 8)}-${all.slice(8)}`;
	}

	it.each(["P1131111110", "B1191111118", "PT1Z1ABX0Z3", "00000000000", "ZZZZZZZZZZZ"])(
		"%s has a code",
		(characters) => {
			expect(run(`code ${characters} 11111111111`)).toEqual([`${codeOf(characters)} 0`]);
		},
	);

	it("has the code that docs/wio-terminal.md shows", () => {
		const page = readFileSync("docs/wio-terminal.md", "utf8");
		const [code] = run("code B1141111118 11111111111");
		expect(page).toContain(`${code?.split(" ")[0]}\nAll is good`);
		expect(page).toContain(`\`${ALPHABET}\``);
	});

	it("has another checksum when a character is another, or two have changed places", () => {
		const good = "P1131111110";
		const checksum = codeOf(good).at(-1);
		const places = Array.from(good, (_, at) => at);
		const changed = places.flatMap((at) =>
			Array.from(
				ALPHABET.replace(good[at] as string, ""),
				(other) => good.slice(0, at) + other + good.slice(at + 1),
			),
		);
		const swapped = places
			.slice(1)
			.filter((at) => good[at] !== good[at - 1])
			.map((at) => good.slice(0, at - 1) + good[at] + good[at - 1] + good.slice(at + 1));
		const codes = run(...[...changed, ...swapped].map((characters) => `code ${characters} 11111111111`));
		expect(codes).toHaveLength(11 * 30 + swapped.length);
		expect(codes.filter((code) => code.split(" ")[0]?.at(-1) === checksum)).toEqual([]);
	});

	it.each([
		["P1131111110", "11111111111", 0],
		["P1131111G10", "11111111011", 9],
		["P4131B11010", "10111011011", 2],
		["PHZZZ111Z10", "10000111011", 2],
		["ST131111110", "00111111111", 1],
	])("names the first failure of %s", (characters, good, number) => {
		expect(run(`code ${characters} ${good}`)).toEqual([`${codeOf(characters)} ${number}`]);
	});

	it("finds a version in what the radio says, whatever else it says", () => {
		const whole = `deadbeef${REPLY}00`;
		expect(run(`version ${whole}`)).toEqual(["2.1.3"]);
		// Cut off anywhere, and with each bit of the reply wrong.
		const cut = Array.from(
			{ length: REPLY.length / 2 },
			(_, length) => `version ${REPLY.slice(0, 2 * length)}`,
		);
		expect(new Set(run(...cut))).toEqual(new Set(["-"]));
		const flipped = Array.from({ length: REPLY.length * 4 }, (_, bit) => {
			const bytes = Buffer.from(REPLY, "hex");
			bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
			return `version ${bytes.toString("hex")}`;
		});
		expect(new Set(run(...flipped))).toEqual(new Set(["-"]));
	});

	it.each(["2.1.3 of a day", "2.1\n", "a version that is too long", ""])(
		"takes only a version for one: %j",
		(text) => {
			expect(run(`version ${replyOf(text)}`)).toEqual([text === "" ? "" : "-"]);
		},
	);

	it.each([
		["2.1.2", "enough"],
		["2.1.10", "enough"],
		["2.2", "enough"],
		["3.0.0", "enough"],
		["2.1.1", "too old"],
		["2.1", "too old"],
		["1.9.9", "too old"],
		["2.0.9", "too old"],
		["beta", "too old"],
	])("%s is %s", (version, verdict) => {
		expect(run(`from ${version}`)).toEqual([verdict]);
	});
});
