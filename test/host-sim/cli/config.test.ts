import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { type ParseError, parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { parseConfig, SCHEMA } from "../../../firmware/config.js";
import type { AnyRule } from "../../../firmware/schema.js";
import { annotated } from "../../../host-sim/cli/config-annotated.js";
import { NOTES } from "../../../host-sim/cli/config-notes.js";
import { configSchema, type JsonSchema } from "../../../host-sim/cli/config-schema.js";
import { hostOf } from "../../../host-sim/cli/host-name.js";

/** What the simulator and the server read, and the firmware does not. */
const HOSTS_OWN = ["tls"];

/** The schema's keys, dotted, with `0` for each item of a list; sections included. */
function keysOf(schema: JsonSchema, parent = ""): string[] {
	const { properties = {}, items } = schema as {
		properties?: Record<string, JsonSchema>;
		items?: JsonSchema;
	};
	if (items !== undefined) return keysOf(items, `${parent}0.`);
	return Object.entries(properties).flatMap(([name, inner]) => {
		const key = parent + name;
		return inner.minProperties === 1 ? [key] : [key, ...keysOf(inner, `${key}.`)];
	});
}

describe("each key", () => {
	it("has a note, and each note a key", () => {
		expect(Object.keys(NOTES).sort()).toEqual(keysOf(configSchema()).sort());
	});

	it("without a default has a value or an example in the annotated file", () => {
		expect(annotated(configSchema())).not.toContain("undefined");
	});
});

/** A value around the edges of what a rule takes. */
function around(rule: AnyRule): fc.Arbitrary<unknown> {
	switch (rule.kind) {
		case "integer": {
			const { least, most } = rule;
			return fc.constantFrom<unknown>(least - 1, least, least + 0.5, most, most + 1, "1", null);
		}
		case "flag":
			return fc.constantFrom<unknown>(true, false, 0, "true");
		case "text": {
			const { least, most } = rule;
			const lengths = fc.constantFrom(0, least, most, most + 1).map((length) => "a".repeat(length));
			return fc.oneof(lengths, fc.constantFrom("/a", "a b", "é", "a\n", "/\u007f"));
		}
		case "choice":
			return fc.constantFrom<unknown>(...rule.choices, "other", 7);
		case "optional":
			return around(rule.rule);
		case "nullable":
			return fc.oneof(
				fc.constant(null),
				fc.constantFrom("{id}", "{id}/{id}", "a/#", "+", "\u0085", "$SYS/{id}", "a$", "{Id}", "~{id}é"),
				around(rule.rule),
			);
		case "list":
			return fc.array(around(rule.rule), { maxLength: rule.most + 1 });
		case "object":
			return fc.record(
				Object.fromEntries(Object.entries(rule.fields).map(([name, inner]) => [name, around(inner)])),
				{ requiredKeys: [] },
			);
	}
}

describe("the JSON Schema", () => {
	const keys = ["broker", "mqtt", "reconnect", "telemetry", "commands", "topics"] as const;
	it.each(keys)("takes and refuses in %s what the firmware does", (section) => {
		const rule = (SCHEMA as Extract<AnyRule, { kind: "object" }>).fields[section] as AnyRule;
		const fits = new Ajv2020().compile(
			(configSchema().properties as Record<string, JsonSchema>)[section] as JsonSchema,
		);
		fc.assert(
			fc.property(around(rule), (value) => {
				const { password: _, ...given } = value as Record<string, unknown>;
				const parsed = parseConfig({
					id: "lamp",
					broker: { host: "h" },
					[section]: withHost(section, given),
				});
				const wrong = parsed.kind === "invalid" ? parsed.problems.map(({ got }) => got) : [];
				// What no single value shows comes when each value fits; then the schema has nothing against it.
				fc.pre(fits(given) || wrong.length > 0);
				if (!fits(given)) expect(parsed.kind).toBe("invalid");
			}),
		);
	});

	const schema = new Ajv2020().compile(configSchema());
	it.each([
		"bücher.example",
		"[::1]",
		"::1",
		"127.0.0.1 ",
		"\tbroker.example.\n",
		"fe80::1%eth0",
		"[fe80::1%eth0]",
		"例え.jp",
		"a_b",
		"::ffff:1.2.3.4",
	])("takes the host %j, as the program does", (host) => {
		expect(hostOf(host)).toMatch(/^[!-~]+$/);
		expect(schema({ broker: { host } })).toBe(true);
	});

	it.each(["", " ", "mqtt://h", "h:1883", "[::1]:1883", "h/mqtt", "u@h", "a b", "h%eth0", "a:b"])(
		"refuses the host %j, as the program does",
		(host) => {
			expect(parseConfig({ id: "lamp", broker: { host: hostOf(host) } }).kind).toBe("invalid");
			expect(schema({ broker: { host } })).toBe(false);
		},
	);

	it("takes each host that the program takes", () => {
		const text = fc.oneof(
			fc.string({ unit: "grapheme" }),
			fc.domain(),
			fc.ipV6(),
			fc.stringMatching(/^[ a-z0-9.:%[\]-]{0,12}$/),
		);
		fc.assert(
			fc.property(text, (host) => {
				fc.pre(parseConfig({ id: "lamp", broker: { host: hostOf(host) } }).kind === "valid");
				expect(schema({ broker: { host } })).toBe(true);
			}),
		);
	});

	it("takes its own name, and refuses what the program does", () => {
		expect(schema({ $schema: "./lamp.schema.json", id: "lamp" })).toBe(true);
		expect(schema({ $schema: 5 })).toBe(false);
	});

	const withHost = (section: string, value: Record<string, unknown>) =>
		section === "broker" ? { host: "h", ...value } : value;
});

describe("the annotated file", () => {
	const errors: ParseError[] = [];
	const text = annotated(configSchema());
	const values = parse(text, errors, { allowTrailingComma: true });

	it("is JSON with comments", () => expect(errors).toEqual([]));

	it("is the configuration of all defaults", () => {
		const { tls, ...firmware } = values;
		expect(tls).toEqual({});
		expect(parseConfig(firmware)).toEqual(parseConfig({ id: "nightlight", broker: { host: "127.0.0.1" } }));
		expect(HOSTS_OWN).toContain("tls");
	});

	it("can have each commented key turned into one", () => {
		const all = text.replace(/^(\t+)\/\/ (".*,)$/gm, "$1$2");
		const { $schema, tls, mqtt, azure, wifi, ...rest } = parse(all, errors, { allowTrailingComma: true });
		expect(errors).toEqual([]);
		expect(Object.keys(tls)).toEqual(["ca", "cert", "key", "serverName", "alpn"]);
		expect($schema).toBe("./lamp.schema.json");
		expect(mqtt.password).toEqual({ file: "password.txt" });
		expect(azure.connectionString).toEqual({ file: "device.connection" });
		expect(wifi.password).toEqual({ file: "wifi-password.txt" });
		expect(parseConfig({ ...rest, mqtt: { ...mqtt, password: "secret" } }).kind).toBe("valid");
	});
});
