import { Command } from "commander";
import { checkRecording } from "./azure.js";
import { tellExpiry } from "./expiry.js";
import type { Lifecycle } from "./lifecycle.js";
import {
	type BrokerOptions,
	type CommonOptions,
	type DeviceOptions,
	withBroker,
	withCommon,
	withDevice,
} from "./options.js";
import { Output } from "./output.js";
import { checkOutputs } from "./output-files.js";
import { readRadio } from "./radio.js";
import { DEFAULT_BROKER, inputFilesOf, readSettings } from "./settings.js";

const EXAMPLES = `
Examples:
  nightlight device                                   at the broker of \`nightlight broker\`
  nightlight device --broker mqtts://broker.example --ca ca.pem --id my-lamp
  nightlight device --light 100                       in constant twilight
  nightlight device --light csv:room.csv --speed 60   a recording with the columns time,light
  nightlight device --config room.json --sensor humidity=csv:room.csv    another sensor of the configuration
  nightlight device --azure lamp.txt                  at an Azure IoT Hub, or the emulator, nightlight hub
  nightlight device --record lamp.jsonl               then: nightlight replay lamp.jsonl
  while sleep 1; do echo $RANDOM; done | nightlight device --light - --light-scale 0.03`;

/** `nightlight device` */
export const deviceCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withDevice(withBroker(new Command("device"), DEFAULT_BROKER)))
		.description("run one simulated device")
		.addHelpText("after", EXAMPLES)
		.action(async (options: CommonOptions & BrokerOptions & DeviceOptions) => {
			const [{ runDevice }, { openInputs }, { deviceRecorder }] = await Promise.all([
				import("./run-device.js"),
				import("./inputs.js"),
				import("./record.js"),
			]);
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const log = (line: string) => output.log(line);
			const settings = readSettings(options, log);
			checkRecording(options, settings.config);
			const hasRadio = readRadio(options, settings.config);
			tellExpiry(settings.certificates, (event) =>
				output.event({ source: "device", ...event, device: settings.config.id }),
			);
			checkOutputs(
				[{ name: "--screen", file: options.screen }],
				inputFilesOf(options, settings),
				options.force,
			);
			const inputs = openInputs(options, settings.config.telemetry.sensors, output);
			const recorder = deviceRecorder(options, inputFilesOf(options, settings), (line) => {
				log(line);
				lifecycle.fail();
			});
			const device = runDevice(
				settings,
				{ engine: options.engine, hasRadio, screen: options.screen, inputs, recorder },
				output,
			);
			await lifecycle.toTheEnd(device, options.duration);
		});
