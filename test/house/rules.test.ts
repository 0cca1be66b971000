import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { filesBelow, ROOT } from "./firmware-files.js";

const PLUGIN = "plugin";
const IMPORTS = "lint/style/noRestrictedImports";
const GLOBALS = "lint/style/noRestrictedGlobals";
const LINES = "lint/style/noExcessiveLinesPerFile";

const importing = (path: string) => `import { x } from "${path}";\nexport const y = x;\n`;
const lines = (count: number) =>
	Array.from(
		{ length: count },
		(_, index) => `export const line${index} = ${index};
`,
	).join("");

/** A rule of the house, a file that breaks it, and what the linter says. */
const BROKEN: readonly [rule: string, file: string, text: string, finding: string][] = [
	["1: no Node module", "firmware/a1.ts", importing("node:fs"), IMPORTS],
	["1: no embedded: module", "firmware/a2.ts", importing("embedded:io/socket/tcp"), IMPORTS],
	["1: no package", "firmware/a3.ts", importing("mqtt-packet"), IMPORTS],
	["1: no Buffer", "firmware/a4.ts", "export const x = Buffer.alloc(1);\n", GLOBALS],
	["1: no TextEncoder", "firmware/a5.ts", "export const x = new TextEncoder();\n", GLOBALS],
	["1: no console", "firmware/a6.ts", "export const f = () => console.log(1);\n", GLOBALS],
	["1: no timers", "firmware/a7.ts", "export const f = () => setTimeout(f, 1);\n", GLOBALS],
	["1: time is an argument", "firmware/a8.ts", "export const f = () => Date.now();\n", PLUGIN],
	["1: time is an argument", "firmware/a9.ts", "export const f = () => new Date();\n", PLUGIN],
	["1: randomness is an argument", "firmware/a10.ts", "export const f = () => Math.random();\n", PLUGIN],
	["1: no Intl", "firmware/a11.ts", "export const x = () => new Intl.NumberFormat();\n", GLOBALS],
	["1: app.ts is short", "firmware/app.ts", lines(61), LINES],
	["2: mqtt/ imports nothing outside", "firmware/mqtt/b1.ts", importing("../config.js"), IMPORTS],
	["2: telemetry/ knows no MQTT", "firmware/telemetry/b2.ts", importing("../mqtt/packet.js"), IMPORTS],
	["2: commands/ knows no MQTT", "firmware/commands/b3.ts", importing("../mqtt/packet.js"), IMPORTS],
	["2: commands/ knows no profile", "firmware/commands/b4.ts", importing("../profiles/mqtt.js"), IMPORTS],
	[
		"2: commands/ knows no telemetry/",
		"firmware/commands/b6.ts",
		importing("../telemetry/policy.js"),
		IMPORTS,
	],
	["2: connectivity/ knows no app", "firmware/connectivity/b7.ts", importing("../app.js"), IMPORTS],
	["2: peripherals/ know no MQTT", "firmware/peripherals/b8.ts", importing("../mqtt/utf8.js"), IMPORTS],
	["2: profiles/ use message types", "firmware/profiles/b5.ts", importing("../mqtt/session.js"), IMPORTS],
	["2: websocket/ knows no MQTT", "firmware/websocket/b9.ts", importing("../mqtt/packet.js"), IMPORTS],
	["3: firmware/ knows no host", "firmware/c1.ts", importing("../host-sim/provider.js"), IMPORTS],
	["3: firmware/ knows no server", "firmware/c2.ts", importing("../server/core.js"), IMPORTS],
	["3: host-sim/ uses app and config", "host-sim/c3.ts", importing("../firmware/mqtt/session.js"), IMPORTS],
	["3: world/ knows no IO", "host-sim/world/c4.ts", importing("../io/tcp.js"), IMPORTS],
	["3: world/ knows no firmware", "host-sim/world/c5.ts", importing("../../firmware/config.js"), IMPORTS],
	["3: page/ runs in a browser", "host-sim/page/c6.tsx", importing("node:fs"), IMPORTS],
	["3: page/ has types of web/ only", "host-sim/page/c7.ts", importing("../web/http.js"), IMPORTS],
	["3: page/ knows no simulator", "host-sim/page/c8.ts", importing("../world/source.js"), IMPORTS],
	["3: page/ has no package but Preact", "host-sim/page/c9.ts", importing("ws"), IMPORTS],
	["4: server/ knows no simulator", "server/d3.ts", importing("../host-sim/world/source.js"), IMPORTS],
	["4: server/ shares no code", "server/d1.ts", importing("../firmware/mqtt/packet.js"), IMPORTS],
	["4: broker/ shares no code", "host-sim/broker/d2.ts", importing("../../firmware/mqtt/utf8.js"), IMPORTS],
	[
		"4: simulation/broker/ shares no code",
		"host-sim/simulation/broker/d4.ts",
		importing("../../../firmware/app.js"),
		IMPORTS,
	],
	["4: simulation/broker/ has no IO", "host-sim/simulation/broker/d5.ts", importing("node:net"), IMPORTS],
	["4: simulation/broker/ has no package", "host-sim/simulation/broker/d6.ts", importing("mqtt"), IMPORTS],
	[
		"4: simulation/broker/ owns no timer",
		"host-sim/simulation/broker/d7.ts",
		"export const f = () => setTimeout(f, 1);\n",
		GLOBALS,
	],
	[
		"4: simulation/broker/ has no clock of its own",
		"host-sim/simulation/broker/d8.ts",
		"export const f = () => Date.now() + performance.now();\n",
		PLUGIN,
	],
	[
		"4: simulation/broker/ has no chance of its own",
		"host-sim/simulation/broker/d9.ts",
		"export const f = () => Math.random();\n",
		PLUGIN,
	],
	[
		"4: azure-iot-hub/ shares no code",
		"host-sim/azure-iot-hub/d10.ts",
		importing("../../firmware/mqtt/packet.js"),
		IMPORTS,
	],
	["4: azure-iot-hub/core/ has no IO", "host-sim/azure-iot-hub/core/d11.ts", importing("node:tls"), IMPORTS],
	[
		"4: azure-iot-hub/core/ knows no room",
		"host-sim/azure-iot-hub/core/d12.ts",
		importing("../../simulation/clock.js"),
		IMPORTS,
	],
	[
		"4: azure-iot-hub/core/ owns no timer",
		"host-sim/azure-iot-hub/core/d13.ts",
		"export const f = () => setTimeout(f, 1);\n",
		GLOBALS,
	],
	[
		"4: azure-iot-hub/core/ has no clock of its own",
		"host-sim/azure-iot-hub/core/d14.ts",
		"export const f = () => Date.now();\n",
		PLUGIN,
	],
	[
		"4: co-processor/ shares no code",
		"host-sim/co-processor/d15.ts",
		importing("../../firmware/boards/wio-terminal/radio/crc.js"),
		IMPORTS,
	],
	[
		"4: co-processor/ shares no code that others use",
		"host-sim/co-processor/d16.ts",
		importing("../../firmware/config.js"),
		IMPORTS,
	],
	[
		"4: co-processor/ has no chance of its own",
		"host-sim/co-processor/d17.ts",
		"export const f = () => Math.random();\n",
		PLUGIN,
	],
	["5: nothing imports test/", "server/e1.ts", importing("../test/support/processes.js"), IMPORTS],
	["5: nothing imports test/", "firmware/e2.ts", importing("../test/support/processes.js"), IMPORTS],
	["6: imports end in .js", "server/f1.ts", importing("./f0"), "lint/correctness/useImportExtensions"],
	[
		"1: no method by a computed name",
		"firmware/h1.ts",
		"export const f = (x: Record<string, () => number>, y: string) => x[y]?.();\n",
		PLUGIN,
	],
	[
		"1: no method by a computed name",
		"firmware/h2.ts",
		"export const f = (x: (() => number)[], y: number) => x[y]();\n",
		PLUGIN,
	],
	["1: no computed name on a built-in", "firmware/h3.ts", "export const f = (y: 'PI') => Math[y];\n", PLUGIN],
	[
		"1: no computed name on a built-in",
		"firmware/h4.ts",
		"export const f = (y: 'trim') => String.prototype[y];\n",
		PLUGIN,
	],
	["7: no state in modules", "firmware/g1.ts", "export let x = 1;\n", PLUGIN],
	["7: no state in modules", "firmware/g2.ts", "export const x = new Map();\n", PLUGIN],
	["7: no state in modules", "firmware/g4.ts", "export const x = new Uint8Array(8);\n", PLUGIN],
	["7: no state in modules", "firmware/g3.ts", "export const x = [1];\n", PLUGIN],
	["sizes: no file over 400 lines", "host-sim/h1.ts", lines(401), LINES],
];

