import { Command } from "commander";
import { runToTheEnd } from "./lifecycle.js";
import {
	type BrokerOptions,
	type CommonOptions,
	type DeviceOptions,
	type ListenOptions,
	type ServerOptions,
	withBroker,
	withCommon,
	withDevice,
	withListen,
	withServer,
} from "./options.js";
import { Output } from "./output.js";
import { readConfig } from "./settings.js";

const EXAMPLES = `
Examples:
  nightlight up                                       everything on this machine
  nightlight up --light day:10 --duration 25          days of ten seconds
  nightlight up --broker mqtt://test.mosquitto.org    device and server over another broker`;

type UpOptions = CommonOptions & BrokerOptions & DeviceOptions & ServerOptions & ListenOptions;

/** `nightlight up` */
export const upCommand = (): Command =>
	withCommon(withListen(withServer(withDevice(withBroker(new Command("up"))))))
		.description("run broker, server and one device together")
		.addHelpText("after", EXAMPLES)
		.action(async (options: UpOptions) => {
			const output = new Output({ json: options.json ?? false, prefixed: true });
			const log = (line: string) => output.log(line);
			// What is wrong with the configuration is said before anything is started.
			readConfig(options, options.broker === undefined ? "mqtt://127.0.0.1:1883" : undefined, log);
			const [{ runBroker }, { runServer }, { runDevice }] = await Promise.all([
				import("./run-broker.js"),
				import("./run-server.js"),
				import("./run-device.js"),
			]);
			const broker = options.broker === undefined ? await runBroker(options, output) : undefined;
			const config = readConfig(options, broker?.url, log);
			const server = runServer(config, config.id, options, output);
			const device = runDevice(config, options, output);
			await runToTheEnd(
				{
					hasWorked: () => device.hasWorked(),
					stop: async () => {
						await device.stop();
						await server.stop();
						await broker?.stop();
					},
				},
				options.duration,
			);
		});
