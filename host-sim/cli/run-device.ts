import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import { fileNameOf } from "../io/file-name.js";
import { createHost } from "../provider.js";
import { InputError } from "../world/errors.js";
import { type Light, openLight, parseLight } from "../world/light.js";
import { ExitCode, Failure, usage } from "./failure.js";
import { STATE_FOLDER } from "./identity.js";
import type { Running } from "./lifecycle.js";
import type { DeviceOptions, Engine } from "./options.js";
import type { Output } from "./output.js";

/** Where devices keep what outlives them: a folder each. */
const STORAGE = join(STATE_FOLDER, "devices");

/**
 * Starts one simulated device in this light.
 * @throws Failure when two parts want the same pin, or the engine cannot be had
 */
export async function runDevice(
	config: Config,
	engine: Engine,
	light: Light,
	output: Output,
): Promise<Running> {
	checkPins(config);
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
	const device = await startEngine(engine, host, config, output);
	return {
		hasWorked: () => hasWorked,
		failed: device.failed,
		stop: () => {
			light.stop();
			return device.stop();
		},
	};
}

type Device = Pick<Running, "failed" | "stop">;

async function startEngine(engine: Engine, host: Host, config: Config, output: Output): Promise<Device> {
	switch (engine) {
		case "node": {
			const stop = startNightlight(host, config);
			return { stop: () => new Promise((resolve) => stop(resolve)) };
		}
		case "xs": {
			const { startOnXs } = await import("../engines/xs/engine.js");
			return startElsewhere("XS", startOnXs, host, config, output);
		}
		case "arm": {
			const { startOnArm } = await import("../engines/arm/engine.js");
			return startElsewhere("the ARM image", startOnArm, host, config, output);
		}
	}
}

type StartElsewhere = (
	host: Host,
	config: Config,
	options: { onFailure: (reason: string) => void; log: (line: string) => void },
) => Promise<{ stop(): Promise<void> }>;

/** Starts the firmware in another engine, called `name`. */
async function startElsewhere(
	name: string,
	start: StartElsewhere,
	host: Host,
	config: Config,
	output: Output,
): Promise<Device> {
	const { EngineError } = await import("../engines/failure.js");
	let onFailure: (reason: string) => void = () => {};
	const failed = new Promise<string>((resolve) => {
		onFailure = (reason) => resolve(`the firmware has stopped on ${name}: ${reason}`);
	});
	try {
		const device = await start(host, config, { onFailure, log: (line) => output.log(line) });
		return { failed, stop: () => device.stop() };
	} catch (error) {
		if (error instanceof EngineError) throw new Failure(ExitCode.FAILED, error.message);
		throw error;
	}
}

/** A board has each pin once. */
function checkPins({ telemetry }: Config): void {
	const pins = ["led", ...telemetry.sensors.map(({ pin }) => pin)];
	const twice = pins.find((pin, index) => pins.indexOf(pin) !== index);
	if (twice !== undefined)
		throw usage(`telemetry.sensors: pin "${twice}" is in use; give each sensor its own`);
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