/** What looks like the above and is allowed. */
const KEPT: readonly [what: string, file: string, text: string][] = [
	["a frozen table", "firmware/k1.ts", "export const x = Object.freeze([1]);\n"],
	[
		"a function's own state",
		"firmware/k2.ts",
		"export const f = () => {\n\tconst x = [1];\n\treturn x;\n};\n",
	],
	["a date given", "firmware/k3.ts", "export const f = (time: number) => new Date(time).toISOString();\n"],
	["app and config in host-sim/", "host-sim/k4.ts", importing("../firmware/app.js")],
	["message types in profiles/", "firmware/profiles/k5.ts", importing("../mqtt/packet.js")],
	["UTF-8 in websocket/", "firmware/websocket/k7.ts", importing("../mqtt/utf8.js")],
	["a WebSocket in host-sim/", "host-sim/k8.ts", importing("../firmware/websocket/websocket.js")],
	[
		"Preact and the protocol in page/",
		"host-sim/page/k9.tsx",
		'export { h } from "preact";\nexport type { Push } from "../web/protocol.js";\n',
	],
	["types in co-processor/", "host-sim/co-processor/k10.ts", importing("../../firmware/ecma-419.js")],
	["Node in host-sim/", "host-sim/k6.ts", importing("node:fs")],
];

