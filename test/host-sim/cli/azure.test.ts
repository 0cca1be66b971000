import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkHubOptions, checkRecording } from "../../../host-sim/cli/azure.js";
import { Failure } from "../../../host-sim/cli/failure.js";
import { readSettings, type Settings } from "../../../host-sim/cli/settings.js";

const KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const STRING = `HostName=contoso.azure-devices.net;DeviceId=lamp;SharedAccessKey=${KEY}`;

interface Given {
	readonly connection?: string;
	readonly mode?: number;
	readonly config?: object;
	readonly broker?: string;
}

/** What the command line makes of these files; the lines of mistakes, and what was logged. */
function settingsOf({ connection, mode = 0o600, config, broker }: Given) {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	const file = join(folder, "lamp.connection");
	const configFile = join(folder, "c.json");
	writeFileSync(file, connection ?? `${STRING}\n`, { mode });
	if (config !== undefined) writeFileSync(configFile, JSON.stringify(config));
	const logged: string[] = [];
	const isReferred = JSON.stringify(config ?? {}).includes("connectionString");
	const options = {
		...(!isReferred && { azure: file }),
		...(config !== undefined && { config: configFile }),
		...(broker !== undefined && { broker }),
	};
	let settings: Settings | undefined;
	let lines: readonly string[] = [];
	try {
		settings = readSettings(options, (line) => logged.push(line));
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		lines = error.message.split("\n");
	}
	return { config: settings?.config, lines, logged, file, folder };
}

it.each([
	["an option", {}],
	["a reference", { config: { azure: { connectionString: { file: "lamp.connection" } } } }],
])("takes the device's id and the hub from the connection string of %s", (_what, given) => {
	const { config, logged } = settingsOf(given);
	expect(config).toMatchObject({
		id: "lamp",
		broker: { protocol: "mqtts", host: "contoso.azure-devices.net", port: 8883, path: "/$iothub/websocket" },
		azure: { connectionString: STRING },
	});
	expect(logged).toEqual([]);
});

it.each([
	["a WebSocket", { config: { broker: { protocol: "wss" } } }, { protocol: "wss", port: 443 }],
	[
		"a gateway",
		{ connection: `${STRING};GatewayHostName=localhost:18883` },
		{ host: "localhost", port: 18_883 },
	],
] as const)("connects over %s where that is said", (_what, given, broker) => {
	expect(settingsOf(given).config?.broker).toMatchObject(broker);
});

it("makes an id of a device's name that no id can be", () => {
	const connection = STRING.replace("lamp", "room:1=2");
	expect(settingsOf({ connection }).config?.id).toBe("room_1_2");
});

it.each([
	[
		"no such part",
		{ connection: `${STRING};Colour=red` },
		/lamp\.connection: Colour: unknown: the parts are HostName/,
	],
	[
		"a key that is cut off",
		{ connection: STRING.slice(0, -1) },
		/SharedAccessKey: it is not Base64: is it cut off\?/,
	],
	[
		"the service's string",
		{ connection: STRING.replace("DeviceId=lamp", "SharedAccessKeyName=x") },
		/of the service/,
	],
	["a string in quotes", { connection: `"${STRING}"\n` }, /lamp\.connection: wants .* without quotes$/],
	[
		"a file with several lines",
		{ connection: `-----BEGIN-----\n${KEY}\n` },
		/more than one line; it wants a connection string, such as nightlight\.connection$/,
	],
	["an empty file", { connection: "" }, /--azure: .* is empty/],
	["a broker as well", { broker: "mqtts://b" }, /--broker is for a broker/],
	[
		"the server's answers",
		{ config: { telemetry: { qos: 1 }, outbox: { delivery: "server" } } },
		/outbox\.delivery: got "server", wants "broker"/,
	],
	["QoS 2", { config: { telemetry: { qos: 2 } } }, /c\.json:\d+:\d+: telemetry\.qos: got 2, wants 0 or 1/],
	["the string itself", { config: { azure: { connectionString: STRING } } }, /wants \{"file": "NAME"\}/],
] as const)("refuses %s in one line that shows no key", (_what, given, line) => {
	const { lines } = settingsOf(given);
	expect(lines).toEqual([expect.stringMatching(line)]);
	expect(lines.join()).not.toContain(KEY.slice(0, 12));
});

it.skipIf(process.platform === "win32")("warns of a file that others can read, once", () => {
	const { logged, file } = settingsOf({ mode: 0o644 });
	expect(logged).toEqual([
		`${file} holds a key, and other users of this machine may read it: chmod 600 ${file}`,
	]);
});

it("records no device of a hub", () => {
	const { config } = settingsOf({});
	if (config === undefined) throw new Error("no configuration");
	expect(() => checkRecording({ record: "r.jsonl" }, config)).toThrow(/--record is not for Azure/);
	expect(() => checkRecording({}, config)).not.toThrow();
});

it.each([
	["--devices", "the connection string is of one device"],
	...["--host", "--port", "--ws-port", "--users", "--max-packet"].map((name) => [
		name,
		"the hub is the broker",
	]),
	...["--threshold", "--hysteresis", "--database", "--name", "--observe"].map((name) => [
		name,
		"it is the server's, and with a hub there is none",
	]),
])("has no use for %s beside a hub: %s", (name, why) => {
	expect(() => checkHubOptions(["--azure", name as string])).toThrow(
		`${name} is not for Azure IoT Hub: ${why}`,
	);
});

it("takes what is the device's and the page's beside a hub", () => {
	expect(() => checkHubOptions(["--azure", "--ca", "--light", "--engine", "--page-port"])).not.toThrow();
});

it("says beforehand when a ready-made token ends", () => {
	const token = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Flamp&sig=MDEy&se=1900000000";
	const { logged, lines, file } = settingsOf({
		connection: `HostName=contoso.azure-devices.net;DeviceId=lamp;SharedAccessSignature=${token}`,
	});
	expect(lines).toEqual([]);
	expect(logged).toEqual([
		`--azure: ${file}: its token ends on 2030-03-17T17:46:40.000Z; get a new one before`,
	]);
});
