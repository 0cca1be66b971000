import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { filesBelow, ROOT } from "../house/firmware-files.js";
import { unused, withTables } from "./document.js";
import {
	codesOf,
	type Definition,
	definitionOf,
	EVENTS,
	type Property,
	problemOf,
	SCHEMA,
} from "./schema.js";
import { type EventType, printedEvents } from "./types.js";

const TIME = "2026-11-26T12:00:00.000Z";

describe("docs/events.md", () => {
	it("has the tables that the schema makes: if not, npm run events", () => {
		const document = readFileSync(join(ROOT, "docs/events.md"), "utf8");
		expect(document).toBe(withTables(document));
	});
});

describe("docs/events.schema.json", () => {
	/** An event in a form in which the schema's and the compiler's can be compared. */
	const shape = (
		fields: Iterable<readonly [name: string, isOptional: boolean, texts: readonly string[] | undefined]>,
	) =>
		Object.fromEntries(
			[...fields].map(([name, isOptional, texts]) => [
				`${name}${isOptional ? "?" : ""}`,
				texts && [...texts].sort(),
			]),
		);
	const textsOf = (property: Property): readonly string[] | undefined => {
		if (property.const !== undefined) return [property.const];
		if (property.$ref === undefined) return property.enum;
		const definition = definitionOf(property.$ref);
		return definition.anyOf && codesOf(definition);
	};
	const described = ({ properties = {}, required = [] }: Definition) =>
		shape(
			Object.entries(properties)
				.filter(([name]) => name !== "time")
				.map(([name, property]) => [name, !required.includes(name), textsOf(property)] as const),
		);
	const compiled = (event: EventType) =>
		shape([...event].map(([name, { isOptional, texts }]) => [name, isOptional, texts] as const));
	const byName = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

	it("has the events, fields and codes that the programs' types have, and no others", () => {
		const types = printedEvents().map(compiled);
		const definitions = EVENTS.map(({ definition }) => described(definition));
		expect(definitions.sort(byName)).toEqual(types.sort(byName));
	});

	it.each([
		["linkCode", "deviceLinkCode", "serverLinkCode"],
		["refusalCode", "deviceRefusalCode", "serverRefusalCode"],
	])(
		"has in %s what device and server have in common, and nothing else twice",
		(common, ofDevice, ofServer) => {
			const [shared, one, other] = [common, ofDevice, ofServer].map((name) =>
				codesOf(definitionOf(`#/$defs/${name}`)),
			);
			expect(one?.filter((code) => other?.includes(code))).toEqual(shared);
		},
	);

	it("has no definition that nothing uses", () => {
		expect(unused()).toEqual([]);
	});

	it.each(Object.entries(SCHEMA.$defs).filter(([, { anyOf }]) => anyOf !== undefined))(
		"%s has codes in kebab-case, each once and explained",
		(_, definition) => {
			const codes = codesOf(definition);
			expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
			expect(new Set(codes).size).toBe(codes.length);
			for (const { $ref, description } of definition.anyOf ?? []) {
				expect($ref ?? description).toMatch(/^#|^[A-Z].*\.$/);
			}
		},
	);

	const base = { time: TIME, source: "server", event: "link" };
	it.each([
		["no time", { ...base, time: undefined, state: "online" }, /property 'time'/],
		["a time that is none", { ...base, time: "now", state: "online" }, /time must match/],
		["another field", { ...base, state: "online", led: 1 }, /additional properties/],
		["a backoff without a code", { ...base, state: "backoff", reason: "x", delay: 1 }, /property 'code'/],
		["a reason of nothing", { ...base, state: "online", reason: "x" }, /reason/],
		["an unknown code", { ...base, state: "backoff", code: "x", reason: "x", delay: 1 }, /code must be/],
		["another source", { ...base, source: "nobody" }, /no event link of nobody/],
		["another event", { ...base, event: "nothing" }, /no event nothing of server/],
	])("is not satisfied by an event with %s", (_, event, words) => {
		expect(problemOf(JSON.parse(JSON.stringify(event)))).toMatch(words);
	});

	it("is satisfied by an event as it is printed", () => {
		expect(
			problemOf({ ...base, state: "backoff", code: "no-suback", reason: "x", delay: 1 }),
		).toBeUndefined();
	});
});

describe("a code that is described", () => {
	/** The programs' texts without types: what can be printed. */
	const scripts = (...folders: string[]) =>
		folders.flatMap((folder) =>
			filesBelow(folder)
				.filter((file) => file.endsWith(".ts"))
				.map((file) => transformSync(readFileSync(join(ROOT, file), "utf8"), { loader: "ts" }).code),
		);
	const SOURCES = [
		["device", scripts("firmware", "host-sim/io", "server")],
		["server", scripts("server")],
		["broker", scripts("host-sim/broker")],
		["simulation", scripts("host-sim/cli")],
		["hub", scripts("host-sim/azure-iot-hub")],
	] as const;

	it.each(SOURCES)("of the %s occurs in its program", (source, texts) => {
		const codes = EVENTS.filter((event) => event.source === source).flatMap(({ definition }) => {
			const { code } = definition.properties ?? {};
			return code?.$ref === undefined ? [] : codesOf(definitionOf(code.$ref));
		});
		const all = texts.join("\n");
		/** As it is, or as `no-${answer}` with "suback". */
		const occurs = (code: string) => {
			const dash = code.indexOf("-");
			const rest = new RegExp(`\\b${code.slice(dash + 1)}\\b`);
			return all.includes(`"${code}"`) || (all.includes(`\`${code.slice(0, dash)}-\${`) && rest.test(all));
		};
		expect(codes.length).toBeGreaterThan(0);
		expect(codes.filter((code) => !occurs(code))).toEqual([]);
	});
});