describe("the rules of the house", () => {
	const findings = new Map<string, string[]>();

	beforeAll(() => {
		const folder = mkdtempSync(join(tmpdir(), "house-"));
		for (const name of ["biome.json", ".gitignore", "tools"]) {
			cpSync(join(ROOT, name), join(folder, name), { recursive: true });
		}
		for (const [file, text] of [
			...BROKEN.map(([, file, text]) => [file, text] as const),
			...KEPT.map(([, file, text]) => [file, text] as const),
			["server/f0.ts", "export const x = 1;\n"] as const,
		]) {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), text);
		}
		const biome = join(ROOT, "node_modules/.bin/biome");
		const words = ["lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false"];
		const { stdout, stderr } = spawnSync(biome, words, { cwd: folder, encoding: "utf8" });
		const report = stdout.slice(stdout.indexOf("{"));
		expect(report, stderr).not.toBe("");
		for (const { category, location } of JSON.parse(report).diagnostics) {
			const path = location?.path?.file ?? location?.path;
			findings.set(path, [...(findings.get(path) ?? []), category]);
		}
	});

	it.each(BROKEN)("%s: the linter catches %s", (_, file, __, finding) => {
		expect(findings.get(file)).toContain(finding);
	});

	it.each(KEPT)("allow %s", (_, file) => {
		expect(findings.get(file)).toBeUndefined();
	});

	it("keep every source file at 400 lines or less", () => {
		const long = ["firmware", "host-sim", "server", "test", "tools"]
			.flatMap(filesBelow)
			.filter((path) => /\.(tsx?|js|css|c|h|grit)$/.test(path))
			.filter((path) => readFileSync(join(ROOT, path), "utf8").split("\n").length > 401);
		expect(long).toEqual([]);
	});
});
