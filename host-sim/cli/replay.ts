import { Command } from "commander";

/** What the command line says. */
export interface ReplayOptions {
	readonly json?: true;
}

const EXAMPLES = `
Examples:
  nightlight device --record lamp.jsonl               records what a device does
  nightlight replay lamp.jsonl                        runs the firmware against it
  nightlight simulate --seed 42 --record world.jsonl  records all devices of a world
  nightlight replay world.jsonl --json                as a program reads it`;

/** `nightlight replay` */
export const replayCommand = (): Command =>
	new Command("replay")
		.description("run the firmware against a recording; say where it first does something else")
		.argument("<file>", "a recording, made with --record")
		.option("--json", "print a JSON object")
		.addHelpText("after", EXAMPLES)
		.action(async (file: string, options: ReplayOptions) => {
			const { runReplay } = await import("./run-replay.js");
			await runReplay(file, options);
		});
