import { Command } from "commander";
import { parseCommand } from "./command-json.js";
import { usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import {
	type CommonOptions,
	ID_RULE,
	isId,
	type LoginOptions,
	type PacketOptions,
	withCommon,
	withLogin,
	withMaxPacket,
} from "./options.js";
import { Output } from "./output.js";
import { DEFAULT_BROKER, readSettings } from "./settings.js";

/** Seconds to try when nothing else is said. */
const LIMIT = 10;

const EXAMPLES = `
Examples:
  nightlight send nightlight '{"led_on":true}'        to the device \`nightlight\` at the embedded broker
  nightlight send my-lamp-83 '{"led_on":false}' --broker mqtt://test.mosquitto.org

It ends with 0 when the broker has acknowledged the command (QoS 1), and with 1 when that
takes longer than --duration (default: ${LIMIT} s). The server answers the next reading with a
command of its own.`;

/** `nightlight send` */
export const sendCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withMaxPacket(withLogin(new Command("send"), DEFAULT_BROKER)))
		.description("publish a command for a device")
		.argument("<id>", "the device's id")
		.argument("<json>", "the command, a JSON object")
		.addHelpText("after", EXAMPLES)
		.action(async (id: string, body: string, options: CommonOptions & LoginOptions & PacketOptions) => {
			if (!isId(id)) throw usage(`ID must be ${ID_RULE}`);
			const command = parseCommand(body);
			const { runSend } = await import("./run-send.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const settings = readSettings({ ...options, id }, (line) => output.log(line));
			const { signalled } = lifecycle;
			await runSend(settings, { ...command, limit: options.duration ?? LIMIT, signalled }, options, output);
			await lifecycle.written();
		});
