import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { ROOT } from "../house/firmware-files.js";

/** A definition of docs/events.schema.json, as far as it is looked at here. */
export interface Definition {
	readonly title?: string;
	readonly description?: string;
	readonly required?: readonly string[];
	readonly properties?: Readonly<Record<string, Property>>;
	readonly anyOf?: readonly Alternative[];
}

/** A field of an event. */
export interface Property {
	readonly $ref?: string;
	readonly const?: string;
	readonly enum?: readonly string[];
	readonly description?: string;
}

/** A code, or a group of codes. */
export interface Alternative {
	readonly $ref?: string;
	readonly const?: string;
	readonly description?: string;
}

interface Schema {
	readonly oneOf: readonly { readonly $ref: string }[];
	readonly $defs: Readonly<Record<string, Definition>>;
}

export const SCHEMA: Schema = JSON.parse(readFileSync(join(ROOT, "docs/events.schema.json"), "utf8"));

/** The name of the definition that a reference names. */
export const nameOf = (ref: string): string => ref.slice("#/$defs/".length);

/** The definition that a reference names. @throws Error when there is none */
export function definitionOf(ref: string): Definition {
	const definition = SCHEMA.$defs[nameOf(ref)];
	if (definition === undefined) throw new Error(`the schema has no ${ref}`);
	return definition;
}

/** An event of the schema: who prints it, its name, its definition. */
export interface DescribedEvent {
	readonly source: string;
	readonly event: string;
	readonly definition: Definition;
}

/** All events, in the schema's order. */
export const EVENTS: readonly DescribedEvent[] = SCHEMA.oneOf.map(({ $ref }) => {
	const definition = definitionOf($ref);
	const { source, event } = definition.properties ?? {};
	return { source: source?.const ?? "", event: event?.const ?? "", definition };
});

/** All codes of a definition, those of groups that it refers to included. */
export const codesOf = ({ anyOf = [] }: Definition): string[] =>
	anyOf.flatMap((one) => (one.$ref === undefined ? [one.const ?? ""] : codesOf(definitionOf(one.$ref))));

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
const isEvent: ValidateFunction = ajv.compile(SCHEMA);
const validators = new Map<string, ValidateFunction>();

/** What is wrong with a line that a program printed with `--json`, in words; `undefined` for nothing. */
export function problemOf(line: unknown): string | undefined {
	if (isEvent(line)) return undefined;
	// Of the many things that are wrong with it as any other event, only those as the one it claims to be.
	const { source, event } = line as { source?: unknown; event?: unknown };
	const index = EVENTS.findIndex((one) => one.source === source && one.event === event);
	if (index < 0) return `no event ${event} of ${source} is described`;
	const { $ref } = SCHEMA.oneOf[index] as { $ref: string };
	const validate = validators.get($ref) ?? ajv.compile({ $defs: SCHEMA.$defs, $ref });
	validators.set($ref, validate);
	return validate(line)
		? "it is described twice"
		: ajv.errorsText(validate.errors, { dataVar: String(event) });
}
