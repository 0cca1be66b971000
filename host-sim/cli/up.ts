import { Command } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import {
	type UpOptions,
	withBroker,
	withCommon,
	withDevice,
	withDevices,
	withListen,
	withMaxPacket,
	withPage,
	withServer,
} from "./options.js";

const EXAMPLES = `
Examples:
  nightlight up                                       everything on this machine
  nightlight up --light day:10 --duration 25          days of ten seconds
  nightlight up --devices 20                          twenty devices, each at its own time of day
  nightlight up --devices 20 --id seat --rule FILE    a rule file decides, by the sensors of all
  nightlight up --access access --id lamp             TLS and rights, after: nightlight provision --device lamp
  nightlight up --broker mqtt://test.mosquitto.org    device and server over another broker
  nightlight up --azure lamp.txt                      a device at an Azure IoT Hub, or the emulator, nightlight hub`;

/** `nightlight up` */
export const upCommand = (lifecycle: Lifecycle): Command =>
	withCommon(
		withPage(
			withMaxPacket(
				withListen(withServer(withDevices(withDevice(withBroker(new Command("up"), "one of its own"))))),
			),
		),
	)
		.description("run broker, server and devices together, with a page that shows them")
		.addHelpText("after", EXAMPLES)
		.action(async (options: UpOptions, command: Command) => {
			// Loaded when it is needed, so that help and errors come at once.
			const { runUp } = await import("./run-up.js");
			await runUp(options, givenOptions(command), lifecycle);
		});

/** The options that the command line gives, as they are written: `--threshold`. */
const givenOptions = (command: Command): readonly string[] =>
	command.options
		.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
		.map(({ long }) => long ?? "");
