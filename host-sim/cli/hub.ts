import { Command, InvalidArgumentError, Option } from "commander";
import { type HubOptions, type HubServiceOptions, withHub, withOut } from "./hub-options.js";
import type { Lifecycle } from "./lifecycle.js";
import { withCommon } from "./options.js";

const EXAMPLES = `
Examples:
  nightlight hub                                        device nightlight; its connection string is in nightlight-hub/
  nightlight hub --port 0 --https-port 0                on free ports
  nightlight hub --device lamp --x509-device lamp2 --module lamp/camera
  nightlight hub monitor                                in another terminal: what happens at the hub
  nightlight hub send nightlight '{"led_on":true}'      a message to the device
  nightlight hub invoke nightlight sample               a direct method
  nightlight hub twin nightlight '{"telemetryInterval":5000}'

An emulator of Azure IoT Hub for tests without a network: what it does, and what it does not, is in
docs/azure-iot-hub.md. It keeps CA, keys and connection strings in its folder, for the next start.`;

/** Adds a property to those so far. */
const property = (text: string, others: ReadonlyMap<string, string> = new Map()): Map<string, string> => {
	const at = text.indexOf("=");
	if (at < 1) throw new InvalidArgumentError("It must be NAME=VALUE, for example priority=high.");
	return new Map([...others, [text.slice(0, at), text.slice(at + 1)]]);
};

/** `nightlight hub` and its commands */
export const hubCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withHub(new Command("hub")))
		.description("run the Azure IoT Hub emulator")
		.addHelpText("after", EXAMPLES)
		.action(async (options: HubOptions) => {
			const { runHub } = await import("./run-hub.js");
			const running = await runHub(options);
			await lifecycle.toTheEnd({ hasWorked: () => true, stop: () => running.stop() }, options.duration);
		})
		.addCommand(sendCommand(lifecycle))
		.addCommand(invokeCommand(lifecycle))
		.addCommand(twinCommand(lifecycle))
		.addCommand(monitorCommand(lifecycle));

/** The common options of a hub may stand before its command as well. */
const optionsOf = (command: Command): HubServiceOptions => command.optsWithGlobals<HubServiceOptions>();

const sendCommand = (lifecycle: Lifecycle): Command =>
	withService(new Command("send"))
		.description("send a message to a device")
		.argument("<id>", "the device, or DEVICE/MODULE")
		.argument("<text>", "the body; one that is JSON is marked as such")
		.addOption(
			new Option("--property <pair>", "NAME=VALUE: an application property; may be given again").argParser(
				property,
			),
		)
		.action(
			async (id: string, text: string, options: { property?: ReadonlyMap<string, string> }, command) => {
				const { runHubSend } = await import("./run-hub-service.js");
				await runHubSend(id, text, options.property ?? new Map(), optionsOf(command));
				await lifecycle.written();
			},
		);

const invokeCommand = (lifecycle: Lifecycle): Command =>
	withService(new Command("invoke"))
		.description("call a direct method of a device, and print its answer")
		.argument("<id>", "the device, or DEVICE/MODULE")
		.argument("<method>", "the method's name")
		.argument("[json]", "its argument")
		.action(async (id: string, method: string, json: string | undefined, _options, command) => {
			const { runHubInvoke } = await import("./run-hub-service.js");
			if (!(await runHubInvoke(id, method, json, optionsOf(command)))) lifecycle.fail();
			await lifecycle.written();
		});

const twinCommand = (lifecycle: Lifecycle): Command =>
	withService(new Command("twin"))
		.description("print a device's twin, after a patch of its desired properties if one is given")
		.argument("<id>", "the device, or DEVICE/MODULE")
		.argument("[json]", "the patch, a JSON object; null deletes a property")
		.action(async (id: string, json: string | undefined, _options, command) => {
			const { runHubTwin } = await import("./run-hub-service.js");
			await runHubTwin(id, json, optionsOf(command));
			await lifecycle.written();
		});

const monitorCommand = (lifecycle: Lifecycle): Command =>
	withService(new Command("monitor"))
		.description("print what happens at the hub")
		.argument("[id]", "only what is about this device")
		.action(async (id: string | undefined, _options, command) => {
			const { runHubMonitor } = await import("./run-hub-service.js");
			const options = optionsOf(command);
			await lifecycle.toTheEnd(await runHubMonitor(id, options), options.duration);
		});

const withService = (command: Command): Command => withCommon(withOut(command));
