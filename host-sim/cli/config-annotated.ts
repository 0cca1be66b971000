import { NOTES } from "./config-notes.js";
import type { JsonSchema } from "./config-schema.js";

const HEAD = [
	"// Every key of a configuration, with its default. Keep what you change, leave the rest out. Comments and",
	"// commas at the end are allowed:",
	"//     nightlight device --config FILE",
	"// The command line wins over the file. Times are in milliseconds.",
];

/** A configuration file of defaults: each key with a comment; a key without a default is a comment itself. */
export const annotated = (schema: JsonSchema): string =>
	`${[...HEAD, "{", ...linesOf(schema, "", "\t"), "}"].join("\n")}\n`;

function linesOf({ properties }: JsonSchema, parent: string, indent: string): string[] {
	const entries = Object.entries(properties as Record<string, JsonSchema>);
	return entries.flatMap(([name, schema]) => blockOf(name, schema, parent, indent));
}

/** A comma is behind each key, so that a comment can become one. */
function blockOf(name: string, schema: JsonSchema, parent: string, indent: string): string[] {
	const key = parent === "" ? name : `${parent}.${name}`;
	const note = NOTES[key];
	const said = [note?.note, rangeOf(schema)].filter((text) => text !== undefined).join(" ");
	const comment = `${indent}// ${said}`;
	const start = `${JSON.stringify(name)}: `;
	if (schema.type === "object" && schema.properties !== undefined && note?.example === undefined) {
		const inner = linesOf(schema, key, `${indent}\t`);
		return [comment, `${indent}${start}{`, ...inner, `${indent}},`];
	}
	const value = note?.value ?? schema.default;
	if (value !== undefined) return [comment, `${indent}${start}${JSON.stringify(value)},`];
	return [comment, `${indent}// ${start}${JSON.stringify(note?.example)},`];
}

/** What values there are, in words. */
export function rangeOf(schema: JsonSchema): string | undefined {
	const { type, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
	if (Array.isArray(schema.enum))
		return `One of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}.`;
	if (type === "integer") return `${minimum} to ${maximum}.`;
	if (type === "boolean") return "true or false.";
	if (Array.isArray(type)) return `1 to ${maxLength} characters, or null.`;
	if (type === "string" && maxLength !== undefined) return `${minLength} to ${maxLength} characters.`;
	if (type === "array" && maxItems !== undefined) return `${minItems} to ${maxItems} of them.`;
	return undefined;
}
