import { type AnyRule, type Format, SCHEMA } from "../../firmware/config.js";
import { NOTES } from "./config-notes.js";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * A host as the command line takes it (`hostOf`), perhaps with white space around: an IPv6 address, perhaps in
 * brackets or with a zone, or a name or IPv4 address in any script. No scheme, port, path or user name.
 */
const IPV6 = "[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[\\w.~-]+)?";
const HOST_NAME = "[^\\u0000-\\u0020\\u007f:/@?#%\\[\\]\\\\]+";
const HOST = `^\\s*(?:\\[${IPV6}\\]|${IPV6}|${HOST_NAME})\\s*$`;

/** A character of a topic beside `{id}`. */
const NO_WILDCARD = "[^#+{}\\u0000-\\u001f\\u007f-\\u009f]";

/** What is said of text beyond its length; lengths are in the rule. */
const PATTERNS: Readonly<Record<Format["name"], string | undefined>> = Object.freeze({
	text: "^[^\\u0000-\\u001f]*$",
	secret: undefined,
	name: "^[A-Za-z0-9._-]*$",
	path: "^/[!-~]*$",
	host: HOST,
	topic: `^(?!\\$)${NO_WILDCARD}*(?:\\{id\\}${NO_WILDCARD}*)?$`,
});

/** A secret or a certificate is not in the file itself. */
const REFERENCE: JsonSchema = Object.freeze({
	type: "object",
	minProperties: 1,
	maxProperties: 1,
	additionalProperties: false,
	properties: { file: { type: "string" }, env: { type: "string" } },
});

/** What the simulator and the server take beside the firmware's own keys: sections and their keys. */
const MORE: Readonly<Record<string, JsonSchema>> = Object.freeze({
	"azure.connectionString": REFERENCE,
	"mqtt.password": REFERENCE,
	"wifi.password": REFERENCE,
	tls: { type: "object", additionalProperties: false },
	"tls.ca": REFERENCE,
	"tls.cert": REFERENCE,
	"tls.key": REFERENCE,
	"tls.serverName": { type: "string", minLength: 1, maxLength: 253 },
	"tls.alpn": { type: "array", minItems: 1, items: { type: "string", pattern: "^[!-~]{1,255}$" } },
});

/**
 * The JSON Schema of a configuration file (`--config FILE`), made of the firmware's own rules. No key is
 * required, because the command line may give the id and the broker.
 */
export function configSchema(): JsonSchema {
	const root = schemaOf(SCHEMA, "") as { properties: Record<string, Section> };
	for (const [key, schema] of Object.entries(MORE)) {
		const [section, name] = key.split(".") as [string, string?];
		const noted = withNote(schema, key);
		if (name === undefined) root.properties[section] = { ...noted, properties: {} };
		else (root.properties[section] as Section).properties[name] = noted;
	}
	return {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title: "Configuration of a nightlight",
		...root,
		properties: { $schema: withNote({ type: "string" }, "$schema"), ...root.properties },
	};
}

interface Section {
	readonly properties: Record<string, JsonSchema>;
}

function schemaOf(rule: AnyRule, key: string): JsonSchema {
	switch (rule.kind) {
		case "integer": {
			const { least, most, fallback } = rule;
			return withNote({ type: "integer", minimum: least, maximum: most, ...defaultOf(fallback) }, key);
		}
		case "flag":
			return withNote({ type: "boolean", default: rule.fallback }, key);
		case "text": {
			const { format, least, most, fallback } = rule;
			const pattern = PATTERNS[format.name];
			// Of a host the length is looked at once it is in ASCII, without what is around it.
			const length = format.name === "host" ? {} : { minLength: least, maxLength: most };
			const text = { type: "string", ...length };
			return withNote({ ...text, ...(pattern !== undefined && { pattern }), ...defaultOf(fallback) }, key);
		}
		case "choice":
			return withNote({ enum: rule.choices, default: rule.choices[0] }, key);
		case "optional":
			return schemaOf(rule.rule, key);
		case "nullable": {
			const schema = schemaOf(rule.rule, key);
			return { ...schema, type: [schema.type, "null"] };
		}
		case "list": {
			const { least, most, fallback } = rule;
			const items = schemaOf(rule.rule, `${key}.0`);
			return withNote({ type: "array", minItems: least, maxItems: most, items, default: fallback }, key);
		}
		case "object": {
			const { fields } = rule;
			const path = (name: string) => (key === "" ? name : `${key}.${name}`);
			const properties = Object.fromEntries(
				Object.entries(fields).map(([name, inner]) => [name, schemaOf(inner, path(name))]),
			);
			// In a list nothing else can give what has no default.
			const required = key.endsWith(".0") ? Object.keys(fields).filter((name) => isNeeded(fields[name])) : [];
			return withNote(
				{
					type: "object",
					additionalProperties: false,
					properties,
					...(required.length > 0 && { required }),
				},
				key,
			);
		}
	}
}

const isNeeded = (rule: AnyRule | undefined): boolean =>
	(rule?.kind === "integer" || rule?.kind === "text") && rule.fallback === undefined;

const defaultOf = (fallback: unknown): JsonSchema => (fallback === undefined ? {} : { default: fallback });

const withNote = (schema: JsonSchema, key: string): JsonSchema => {
	const description = NOTES[key]?.note;
	return description === undefined ? schema : { ...schema, description };
};
