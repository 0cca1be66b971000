import { Command, Option } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import type { ReplayOptions } from "./run-replay.js";

const EXAMPLES = `
Examples:
  nightlight device --record lamp.jsonl               records what a device does
  nightlight replay lamp.jsonl                        runs the firmware against it
  nightlight replay xs.jsonl --engine node            what XS did, on Node
  nightlight simulate --seed 42 --record world.jsonl  records all devices of a world
  nightlight replay world.jsonl --json                as a program reads it`;

/** `nightlight replay` */
export const replayCommand = (lifecycle: Lifecycle): Command =>
	new Command("replay")
		.description("run the firmware against a recording; say where it first does something else")
		.argument("<file>", "a recording, made with --record")
		.addOption(
			new Option(
				"--engine <engine>",
				"what runs the firmware: what did in the recording, or, for one of xs or arm, any other",
			).choices(["node", "xs", "arm"]),
		)
		.option("--json", "print a JSON object")
		.addHelpText("after", EXAMPLES)
		.action(async (file: string, options: ReplayOptions) => {
			lifecycle.endAtSignals();
			const { runReplay } = await import("./run-replay.js");
			await runReplay(file, options);
			await lifecycle.written();
		});
