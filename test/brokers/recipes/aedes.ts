import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Recipe } from "../rig/broker.js";
import { freePorts } from "../rig/ports.js";

const SCRIPT = fileURLToPath(new URL("../../../host-sim/cli/nightlight.js", import.meta.url));
const PACKAGE = new URL("../../../node_modules/aedes/package.json", import.meta.url);

/** Aedes, as our embedded broker. */
export const aedes: Recipe = {
	needs: [],
	prepare: async () => {
		const [port] = (await freePorts(1)) as [number];
		return {
			port,
			command: process.execPath,
			words: [SCRIPT, "broker", "--port", `${port}`, "--json"],
			ready: /"listening"/,
			version: (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version,
		};
	},
};
