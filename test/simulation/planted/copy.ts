import { TreeCopy } from "../../support/tree-copy.js";

/** All that a world is made of. */
const SOURCES = ["firmware", "server", "host-sim", "package.json", "tsconfig.json"];

/** The sources in a folder of their own, to be changed there. */
export class Copy extends TreeCopy {
	constructor() {
		super("planted", SOURCES);
	}
}
