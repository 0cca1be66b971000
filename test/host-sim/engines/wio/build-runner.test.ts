import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { wioRunner } from "../../../../host-sim/engines/wio/build-runner.js";
import { Wio } from "../../../../host-sim/engines/wio/wio.js";
import { describeWith, wioTools } from "../../../support/requires.js";
import { scripted, silent, spin } from "./script.js";

const INSTALL = "apt-get install gcc libc6-dev libunicorn-dev";

describeWith([wioTools], "the program that emulates the Wio Terminal", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-compiler-"));
	afterAll(() => rmSync(folder, { recursive: true }));
	/** A compiler that only says something. */
	const compiler = (name: string, says: string): string => {
		const file = join(folder, name);
		writeFileSync(file, `#!/bin/sh\necho "${says}" >&2\nexit 1\n`, { mode: 0o755 });
		return file;
	};

	it.each([
		["there is no compiler", () => join(folder, "none"), `no ${join(folder, "none")}: ${INSTALL}`],
		[
			"Unicorn is missing",
			() => compiler("a", "core.c:2:10: fatal error: unicorn/unicorn.h: No such file or directory"),
			`core.c:2:10: fatal error: unicorn/unicorn.h: No such file or directory: ${INSTALL}`,
		],
		[
			"Unicorn's library is missing",
			() => compiler("b", "/usr/bin/ld: cannot find -lunicorn"),
			`/usr/bin/ld: cannot find -lunicorn: ${INSTALL}`,
		],
		["it does not compile otherwise", () => compiler("c", "a.c:1:1: error: x"), "a.c:1:1: error: x"],
	])("says what to do when %s", async (_, command, reason) => {
		await expect(wioRunner(silent, command())).rejects.toThrow(
			new RegExp(`^the emulator of the Wio Terminal does not compile: ${reason.replace(/[/.]/g, "\\$&")}$`),
		);
	});

	it("is built once", async () => {
		const first = await wioRunner(silent);
		const lines: string[] = [];
		expect(await wioRunner((line) => lines.push(line))).toBe(first);
		expect(lines).toEqual([]);
	});

	it("runs one time at a time, and none after it was closed", async () => {
		const wio = await scripted([spin(1000)]);
		const run = wio.run(1e6);
		await expect(wio.run(2e6)).rejects.toThrow("runs already");
		await run;
		wio.close();
		await expect(wio.run(3e6)).rejects.toThrow("was closed");
		await expect(wio.readMemory(0, 4)).rejects.toThrow("was closed");
	});

	it("does the same in one run and in many", async () => {
		const outcome = async (slice: number) => {
			const wio = await scripted([spin(20_000)]);
			const events: unknown[] = [];
			let run = await wio.run(slice);
			for (let time = slice; run.end.kind === "stop"; run = await wio.run(time)) {
				events.push(...run.events);
				time += slice;
			}
			wio.close();
			return [...events, ...run.events, run.end];
		};
		expect(await outcome(100e6)).toEqual(await outcome(33_333));
	});

	it.each([0, 0x3fff, 0x7_ffff, 0x2002_ffff, 0x9000_0000])("takes no bytes at 0x%x", async (address) => {
		const segments = [{ address, bytes: Uint8Array.of(1, 2) }];
		await expect(Wio.start({ segments, log: silent })).rejects.toThrow(RangeError);
	});
});
