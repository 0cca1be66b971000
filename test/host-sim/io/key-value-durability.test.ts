import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createKeyValue } from "../../../host-sim/io/key-value.js";
import { temporaryFolder } from "./support.js";

const open = (folder: string, mode: "r" | "r+" = "r+") =>
	createKeyValue(folder).open({ path: "test", format: "string", mode });

const fileOf = (folder: string, key: string): string => join(folder, "test", `${key}.value`);

/** The message of what is thrown. */
const failure = (call: () => unknown): string => {
	try {
		call();
	} catch (error) {
		return (error as Error).message;
	}
	return "nothing thrown";
};

describe("Key-Value in a folder", () => {
	it("ignores what an interrupted write has left, and removes it on opening", () => {
		const folder = temporaryFolder();
		const first = open(folder);
		first.write("key", "old");
		const leftover = join(folder, "test", "unfinished");
		writeFileSync(leftover, readFileSync(fileOf(folder, "key")).subarray(0, 20));
		expect([[...first], first.read("key")]).toEqual([["key"], "old"]);
		expect([...open(folder, "r")]).toEqual(["key"]);
		expect(existsSync(leftover)).toBe(true);
		const second = open(folder);
		expect(readdirSync(join(folder, "test"))).toEqual(["key.value"]);
		expect(second.read("key")).toBe("old");
	});

	it("replaces a file whole: there is never anything but the values", () => {
		const folder = temporaryFolder();
		const domain = open(folder);
		for (const value of ["a".repeat(5000), "b", ""]) {
			domain.write("key", value);
			expect(readdirSync(join(folder, "test"))).toEqual(["key.value"]);
			expect(open(folder).read("key")).toBe(value);
		}
	});

	it("leaves files of others alone", () => {
		const folder = temporaryFolder();
		const domain = open(folder);
		for (const name of ["README", ".DS_Store", "Upper.value"]) writeFileSync(join(folder, "test", name), "x");
		expect([...domain]).toEqual([]);
		open(folder);
		expect(readdirSync(join(folder, "test")).length).toBe(3);
	});

	it.each([
		{ name: "empty", damage: (path: string) => truncateSync(path, 0) },
		{ name: "cut in its header", damage: (path: string) => truncateSync(path, 15) },
		{ name: "cut in its data", damage: (path: string) => truncateSync(path, readFileSync(path).length - 1) },
		{ name: "longer", damage: (path: string) => writeFileSync(path, "x", { flag: "a" }) },
		{ name: "of something else", damage: (path: string) => writeFileSync(path, "hello\n") },
		{
			name: "changed in one bit",
			damage: (path: string) => {
				const content = readFileSync(path);
				const last = content.length - 2;
				content[last] = (content[last] ?? 0) ^ 1;
				writeFileSync(path, content);
			},
		},
		{
			name: "of another format",
			damage: (path: string) =>
				writeFileSync(path, readFileSync(path, "latin1").replace("string", "buffer"), "latin1"),
		},
	])("moves a file aside that is $name, with a clear error", ({ damage }) => {
		const folder = temporaryFolder();
		const domain = open(folder);
		const path = fileOf(folder, "key");
		const moved = `${path}.damaged`;
		domain.write("key", "some value");
		damage(path);
		const content = readFileSync(path);
		const reader = open(folder, "r");
		expect(failure(() => reader.read("key"))).toBe('the value of "key" is damaged');
		expect(failure(() => domain.read("key"))).toBe(`the value of "key" is damaged; it is moved to ${moved}`);
		expect(readFileSync(moved)).toEqual(content);
		expect([[...domain], domain.read("key"), domain.delete("key")]).toEqual([[], undefined, false]);
		domain.write("key", "new");
		expect(domain.read("key")).toBe("new");
		damage(path);
		expect(domain.delete("key")).toBe(true);
		expect(domain.read("key")).toBe(undefined);
	});

	it("throws one line naming the folder when there is a file in its place", () => {
		const folder = join(temporaryFolder(), "state");
		writeFileSync(folder, "a file");
		const path = join(folder, "test");
		expect(failure(() => open(folder))).toBe(`cannot open ${path}: not a directory (ENOTDIR)`);
		const reader = open(folder, "r");
		expect(failure(() => reader.read("key"))).toBe(`cannot read ${path}: not a directory (ENOTDIR)`);
		expect(failure(() => [...reader])).toBe(`cannot list ${path}: not a directory (ENOTDIR)`);
	});

	it("throws one line naming the folder when a write fails, and the old value is intact", () => {
		const folder = temporaryFolder();
		const path = join(folder, "test");
		const domain = open(folder);
		domain.write("key", "old");
		mkdirSync(join(path, "unfinished"));
		expect(failure(() => domain.write("key", "new"))).toBe(
			`cannot write to ${path}: illegal operation on a directory (EISDIR)`,
		);
		expect(domain.read("key")).toBe("old");
		rmSync(join(path, "unfinished"), { recursive: true });
		domain.write("key", "new");
		expect(domain.read("key")).toBe("new");
	});

	it("leaves nothing half-written when the last step fails", () => {
		const folder = temporaryFolder();
		const path = join(folder, "test");
		const domain = open(folder);
		mkdirSync(join(fileOf(folder, "key"), "inside"), { recursive: true });
		expect(failure(() => domain.write("key", "new"))).toMatch(/^cannot write to .+ \(E[A-Z]+\)$/);
		expect(failure(() => domain.delete("key"))).toMatch(/^cannot delete from .+ \(E[A-Z]+\)$/);
		expect(readdirSync(path)).toEqual(["key.value"]);
	});

	it("reads as empty and throws on writing when the folder has gone; works when it is back", () => {
		const folder = temporaryFolder();
		const path = join(folder, "test");
		const domain = open(folder);
		domain.write("key", "value");
		renameSync(path, `${path}-away`);
		expect([[...domain], domain.read("key"), domain.delete("key")]).toEqual([[], undefined, false]);
		expect(failure(() => domain.write("key", "new"))).toBe(
			`cannot write to ${path}: no such file or directory (ENOENT)`,
		);
		renameSync(`${path}-away`, path);
		expect(domain.read("key")).toBe("value");
	});

	it("makes all folders that are missing", () => {
		const folder = join(temporaryFolder(), "a", "b", "c");
		open(folder).write("key", "value");
		expect(open(folder, "r").read("key")).toBe("value");
	});
});
