/** The firmware's composition root under the Moddable SDK, whatever the board. */
import board from "embedded:provider/builtin";
import { startNightlight } from "./app.js";
import { createHost } from "./boards/moddable/host.js";
import { type Config, describeProblem, parseConfig } from "./config.js";
import { withHub } from "./profiles/azure-iot-hub/with-hub.js";

/** @throws Error for a configuration that cannot be used; the log says why */
export default function main(): void {
	try {
		const config = readConfig();
		startNightlight(createHost(board, config), config);
	} catch (error) {
		// The engine ends, on a chip by a restart, without telling what was thrown.
		trace(`Nightlight not started: ${error instanceof Error ? error.message : error}\n`);
		throw error;
	}
}

function readConfig(): Config {
	const parsed = parseConfig(withHub(board.settings.nightlight));
	if (parsed.kind === "valid") return parsed.config;
	throw new Error(`the configuration is wrong: ${parsed.problems.map(describeProblem).join("; ")}`);
}
