import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { type Guest, type GuestOptions, startGuest } from "../guest.js";
import { xsWorker } from "./build-worker.js";
import { bundleGuest } from "./bundle.js";
import { type Meter, XsWorker } from "./worker.js";

/**
 * Starts the nightlight in XS on Linux, over `host`.
 * @throws EngineError when the engine cannot be compiled, or the firmware does not start
 */
export async function startOnXs(
	host: Host,
	config: Config,
	options: GuestOptions<Meter>,
): Promise<Guest<Meter>> {
	const [program, script] = await Promise.all([xsWorker(options.log), bundleGuest()]);
	return startGuest(
		{
			name: "XS",
			open: (answer, onEnd) => new XsWorker(program, answer, onEnd),
			prepare: async (worker) => {
				await worker.evaluate(script);
			},
		},
		host,
		config,
		options,
	);
}
