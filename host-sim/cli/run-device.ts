import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import { fileNameOf } from "../io/file-name.js";
import { createHost } from "../provider.js";
import { InputError } from "../world/errors.js";
import { type Light, openLight, parseLight } from "../world/light.js";
import { usage } from "./failure.js";
import { STATE_FOLDER } from "./identity.js";
import type { Running } from "./lifecycle.js";
import type { DeviceOptions } from "./options.js";
import type { Output } from "./output.js";

/** Where devices keep what outlives them: a folder each. */
const STORAGE = join(STATE_FOLDER, "devices");

/**
 * Starts one simulated device in this light.
 * @throws Failure when the board lacks a pin, or two parts want the same
 */
export function runDevice(config: Config, light: Light, output: Output): Running {
	const start = performance.now();
	const level = () => light.read(performance.now() - start);
	let hasWorked = false;
	const host = createHost({
		// One light falls on every sensor.
		sensors: Object.fromEntries(config.telemetry.sensors.map(({ pin }) => [pin, level])),
		// An id of 64 characters always makes a file name.
		storage: join(STORAGE, fileNameOf(config.id) as string),
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

/**
 * Opens the light source that the options name.
 * @throws Failure for one that cannot be used
 */
export function openLightSource(options: DeviceOptions, output: Output): Light {
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
