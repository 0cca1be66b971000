import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import { createHost } from "../provider.js";
import { InputError } from "../world/errors.js";
import { openLight, parseLight } from "../world/light.js";
import { usage } from "./failure.js";
import { STATE_FOLDER } from "./identity.js";
import type { Running } from "./lifecycle.js";
import type { DeviceOptions } from "./options.js";
import type { Output } from "./output.js";

/**
 * Starts one simulated device.
 * @throws Failure for a light source that cannot be used, or a pin the board lacks
 */
export function runDevice(config: Config, options: DeviceOptions, output: Output): Running {
	const light = openLightSource(options, output);
	const start = performance.now();
	const level = () => light.read(performance.now() - start);
	let hasWorked = false;
	const host = createHost({
		// One light falls on every sensor.
		sensors: Object.fromEntries(config.telemetry.sensors.map(({ pin }) => [pin, level])),
		storage: join(STATE_FOLDER, config.id),
		report: (event) => {
			if (event.event === "link" && event.state === "online") hasWorked = true;
			output.event({ source: "device", ...event, device: config.id });
		},
	});
	const stop = startOnBoard(host, config);
	return {
		hasWorked: () => hasWorked,
		stop: () =>
			new Promise((resolve) => {
				light.stop();
				stop(resolve);
			}),
	};
}

function startOnBoard(host: Host, config: Config) {
	try {
		return startNightlight(host, config);
	} catch (error) {
		// The board says no: a pin that is not there, or that two parts want.
		throw usage(`telemetry.sensors: ${(error as Error).message}`);
	}
}

function openLightSource(options: DeviceOptions, output: Output) {
	try {
		return openLight(parseLight(options.light), {
			speed: options.speed,
			scale: options.lightScale,
			input: process.stdin,
			onBadLine: ({ line, reason }) => output.log(`standard input, line ${line}: ${reason}`),
		});
	} catch (error) {
		if (error instanceof InputError) throw usage(`--light: ${error.message}`);
		throw error;
	}
}
