import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseConfig } from "../../firmware/config.js";
import { ROOT } from "./firmware-files.js";

const page = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");

/** The keys of a configuration with their defaults as JSON; `undefined` where there is none. */
function keysOf(value: object, path = ""): [key: string, fallback: string | undefined][] {
	return Object.entries(value).flatMap(([name, inner]) => {
		const key = `${path}${name}`;
		if (Array.isArray(inner))
			return [[key, undefined], ...keysOf(inner[0], `${key}[].`)] as ReturnType<typeof keysOf>;
		if (typeof inner === "object") return keysOf(inner, `${key}.`);
		return [[key, inner === undefined ? undefined : String(inner)]];
	});
}

const parsed = parseConfig({ id: "d1", broker: { host: "h" } });
if (parsed.kind === "invalid") throw new Error("no configuration");
/** Their defaults are told in words. */
const IN_WORDS = ["id", "broker.host", "broker.port", "telemetry.sensors[].name", "telemetry.sensors[].pin"];

it("docs/configuration.md has a row for each key of the configuration, with its default, and no other", () => {
	const rows = [...page.matchAll(/^\| `([^`]+)` \| .* \| (.*) \|$/gm)].filter(([, key]) =>
		/^[a-z]/i.test(key as string),
	);
	const shown = new Map(
		rows.slice(0, keysOf(parsed.config).length).map(([, key, fallback]) => [key, fallback]),
	);
	expect([...shown.keys()].sort()).toEqual(
		keysOf(parsed.config)
			.map(([key]) => key)
			.sort(),
	);
	for (const [key, fallback] of keysOf(parsed.config)) {
		if (fallback !== undefined && !IN_WORDS.includes(key)) {
			expect(`${key}: ${shown.get(key)?.replaceAll("`", "")}`).toBe(`${key}: ${fallback}`);
		}
	}
});

it("docs/configuration.md shows a configuration that the firmware takes", () => {
	const shown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] as string);
	shown.mqtt.password = "read from the file";
	expect(parseConfig(shown)).toMatchObject({ kind: "valid" });
});
