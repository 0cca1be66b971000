import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import { groupCommandsOf } from "../../server/group-topics.js";
import { MAX_EXPIRES, parseOrder } from "../../server/order-payload.js";
import { parseCommand } from "./command-json.js";
import { usage } from "./failure.js";
import { DEFAULT_ID } from "./identity.js";
import type { Lifecycle } from "./lifecycle.js";
import { linkOptions } from "./link-options.js";
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
		readonly policy?: "newest" | "ordered";
		readonly group?: string;
		/** Seconds. */
		readonly expires?: number;
		readonly wait?: true;
	};

/** Seconds in which a group's command must be sent when nothing else is said. */
const LIMIT = 10;

const EXAMPLES = `
Examples:
  nightlight command nightlight '{"led_on":true}'                   obeyed when the device can
  nightlight command nightlight '{"sample":true}' --wait            and what it answers: 200 {"light":400}
  nightlight command nightlight '{"led_on":true}' --policy newest   in the place of older ones
  nightlight command nightlight '{"reboot":true}' --expires 60 --wait
  nightlight command --group garden '{"led_on":true}'               to those that are there now
  nightlight command --group garden '{"led_on":true}' --policy newest --wait

A server must run: it keeps the order until the device has answered, also over a crash if it
has a database. The rule decides again at the next reading; what the LED is to be for an hour,
say on the page. With --wait it ends with 0 for the answer 200, with 1 for another one, or
when --duration is over.

A group's command without --policy is published once on groups/GROUP/commands, for the devices
that have the group in their configuration; nothing keeps it. With --policy the server gives an
order of its own to each device that the group has in its rule file (nightlight server --rule).`;

/** `nightlight command` */
export const commandCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withMaxPacket(withLogin(new Command("command"), DEFAULT_BROKER)))
		.description("give a command to the server, which sees to it that the device obeys")
		.usage("[options] <id> <json>\n       nightlight command [options] --group <group> <json>")
		.argument("<words...>", "the device's id, unless there is a group, and the command, a JSON object")
		.option("--group <group>", "for the devices of this group, in the place of an id")
		.addOption(
			new Option(
				"--policy <policy>",
				"newest: in the place of those not answered; ordered: after all before it (default: ordered; of a group: nothing keeps it)",
			).choices(["newest", "ordered"]),
		)
		.addOption(
			new Option("--expires <seconds>", "give it up after this time (default: never)").argParser(
				secondsUpTo(MAX_EXPIRES),
			),
		)
		.option("--wait", "wait for the device's answer, and print it")
		.addHelpText("after", EXAMPLES)
		.action(async (words: readonly string[], options: CommandOptions) => {
			const { group, policy, duration: limit, wait: waits = false } = options;
			const { signalled } = lifecycle;
			const [text = "", id] = readWords(words, options);
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const settings = readSettings({ ...options, id: id ?? DEFAULT_ID }, (line) => output.log(line));
			if (group !== undefined && policy === undefined) {
				const { publishTo } = await import("./run-send.js");
				const { payload, body } = parseCommand(text);
				const told = {
					source: "command",
					event: "sent",
					group,
					topic: groupCommandsOf(group),
					payload,
				} as const;
				const sending = { topic: told.topic, body, limit: limit ?? LIMIT, signalled };
				await publishTo(sending, linkOptions(settings, "command", options), output, told);
			} else {
				const order = orderOf(text, options);
				const [{ runCommand }, { deviceTarget, groupTarget }] = await Promise.all([
					import("./run-command.js"),
					import("./order-target.js"),
				]);
				const target = group === undefined ? deviceTarget(settings) : groupTarget(group, waits, settings);
				if (!(await runCommand(settings, { target, order, waits, limit, signalled }, options, output)))
					lifecycle.fail();
			}
			await lifecycle.written();
		});

/** The command and, without a group, the device's id. @throws Failure for other words, and options that do not fit */
function readWords(
	words: readonly string[],
	{ group, policy, wait, expires }: CommandOptions,
): readonly [json: string, id?: string] {
	const [first = "", second] = words;
	if (group === undefined) {
		if (words.length !== 2 || second === undefined)
			throw usage(`wants ID and JSON, or --group GROUP and JSON, got ${words.length} words; quote the JSON`);
		if (!isId(first)) throw usage(`ID must be ${ID_RULE}`);
		return [second, first];
	}
	if (!isId(group)) throw usage(`--group must be ${ID_RULE}`);
	if (words.length !== 1)
		throw usage(
			`with --group wants JSON alone, got ${words.length} words; leave the ID out, and quote the JSON`,
		);
	if (policy === undefined && (wait || expires !== undefined))
		throw usage(
			`${wait ? "--wait" : "--expires"} goes with --policy: without it nothing keeps a group's command`,
		);
	return [first];
}

/** An order with an id that no other has. @throws Failure for a command that is none, with a line for each mistake */
function orderOf(text: string, { policy = "ordered", expires }: CommandOptions) {
	const { payload: command } = parseCommand(text);
	const id = randomBytes(8).toString("hex");
	const order = { id, policy, ...(expires !== undefined && { expires }), command };
	const parsed = parseOrder(new TextEncoder().encode(JSON.stringify(order)));
	if (parsed.kind === "malformed") throw usage(`JSON: ${parsed.reason}`);
	return order;
}
