import {
	closeSync,
	fsyncSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createFlash } from "../../../../firmware/boards/lin/flash.js";
import { createFlash as createNodeFlash } from "../../../../host-sim/io/flash.js";
import { playFlash } from "../../../host-sim/engines/flash-script.js";

type Folder = Parameters<typeof createFlash>[0];

const root = mkdtempSync(join(tmpdir(), "nightlight-lin-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder as the SDK has it, over Node's, and its path. */
function makeFolder() {
	const path = mkdtempSync(join(root, "board-"));
	const folder = {
		openFile: ({ path: name, mode = "r" }: { path: string; mode?: string }) => {
			const file = openSync(join(path, name), mode);
			return {
				read: (length: number, position: number) => {
					const bytes = new Uint8Array(length);
					return bytes.buffer.slice(0, readSync(file, bytes, 0, length, position));
				},
				write: (data: Uint8Array, position: number) => void writeSync(file, data, 0, data.length, position),
				flush: () => fsyncSync(file),
				close: () => closeSync(file),
			};
		},
		move: (from: string, to: string) => renameSync(join(path, from), join(path, to)),
		status: (name: string) => {
			const status = statSync(join(path, name), { throwIfNoEntry: false });
			return { ...(status !== undefined && { size: status.size }), isFile: () => status?.isFile() ?? false };
		},
	};
	return { path, folder: folder as unknown as Folder };
}

describe("flash memory of the board on Linux", () => {
	it("does what that of a simulated device does", () => {
		const play = (storage: Parameters<typeof playFlash>[0]) => {
			const lines: string[] = [];
			playFlash(storage, (line) => lines.push(line));
			// Either says in its own words what is out of range.
			return lines.map((line) =>
				line.replace(/^(write beyond|read beyond|no block)(.*?): .*/, "$1$2: refused"),
			);
		};
		expect(play(createFlash(makeFolder().folder))).toEqual(play(createNodeFlash()));
	});

	it("is a file that outlives the program", () => {
		const { path, folder } = makeFolder();
		const flash = createFlash(folder).open({ path: "outbox" });
		flash.write(Uint8Array.of(1, 2), 4095);
		flash.close();
		expect(readdirSync(path)).toEqual(["outbox.flash"]);
		const again = createFlash(folder).open({ path: "outbox", mode: "r" });
		expect([...new Uint8Array(again.read(4, 4094))]).toEqual([0xff, 1, 2, 0xff]);
		expect(() => again.write(Uint8Array.of(0), 0)).toThrow("for reading only");
		expect(() => again.eraseBlock(0)).toThrow("for reading only");
		again.close();
		expect(() => again.read(1, 0)).toThrow("closed");
	});

	it("is refused when its file has another size", () => {
		const { path, folder } = makeFolder();
		writeFileSync(join(path, "outbox.flash"), "short");
		expect(() => createFlash(folder).open({ path: "outbox" })).toThrow(
			/^outbox\.flash has 5 bytes, not 65536; move it away$/,
		);
	});

	it.each(["", "../outbox", "Outbox", "a".repeat(65)])("has no partition %j", (path) => {
		expect(() => createFlash(makeFolder().folder).open({ path })).toThrow(RangeError);
	});
});
