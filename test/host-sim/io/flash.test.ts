import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFlash, type Flash } from "../../../host-sim/io/flash.js";
import { temporaryFolder } from "./support.js";

/** Small ones, so that a test reaches all of it. */
const SMALL = { blocks: 3, blockLength: 8 };

const open = (folder?: string, mode: "r" | "r+" = "r+") =>
	createFlash({ ...SMALL, ...(folder !== undefined && { folder }) }).open({ path: "outbox", mode });

const contentOf = (flash: Flash): number[] => [...new Uint8Array(flash.read(flash.status().size, 0))];

const erased = (length: number): number[] => Array(length).fill(0xff);

/** The message of what is thrown. */
const failure = (call: () => unknown): string => {
	try {
		call();
	} catch (error) {
		return (error as Error).message;
	}
	return "nothing thrown";
};

describe.each([
	{ name: "in a folder", place: () => temporaryFolder() },
	{ name: "in memory", place: () => undefined },
])("Flash $name", ({ place }) => {
	it("§28 status: 16 blocks of 4096 bytes, all of them erased at first", () => {
		const folder = place();
		const flash = createFlash(folder === undefined ? {} : { folder }).open({ path: "outbox" });
		expect(flash.status()).toEqual({ size: 65_536, blocks: 16, blockLength: 4096 });
		expect(new Set(new Uint8Array(flash.read(65_536, 0)))).toEqual(new Set([0xff]));
		flash.close();
	});

	it("§28 write: makes bits 0, and none 1", () => {
		const flash = open(place());
		flash.write(Uint8Array.of(0b1111_0000, 0b1010_1010), 7);
		flash.write(Uint8Array.of(0b1100_1100, 0b1111_1111), 7);
		expect(contentOf(flash)).toEqual([...erased(7), 0b1100_0000, 0b1010_1010, ...erased(15)]);
		flash.close();
	});

	const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
	it.each([
		["a view", view],
		["a DataView", new DataView(view.buffer, 1, 2)],
		["an Int8Array", Int8Array.of(1, 2)],
		["an ArrayBuffer", Uint8Array.of(1, 2).buffer],
	])("§6 Byte Buffer: programs the bytes of %s", (_name, data) => {
		const flash = open(place());
		flash.write(data, 3);
		expect([...new Uint8Array(flash.read(2, 3))]).toEqual([1, 2]);
		flash.close();
	});

	it("§28 read: gives a buffer, or fills one", () => {
		const flash = open(place());
		flash.write(Uint8Array.of(1, 2, 3), 0);
		const bytes = flash.read(2, 1);
		expect(bytes).toBeInstanceOf(ArrayBuffer);
		expect([...new Uint8Array(bytes)]).toEqual([2, 3]);
		const target = new Uint8Array(4);
		expect(flash.read(target.subarray(1, 3), 0)).toBe(2);
		expect([...target]).toEqual([0, 1, 2, 0]);
		expect(flash.read(0, 24).byteLength).toBe(0);
		flash.close();
	});

	it.each([
		{
			name: "one block",
			range: [1] as const,
			left: [...Array(8).fill(0), ...erased(8), ...Array(8).fill(0)],
		},
		{ name: "several", range: [1, 3] as const, left: [...Array(8).fill(0), ...erased(16)] },
		{ name: "all", range: [0, 3] as const, left: erased(24) },
		{ name: "none", range: [1, 1] as const, left: Array(24).fill(0) },
	])("§28 eraseBlock: erases $name", ({ range: [start, end], left }) => {
		const flash = open(place());
		flash.write(new Uint8Array(24), 0);
		flash.eraseBlock(start, end);
		expect(contentOf(flash)).toEqual(left);
		flash.close();
	});

	it.each<{ name: string; call: (flash: Flash) => unknown }>([
		{ name: "read beyond the end", call: (flash) => flash.read(2, 23) },
		{ name: "read of more than there is", call: (flash) => flash.read(25, 0) },
		{ name: "read before the beginning", call: (flash) => flash.read(1, -1) },
		{ name: "read of less than nothing", call: (flash) => flash.read(-1, 0) },
		{ name: "read of half a byte", call: (flash) => flash.read(0.5, 0) },
		{ name: "read at no number", call: (flash) => flash.read(1, Number.NaN) },
		{ name: "write beyond the end", call: (flash) => flash.write(new Uint8Array(2), 23) },
		{ name: "write of more than fits", call: (flash) => flash.write(new Uint8Array(25), 0) },
		{ name: "write before the beginning", call: (flash) => flash.write(new Uint8Array(1), -1) },
		{ name: "eraseBlock beyond the end", call: (flash) => flash.eraseBlock(3) },
		{ name: "eraseBlock up to beyond the end", call: (flash) => flash.eraseBlock(0, 4) },
		{ name: "eraseBlock backwards", call: (flash) => flash.eraseBlock(2, 1) },
		{ name: "eraseBlock before the beginning", call: (flash) => flash.eraseBlock(-1, 1) },
	])("§28 RangeError, and nothing changes: $name", ({ call }) => {
		const flash = open(place());
		expect(() => call(flash)).toThrow(RangeError);
		expect(contentOf(flash)).toEqual(erased(24));
		flash.close();
	});

	it.each([[undefined], [null], ["text"], [5], [[1]], [new Uint16Array(1)]])(
		"§28 write: TypeError for %s",
		(data) => {
			const flash = open(place());
			expect(() => flash.write(data as never, 0)).toThrow(TypeError);
			flash.close();
		},
	);

	it("§28 mode: read-only throws for write and eraseBlock", () => {
		const folder = place();
		const flash = open(folder, "r");
		expect(contentOf(flash)).toEqual(erased(24));
		expect(() => flash.write(new Uint8Array(1), 0)).toThrow("for reading only");
		expect(() => flash.eraseBlock(0)).toThrow("for reading only");
		flash.close();
	});

	it("§28 constructor: always throws", () => {
		const flash = open(place());
		const Class = flash.constructor as new (...parameters: unknown[]) => unknown;
		expect(() => new Class()).toThrow(TypeError);
		expect(() => new Class(Symbol(), () => {}, 1, 1, { path: "outbox" })).toThrow(TypeError);
		flash.close();
	});

	it("may be open twice; partitions are apart, and apart from key-value domains", () => {
		const folder = place();
		const storage = createFlash({ ...SMALL, ...(folder !== undefined && { folder }) });
		const [one, two, other] = ["x", "x", "X"].map((path) => storage.open({ path })) as [Flash, Flash, Flash];
		one.write(Uint8Array.of(1), 0);
		one.close();
		expect([contentOf(two)[0], contentOf(other)[0]]).toEqual([1, 0xff]);
		two.close();
		other.close();
	});

	it("does to the bytes what a model does, whatever the order, also when it is opened again", () => {
		const step = fc.oneof(
			fc.record({ data: fc.uint8Array({ maxLength: 12 }), offset: fc.nat(24) }),
			fc.record({ start: fc.nat(3), count: fc.nat(3) }),
			fc.constant("reopen" as const),
		);
		const root = place();
		let run = 0;
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const storage = createFlash({
					...SMALL,
					...(root !== undefined && { folder: join(root, `${run++}`) }),
				});
				let flash = storage.open({ path: "outbox" });
				const model = new Uint8Array(24).fill(0xff);
				for (const each of steps) {
					if (each === "reopen") {
						flash.close();
						flash = storage.open({ path: "outbox" });
					} else if ("data" in each) {
						const { data, offset } = each;
						if (offset + data.length > 24) expect(() => flash.write(data, offset)).toThrow(RangeError);
						else flash.write(data, offset);
						if (offset + data.length > 24) continue;
						for (const [index, byte] of data.entries()) {
							model[offset + index] = (model[offset + index] as number) & byte;
						}
					} else {
						const { start } = each;
						const end = start + each.count;
						const isThere = start < 3 && end <= 3;
						if (isThere) flash.eraseBlock(start, end);
						else expect(() => flash.eraseBlock(start, end)).toThrow(RangeError);
						if (isThere) model.fill(0xff, start * 8, end * 8);
					}
					expect(contentOf(flash)).toEqual([...model]);
				}
				flash.close();
			}),
			{ numRuns: 20 },
		);
	});
});

