import { type Definition, definitionOf, EVENTS, nameOf, type Property, SCHEMA } from "./schema.js";

/** Who prints events, as the document heads them. */
const SOURCES = Object.freeze({
	device: "A device",
	server: "The server",
	broker: "The embedded broker",
	page: "The page",
	watch: "watch",
	send: "send",
	command: "command",
	simulation: "simulate and replay",
	hub: "hub",
	doctor: "doctor",
});

const BEGIN = "<!-- begin: made from events.schema.json by npm run events -->";
const END = "<!-- end -->";

/** docs/events.md with its tables made anew from the schema. @throws Error when it has no place for them */
export function withTables(document: string): string {
	const begin = document.indexOf(BEGIN);
	const end = document.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`no ${BEGIN} … ${END}`);
	return `${document.slice(0, begin + BEGIN.length)}\n\n${tables()}\n${document.slice(end)}`;
}

const tables = (): string => [...Object.entries(SOURCES).map(eventsOf), ...codeTables()].join("\n");

/** The events of one source, with their fields. */
function eventsOf([source, heading]: [string, string]): string {
	const rows = EVENTS.filter((one) => one.source === source).flatMap(({ event, definition }) => [
		`| **\`${event}\`** | | ${definition.description} |`,
		...fieldsOf(definition).map(
			([name, property]) =>
				`| | \`${name}\`${isRequired(definition, name) ? "" : "?"} | ${meaningOf(property)} |`,
		),
	]);
	return `### ${heading}\n\n| event | field | |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

const isRequired = ({ required = [] }: Definition, name: string): boolean => required.includes(name);

const COMMON: readonly string[] = Object.freeze(["time", "source", "event"]);

const fieldsOf = ({ properties = {} }: Definition): [string, Property][] =>
	Object.entries(properties).filter(([name]) => !COMMON.includes(name));

function meaningOf(property: Property): string {
	if (property.$ref === undefined) {
		const { description, enum: values } = property;
		return values === undefined
			? `${description}`
			: `${values.map((value) => `\`${value}\``).join(", ")}. ${description}`;
	}
	const definition = definitionOf(property.$ref);
	const link = definition.anyOf === undefined ? "" : ` [Codes](#${anchorOf(definition)}).`;
	return `${definition.description}${link}`;
}

/** A table for each group of codes. */
const codeTables = (): string[] =>
	Object.values(SCHEMA.$defs).flatMap((definition) =>
		definition.anyOf === undefined ? [] : [codeTable(definition)],
	);

function codeTable(definition: Definition): string {
	const { anyOf = [], description } = definition;
	const others = anyOf.flatMap(({ $ref }) =>
		$ref === undefined ? [] : [`[${headingOf(definitionOf($ref))}](#${anchorOf(definitionOf($ref))})`],
	);
	const also = others.length === 0 ? "" : ` Also those of ${others.join(", ")}.`;
	const rows = anyOf.flatMap((one) =>
		one.const === undefined ? [] : [`| \`${one.const}\` | ${one.description} |`],
	);
	return `### ${headingOf(definition)}\n\n${description}${also}\n\n| code | |\n| --- | --- |\n${rows.join("\n")}\n`;
}

const headingOf = ({ title }: Definition): string => `Codes: ${title}`;

/** As GitHub makes it of a heading. */
const anchorOf = (definition: Definition): string =>
	headingOf(definition)
		.toLowerCase()
		.replace(/[^a-z -]/g, "")
		.replaceAll(" ", "-");

/** Names of definitions that nothing refers to. */
export function unused(): string[] {
	const used = new Set(
		[...JSON.stringify(SCHEMA).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => nameOf(ref ?? "")),
	);
	return Object.keys(SCHEMA.$defs).filter((name) => !used.has(name));
}
