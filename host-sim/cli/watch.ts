import { Command } from "commander";
import { usage } from "./failure.js";
import { DEFAULT_ID } from "./identity.js";
import type { Lifecycle } from "./lifecycle.js";
import {
	type CommonOptions,
	type LoginOptions,
	type PacketOptions,
	withCommon,
	withLogin,
	withMaxPacket,
} from "./options.js";
import { Output } from "./output.js";
import { DEFAULT_BROKER, readSettings } from "./settings.js";

const EXAMPLES = `
Examples:
  nightlight watch                                    every message at the embedded broker
  nightlight watch lamp/#                             those of one device
  nightlight watch --broker mqtt://test.mosquitto.org my-lamp-83/#`;

/** `nightlight watch` */
export const watchCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withMaxPacket(withLogin(new Command("watch"), DEFAULT_BROKER)))
		.description("print every message at a broker")
		.argument("[filter]", "topic filter", "#")
		.addHelpText("after", EXAMPLES)
		.action(async (filter: string, options: CommonOptions & LoginOptions & PacketOptions) => {
			checkFilter(filter);
			const { runWatch } = await import("./run-watch.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const settings = readSettings({ ...options, id: DEFAULT_ID }, (line) => output.log(line));
			await lifecycle.toTheEnd(runWatch(settings, filter, options, output), options.duration);
		});

/** @throws Failure for what is no topic filter (MQTT 3.1.1, 4.7) */
export function checkFilter(filter: string): void {
	const levels = filter.split("/");
	const isRight =
		filter !== "" &&
		!/[\0\p{Surrogate}]/u.test(filter) &&
		Buffer.byteLength(filter) <= 65_535 &&
		levels.every(
			(level, index) => level === "+" || (level === "#" ? index === levels.length - 1 : !/[+#]/.test(level)),
		);
	if (!isRight)
		throw usage(
			'the filter must be a topic, with "+" for one level and "#" for all behind, for example lamp/#',
		);
}
