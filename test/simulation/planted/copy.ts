import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TreeCopy } from "../../support/tree-copy.js";

/** All that a world is made of. */
const SOURCES = ["firmware", "server", "host-sim", "package.json", "tsconfig.json"];
const WORKER = "worker.js";

/** The sources in a folder of their own, to be changed there. */
export class Copy extends TreeCopy {
	/** Runs worlds of them. */
	readonly worker = join(this.folder, WORKER);

	constructor() {
		super("planted", SOURCES);
		cpSync(fileURLToPath(new URL(WORKER, import.meta.url)), this.worker);
	}
}