describe("Flash in a folder", () => {
	const fileOf = (folder: string) => join(folder, "outbox.flash");

	it("is one file, byte for byte, that keeps what was programmed", () => {
		const folder = join(temporaryFolder(), "a", "b");
		const flash = open(folder);
		flash.write(Uint8Array.of(1, 2), 4);
		expect([...readFileSync(fileOf(folder))]).toEqual([...erased(4), 1, 2, ...erased(18)]);
		flash.close();
		expect(readdirSync(folder)).toEqual(["outbox.flash"]);
		const again = open(folder, "r");
		expect([...new Uint8Array(again.read(4, 3))]).toEqual([0xff, 1, 2, 0xff]);
		again.close();
	});

	it("makes a file of the whole size at once: a cut leaves none, or an erased one", () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "unfinished"), "half a file");
		open(folder).close();
		expect(readdirSync(folder)).toEqual(["outbox.flash"]);
		expect(statSync(fileOf(folder)).size).toBe(24);
	});

	it.each([
		{
			name: "shorter",
			spoil: (path: string) => writeFileSync(path, "short"),
			reason: "the file has 5 bytes, not 24; move it away to begin with an erased partition",
		},
		{
			name: "longer",
			spoil: (path: string) => writeFileSync(path, new Uint8Array(25)),
			reason: "the file has 25 bytes, not 24; move it away to begin with an erased partition",
		},
		{
			name: "a folder",
			spoil: (path: string) => mkdirSync(path),
			reason: "illegal operation on a directory (EISDIR)",
		},
	])("one line for a file that is $name, which stays as it is", ({ spoil, reason }) => {
		const folder = temporaryFolder();
		spoil(fileOf(folder));
		expect(failure(() => open(folder))).toBe(`cannot open ${fileOf(folder)}: ${reason}`);
		expect(existsSync(fileOf(folder))).toBe(true);
	});

	it("one line naming the file when it becomes shorter meanwhile", () => {
		const folder = temporaryFolder();
		const flash = open(folder);
		truncateSync(fileOf(folder), 3);
		expect(failure(() => flash.read(2, 2))).toBe(
			`cannot read ${fileOf(folder)}: the file has become shorter`,
		);
		flash.close();
	});

	it("one line naming the file when the disk is full, and tells its observer", () => {
		const folder = temporaryFolder();
		const heard: string[] = [];
		let isFull = true;
		const observer = {
			failed: () => heard.push("failed"),
			written: () => heard.push("written"),
			writing: () => {
				const full = new Error("no space left on device") as NodeJS.ErrnoException;
				if (isFull) throw Object.assign(full, { code: "ENOSPC", errno: -28 });
			},
		};
		const storage = createFlash({ ...SMALL, folder, observer });
		const full = `${fileOf(folder)}: no space left on device (ENOSPC)`;
		expect(failure(() => storage.open({ path: "outbox" }))).toBe(`cannot open ${full}`);
		expect(readdirSync(folder)).toEqual([]);
		isFull = false;
		const flash = storage.open({ path: "outbox" });
		isFull = true;
		expect(failure(() => flash.write(Uint8Array.of(1), 0))).toBe(`cannot write to ${full}`);
		expect(failure(() => flash.eraseBlock(0))).toBe(`cannot write to ${full}`);
		isFull = false;
		expect(contentOf(flash)).toEqual(erased(24));
		flash.write(Uint8Array.of(1), 0);
		flash.close();
		expect(heard).toEqual(["failed", "failed", "failed", "written"]);
	});
});
