import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../../host-sim/cli/failure.js";
import { keptId } from "../../../host-sim/cli/identity.js";
import { Program } from "../../support/processes.js";

const ID = /^nightlight-[0-9a-f]{8}$/;
const FILE = join(".nightlight", "id");
const before = process.cwd();
beforeEach(() => process.chdir(mkdtempSync(join(tmpdir(), "nightlight-id-"))));
afterEach(() => {
	process.chdir(before);
	vi.restoreAllMocks();
});

const write = (content: string | Uint8Array) => {
	mkdirSync(".nightlight", { recursive: true });
	writeFileSync(FILE, content);
};

describe("the id of a folder", () => {
	it("is made once", () => {
		const { id, isNew } = keptId();
		expect([isNew, ID.test(id)]).toEqual([true, true]);
		expect(keptId()).toEqual({ id, isNew: false });
		expect(readdirSync(".nightlight")).toEqual(["id"]);
	});

	it.each([
		["with a line end of Windows", "lamp\r\n"],
		["with a byte order mark", "\ufefflamp"],
	])("%s is read", (_, content) => {
		write(content);
		expect(keptId()).toEqual({ id: "lamp", isNew: false });
	});

	it.each<[string, string | Uint8Array]>([
		["empty", ""],
		["a line end", "\n"],
		["no id", "not an id\n"],
		["cut by a power failure: NULs", new Uint8Array(20)],
		["UTF-16", Buffer.from("\ufefflamp", "utf16le")],
		["too long", "a".repeat(65)],
	])("that is %s is moved aside, and another one made", (_, content) => {
		write(content);
		const { id, isNew, movedTo } = keptId();
		expect([isNew, movedTo]).toEqual([true, `${FILE}.damaged`]);
		expect(id).toMatch(ID);
		expect(readFileSync(`${FILE}.damaged`)).toEqual(Buffer.from(content));
		expect(keptId()).toEqual({ id, isNew: false });
	});

	it("is the same for processes that begin at once", async () => {
		const module = JSON.stringify(new URL("../../../host-sim/cli/identity.ts", import.meta.url).href);
		const script = `import { keptId } from ${module}; console.log(keptId().id);`;
		const words = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script];
		const others = Array.from({ length: 4 }, () => new Program(process.execPath, words));
		await Promise.all(others.map(({ exited }) => exited));
		expect(new Set(others.flatMap(({ lines }) => lines)).size).toBe(1);
		expect(readdirSync(".nightlight")).toEqual(["id"]);
	});

	it("that cannot be kept leaves nothing half written", async () => {
		const module = JSON.stringify(new URL("../../../host-sim/cli/identity.ts", import.meta.url).href);
		// Not a byte fits any file, as on a full disk.
		const script = `import { keptId } from ${module}; try { keptId() } catch ({ message }) { console.log(message) }`;
		const words = ["-c", 'ulimit -f 0; exec "$0" "$@"', process.execPath];
		const node = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script];
		const program = new Program("/bin/sh", [...words, ...node]);
		await program.exited;
		expect(program.lines).toEqual([`cannot keep an id in ${FILE} (EFBIG); give one with --id`]);
		expect([existsSync(FILE), readdirSync(".nightlight")]).toEqual([false, []]);
	});

	it("that is no file is told", () => {
		mkdirSync(FILE, { recursive: true });
		expect(() => keptId()).toThrow(new Failure(2, `cannot read ${FILE} (EISDIR); give an id with --id`));
	});
});
