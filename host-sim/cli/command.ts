import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import { MAX_EXPIRES, parseOrder } from "../../server/order-payload.js";
import { parseCommand } from "./command-json.js";
import { usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import {
	type CommonOptions,
	ID_RULE,
	isId,
	type LoginOptions,
	type PacketOptions,
	secondsUpTo,
	withCommon,
	withLogin,
	withMaxPacket,
} from "./options.js";
import { Output } from "./output.js";
import { DEFAULT_BROKER, readSettings } from "./settings.js";

/** The options of `nightlight command`. */
type CommandOptions = CommonOptions &
	LoginOptions &
	PacketOptions & {
		readonly policy: "newest" | "ordered";
		/** Seconds. */
		readonly expires?: number;
		readonly wait?: true;
	};

const EXAMPLES = `
Examples:
  nightlight command nightlight '{"led_on":true}'                   obeyed when the device can
  nightlight command nightlight '{"sample":true}' --wait            and what it answers: 200 {"light":400}
  nightlight command nightlight '{"led_on":true}' --policy newest   in the place of older ones
  nightlight command nightlight '{"reboot":true}' --expires 60 --wait

A server must run: it keeps the order until the device has answered, also over a crash if it
has a database. The rule decides again at the next reading; what the LED is to be for an hour,
say on the page. With --wait it ends with 0 for the answer 200, with 1 for another one, or
when --duration is over.`;

/** `nightlight command` */
export const commandCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withMaxPacket(withLogin(new Command("command"), DEFAULT_BROKER)))
		.description("give a command to the server, which sees to it that the device obeys")
		.argument("<id>", "the device's id")
		.argument("<json>", "the command, a JSON object")
		.addOption(
			new Option(
				"--policy <policy>",
				"newest: in the place of those not answered; ordered: after all before it",
			)
				.choices(["newest", "ordered"])
				.default("ordered"),
		)
		.addOption(
			new Option("--expires <seconds>", "give it up after this time (default: never)").argParser(
				secondsUpTo(MAX_EXPIRES),
			),
		)
		.option("--wait", "wait for the device's answer, and print it")
		.addHelpText("after", EXAMPLES)
		.action(async (device: string, text: string, options: CommandOptions) => {
			if (!isId(device)) throw usage(`ID must be ${ID_RULE}`);
			const order = orderOf(text, options);
			const { runCommand } = await import("./run-command.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const settings = readSettings({ ...options, id: device }, (line) => output.log(line));
			const { duration: limit, wait: waits = false } = options;
			const { signalled } = lifecycle;
			const isDone = await runCommand(settings, { order, waits, limit, signalled }, options, output);
			if (!isDone) lifecycle.fail();
			await lifecycle.written();
		});

/** An order with an id that no other has. @throws Failure for a command that is none, with a line for each mistake */
function orderOf(text: string, { policy, expires }: CommandOptions) {
	const { payload: command } = parseCommand(text);
	const id = randomBytes(8).toString("hex");
	const order = { id, policy, ...(expires !== undefined && { expires }), command };
	const parsed = parseOrder(new TextEncoder().encode(JSON.stringify(order)));
	if (parsed.kind === "malformed") throw usage(`JSON: ${parsed.reason}`);
	return order;
}
