import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeCode } from "../../../../firmware/boards/moddable/selftest/code.js";
import { readCode } from "../../../../tools/selftest/code.js";
import { ROOT } from "../../../house/firmware-files.js";

/** What each place says: its character's meaning, with a mark when it is good. */
function said(form: string, characters: string): string[] {
	const read = readCode(writeCode(form, characters));
	if (read.kind === "wrong") throw new Error(read.reason);
	return read.places.map(({ isGood, meaning }) => `${isGood ? "+" : "-"} ${meaning}`);
}

describe("what a self-test's code means", () => {
	it("of the Moddable SDK's, when all is good", () => {
		expect(said("MS1", "15114112171").map((text) => text.charAt(0))).toEqual(
			Array.from({ length: 11 }, () => "+"),
		);
	});

	it("of the Moddable SDK's, when something is wrong", () => {
		expect(said("MS1", "X0ZFNWRBHSD")).toEqual([
			"- another",
			"- less",
			"- not there",
			"- the timer is early",
			"- no reading",
			"- cannot be written",
			"- reads something else",
			"- writing sets bits",
			"- did not end, or left out after a restart in it",
			"- the scan failed",
			"- some come again",
		]);
	});

	it("of the Wio Terminal's", () => {
		expect(said("WT1", "B441FAX02X8")).toEqual([
			"+ button",
			"- 48 MHz",
			"- unknown",
			"+ tenths of the range",
			"- erased",
			"- PA15 does not follow",
			"- another",
			"- one is bad",
			"- older",
			"- it does not end",
			"+ ",
		]);
	});

	it.each([
		["", "not a code, which is as MS1-1511-4111-171T"],
		["MS1-1511-4111-17", "not a code, which is as MS1-1511-4111-171T"],
		["MS1-1511-4111-17!T", "no code has a !"],
		["XX1-1511-4111-171T", "no self-test has codes of the form XX1, but MS1 and WT1"],
		["MS1-1511-4111-I71T", "no code has a I"],
		["MS1-1511-4111-117T", "a mistake in it: the checksum is another"],
	])("refuses %j", (code, reason) => {
		expect(readCode(code)).toEqual({ kind: "wrong", reason: `${code}: ${reason}` });
	});

	it("is said in small letters too", () => {
		expect(readCode(" ms1-1511-4111-171t\n")).toEqual(readCode("MS1-1511-4111-171T"));
	});

	it("is said by a program, a line a check", () => {
		const program = (code: string) => {
			const words = ["--import", "tsx", join(ROOT, "tools/selftest/main.ts"), code];
			const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: "utf8" });
			return { status, lines: stdout.split("\n"), stderr };
		};
		const { status, lines } = program(writeCode("MS1", "1Z1151WXZZ1"));
		expect(status).toBe(0);
		expect(lines).toHaveLength(12);
		expect(lines[1]).toMatch(/^ 2 Z none {2}not there \(heap /);
		expect(lines[6]).toBe(" 7 W BAD   cannot write (key-value storage (NVS))");
		expect(lines[10]).toMatch(/^11 1 good \(random numbers/);
		expect(program("MS1-1511")).toEqual({
			status: 2,
			lines: [""],
			stderr: "MS1-1511: not a code, which is as MS1-1511-4111-171T\n",
		});
	});
});
