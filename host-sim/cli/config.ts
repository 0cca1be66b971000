import { Command } from "commander";
import { annotated } from "./config-annotated.js";
import { configSchema } from "./config-schema.js";
import type { Lifecycle } from "./lifecycle.js";

const EXAMPLES = `
Examples:
  nightlight config > lamp.json                     then: nightlight device --config lamp.json
  nightlight config --schema > lamp.schema.json     for an editor: "$schema": "./lamp.schema.json" in lamp.json`;

/** `nightlight config` */
export const configCommand = (lifecycle: Lifecycle): Command =>
	new Command("config")
		.description("print a configuration file of all defaults, with comments")
		.option("--schema", "print the JSON Schema of a configuration file instead")
		.addHelpText("after", EXAMPLES)
		.action(async (options: { readonly schema?: true }) => {
			const schema = configSchema();
			process.stdout.write(options.schema ? `${JSON.stringify(schema, null, "\t")}\n` : annotated(schema));
			await lifecycle.written();
		});
