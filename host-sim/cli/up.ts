import { Command } from "commander";
import type { Config } from "../../firmware/config.js";
import type { Broker } from "../broker/broker.js";
import { usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import {
	type BrokerOptions,
	type CommonOptions,
	type DeviceOptions,
	type ListenOptions,
	type PageOptions,
	type ServerOptions,
	withBroker,
	withCommon,
	withDevice,
	withListen,
	withMaxPacket,
	withPage,
	withServer,
} from "./options.js";
import { Output } from "./output.js";
import { inputFilesOf, readSettings } from "./settings.js";

const EXAMPLES = `
Examples:
  nightlight up                                       everything on this machine
  nightlight up --light day:10 --duration 25          days of ten seconds
  nightlight up --broker mqtt://test.mosquitto.org    device and server over another broker`;

type UpOptions = CommonOptions & BrokerOptions & DeviceOptions & ServerOptions & ListenOptions & PageOptions;

/** `nightlight up` */
export const upCommand = (lifecycle: Lifecycle): Command =>
	withCommon(
		withPage(
			withMaxPacket(withListen(withServer(withDevice(withBroker(new Command("up"), "one of its own"))))),
		),
	)
		.description("run broker, server and one device together, with a page that shows them")
		.addHelpText("after", EXAMPLES)
		.action(async (options: UpOptions) => {
			// Loaded when it is needed, so that help and errors come at once.
			const [
				{ runBroker },
				{ checkTopics, runServer },
				{ runDevice },
				{ openInputs },
				{ deviceRecorder },
				{ lively, makeMovable },
			] = await Promise.all([
				import("./run-broker.js"),
				import("./run-server.js"),
				import("./run-device.js"),
				import("./inputs.js"),
				import("./record.js"),
				import("./movable.js"),
			]);
			const output = new Output({ json: options.json ?? false, prefixed: true });
			// What is wrong with options and files is said before anything is started.
			const log = (line: string) => output.log(line);
			const given = readSettings(options, log);
			const settings = options.page ? { ...given, config: lively(given.config, options.threshold) } : given;
			const { config, namesBroker } = settings;
			checkTopics(settings, config.id);
			const inputs = openInputs(options, config.telemetry.sensors, output);
			if (!options.page && options.pagePort !== undefined)
				throw usage("--page-port is for the page, but --no-page says that there is none");
			if (namesBroker && (options.host ?? options.port ?? options.wsPort ?? options.users) !== undefined) {
				throw usage(
					"--host, --port, --ws-port and --users are for a broker of its own, but another one is named",
				);
			}
			const recorder = deviceRecorder(options, inputFilesOf(options, settings), (line) => {
				log(line);
				lifecycle.fail();
			});
			const broker = namesBroker ? undefined : await runBroker(listenOptions(options), output, config.id);
			const reached = broker === undefined ? settings : { ...settings, config: at(broker, config) };
			const { engine } = options;
			const subject = { settings: reached, id: config.id, broker, isSimulated: true };
			const page = options.page
				? await (await import("./page.js")).Page.start(subject, options, output)
				: undefined;
			const moved = page && makeMovable(inputs, options, config);
			const shown = moved && page?.show(config, engine, moved.movable);
			const server = runServer(reached, config.id, options, output, page);
			const device = runDevice(reached, { engine, inputs: moved?.inputs ?? inputs, recorder, shown }, output);
			await lifecycle.toTheEnd(
				{
					hasWorked: () => device.hasWorked(),
					started: device.started,
					failed: device.failed,
					stop: async () => {
						await page?.stop();
						await device.stop();
						await server.stop();
						await broker?.stop();
					},
				},
				options.duration,
			);
		});

/** What of the options is the broker's: --ca, --cert and --key are for its clients. */
const listenOptions = ({ host, port, wsPort, users, maxPacket }: ListenOptions): ListenOptions => ({
	...(host !== undefined && { host }),
	...(port !== undefined && { port }),
	...(wsPort !== undefined && { wsPort }),
	...(users !== undefined && { users }),
	maxPacket,
});

/** The configuration of a device at this broker. */
const at = ({ url }: Broker, config: Config): Config => {
	const { hostname, port } = new URL(url);
	const host = hostname.replace(/^\[(.*)\]$/, "$1");
	return { ...config, broker: { ...config.broker, host, port: Number(port) } };
};
