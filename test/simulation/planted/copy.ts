import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyPatch, parsePatch } from "diff";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** All that a world is made of. */
const SOURCES = ["firmware", "server", "host-sim", "package.json", "tsconfig.json"];
const WORKER = "worker.js";

/** The sources in a folder of their own, to be changed there. */
export class Copy {
	readonly folder = mkdtempSync(join(tmpdir(), "nightlight-planted-"));
	/** Runs worlds of them. */
	readonly worker = join(this.folder, WORKER);

	constructor() {
		for (const path of SOURCES) cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
		cpSync(fileURLToPath(new URL(WORKER, import.meta.url)), this.worker);
		symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"), "junction");
	}

	/** Applies a patch, which may be empty: what it takes away must be there exactly. @throws Error when it does not fit what is there */
	patch(patch: string): void {
		for (const part of patch === "" ? [] : parsePatch(patch)) {
			const name = (part.oldFileName ?? "").replace(/^a\//, "");
			const path = join(this.folder, name);
			const changed = applyPatch(readFileSync(path, "utf8"), part);
			if (changed === false) throw new Error(`the patch does not fit ${name} any more`);
			writeFileSync(path, changed);
		}
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
