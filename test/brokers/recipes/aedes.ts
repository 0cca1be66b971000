import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import type { Recipe } from "../rig/broker.js";

const SCRIPT = fileURLToPath(new URL("../../../host-sim/cli/nightlight.js", import.meta.url));
const PACKAGE = new URL("../../../node_modules/aedes/package.json", import.meta.url);

/** Aedes, as our embedded broker. */
export const aedes: Recipe = {
	needs: [],
	prepare: async () => {
		const port = await freePort();
		return {
			port,
			command: process.execPath,
			words: [SCRIPT, "broker", "--port", `${port}`, "--json"],
			ready: /"listening"/,
			version: (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version,
		};
	},
};
