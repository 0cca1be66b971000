import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readRadio } from "../../../host-sim/cli/radio.js";
import { readSettings } from "../../../host-sim/cli/settings.js";

function settingsOf(wifi: object, broker = "mqtt://127.0.0.1") {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	writeFileSync(join(folder, "wifi.txt"), "password1\n", { mode: 0o600 });
	writeFileSync(join(folder, "c.json"), JSON.stringify({ id: "lamp", wifi }));
	return readSettings({ config: join(folder, "c.json"), broker }, () => {});
}

it("takes the password of the Wi-Fi network from the file that the configuration names", () => {
	const { config } = settingsOf({ ssid: "home", password: { file: "wifi.txt" } });
	expect(config.wifi).toEqual({ ssid: "home", password: "password1", timeServer: "pool.ntp.org" });
});

it.each([
	[
		"a password in the configuration itself",
		{ password: "password1" },
		/wifi\.password: wants \{"file": "NAME"\}/,
	],
	["a name that is too long", { ssid: "x".repeat(33) }, /wifi\.ssid: .*1 to 32 characters/],
])("refuses %s", (_, wifi, says) => {
	expect(() => settingsOf(wifi)).toThrow(says);
});

it.each([
	[{ radio: "off", engine: "node" }, "mqtts://127.0.0.1", false],
	[{ radio: "on", engine: "xs" }, "mqtt://127.0.0.1", true],
	[{ radio: "off", engine: "wio" }, "mqtt://127.0.0.1", true],
] as const)("with %j at %s: %s", (options, broker, hasRadio) => {
	expect(readRadio(options, settingsOf({}, broker).config)).toBe(hasRadio);
});

it.each([
	[
		{ radio: "on", engine: "node" },
		"mqtts://127.0.0.1",
		"--radio on: the radio has no TLS and no WebSocket yet, so not mqtts://",
	],
	[
		{ radio: "off", engine: "wio" },
		"mqtts://127.0.0.1",
		"--engine wio: the radio has no TLS and no WebSocket yet, so not mqtts://",
	],
	[
		{ radio: "on", engine: "node" },
		"ws://127.0.0.1",
		"--radio on: the radio has no TLS and no WebSocket yet, so not ws://",
	],
	[
		{ radio: "on", engine: "node", record: "a" },
		"mqtt://127.0.0.1",
		"--record is not for --radio on yet: leave out one of them",
	],
] as const)("refuses %j at %s", (options, broker, says) => {
	const { config } = settingsOf({}, broker);
	expect(() => readRadio(options, config)).toThrow(says);
});
