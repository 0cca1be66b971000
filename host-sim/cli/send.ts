import { Command } from "commander";
import type { Node } from "jsonc-parser";
import { usage } from "./failure.js";
import { parseJsonText, placeOf, twiceIn } from "./json-text.js";
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
import type { Sending } from "./run-send.js";
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

/**
 * The command as it is sent, which is as it was given, and what it says. So that both are the same, no key may be
 * there twice, and no number be out of JavaScript's range. A byte order mark is dropped.
 * @throws Failure for what is no such JSON object, with a line for each mistake
 */
function parseCommand(text: string): Pick<Sending, "body" | "payload"> {
	const body = text.replace(/^\ufeff/, "");
	const at = (offset: number) => `JSON:${placeOf(body, offset)}`;
	const read = parseJsonText(body, false);
	if (read.kind === "mistakes") {
		throw usage(
			...read.mistakes.map(({ offset, what }) => `${at(offset)}: ${what}; for example '{"led_on":true}'`),
		);
	}
	const { tree } = read;
	const tooLarge = [...infinite(tree)].map(({ offset }) => `${at(offset)}: the number is too large`);
	const lines = [...twiceIn(tree, body, at), ...tooLarge];
	if (lines.length > 0) throw usage(...lines);
	return { body, payload: JSON.parse(body) };
}

/** Numbers that JavaScript, and so the device, cannot tell from infinity. */
function* infinite(node: Node): Generator<Node> {
	if (node.type === "number" && !Number.isFinite(node.value)) yield node;
	for (const child of node.children ?? []) yield* infinite(child);
}
