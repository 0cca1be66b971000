import { Command } from "commander";
import { runToTheEnd } from "./lifecycle.js";
import {
	type BrokerOptions,
	type CommonOptions,
	type DeviceOptions,
	withBroker,
	withCommon,
	withDevice,
} from "./options.js";
import { Output } from "./output.js";
import { readConfig } from "./settings.js";

const EXAMPLES = `
Examples:
  nightlight device                                   at the broker of \`nightlight broker\`
  nightlight device --light 100                       in constant twilight
  nightlight device --broker mqtt://test.mosquitto.org --light csv:room.csv --speed 60
  seq 0 50 1000 | nightlight device --light - --json`;

/** `nightlight device` */
export const deviceCommand = (): Command =>
	withCommon(withDevice(withBroker(new Command("device"))))
		.description("run one simulated device")
		.addHelpText("after", EXAMPLES)
		.action(async (options: CommonOptions & BrokerOptions & DeviceOptions) => {
			const { runDevice } = await import("./run-device.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const config = readConfig(options, undefined, (line) => output.log(line));
			await runToTheEnd(runDevice(config, options, output), options.duration);
		});
