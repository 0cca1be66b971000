import { Command } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import { type CommonOptions, type ListenOptions, withCommon, withListen } from "./options.js";
import { Output } from "./output.js";

const EXAMPLES = `
Examples:
  nightlight broker                                   on 127.0.0.1:1883, or the next free port
  nightlight broker --port 1884
  nightlight broker --host 0.0.0.0                    for a real device on this network`;

/** `nightlight broker` */
export const brokerCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withListen(new Command("broker")))
		.description("run the embedded broker")
		.addHelpText("after", EXAMPLES)
		.action(async (options: CommonOptions & ListenOptions) => {
			const { runBroker } = await import("./run-broker.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const broker = await runBroker(options, output);
			await lifecycle.toTheEnd({ hasWorked: () => true, stop: () => broker.stop() }, options.duration);
		});
