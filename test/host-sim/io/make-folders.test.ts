import { existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolders } from "../../../host-sim/io/make-folders.js";

const temporary = () => mkdtempSync(join(tmpdir(), "folders-"));

describe("makeFolders", () => {
	it("makes what is missing, with the mode, and says which was the first", () => {
		const at = temporary();
		mkdirSync(join(at, "a"));
		expect(makeFolders(join(at, "a/b/c"), 0o700)).toBe(join(at, "a/b"));
		expect(statSync(join(at, "a/b/c")).isDirectory()).toBe(true);
		if (process.platform !== "win32") expect(statSync(join(at, "a/b")).mode & 0o777).toBe(0o700);
		expect(makeFolders(join(at, "a/b/c"))).toBeUndefined();
	});

	it("takes a link to a folder", () => {
		const at = temporary();
		symlinkSync(temporary(), join(at, "link"), "junction");
		expect(makeFolders(join(at, "link"))).toBeUndefined();
		makeFolders(join(at, "link/a"));
		expect(existsSync(join(at, "link/a"))).toBe(true);
	});

	it("fails where a file is in the way", () => {
		const file = join(temporary(), "file");
		writeFileSync(file, "");
		expect(() => makeFolders(file)).toThrow("EEXIST");
	});

	it.runIf(process.platform === "linux").each(["/proc/x", "/proc/x/y"])(
		"fails where no folder can be made: %s",
		(path) => {
			expect(() => makeFolders(path)).toThrow("ENOENT");
		},
	);
});
