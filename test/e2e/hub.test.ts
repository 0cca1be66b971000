import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { makeToken } from "../../host-sim/azure-iot-hub/core/sas.js";
import { runHere } from "../support/command-line.js";
import { Nightlight, STOP_LIMIT } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
const clients: MqttClient[] = [];
afterEach(async () => {
	for (const client of clients.splice(0)) client.end(true);
	await programs.endAll();
});

const run = (cwd: string, ...words: readonly string[]) => programs.add(new Nightlight(words, { cwd }));

const FREE = ["--port", "0", "--https-port", "0"];

/** A hub with the device `nightlight`, in a folder of its own. */
async function hub(...words: readonly string[]) {
	const cwd = mkdtempSync(join(tmpdir(), "hub-"));
	const started = run(cwd, "hub", ...FREE, "--json", ...words);
	const { port } = await started.heard({ event: "listening", protocol: "mqtts" });
	await started.heard({ event: "identity" });
	return { cwd, started, port: port as number };
}

/** MQTT.js as the device of a connection string. */
function deviceOf(cwd: string, port: number): MqttClient {
	const text = readFileSync(join(cwd, "nightlight-hub/nightlight.connection"), "utf8");
	const key = /SharedAccessKey=([^;]+)/.exec(text)?.[1] ?? "";
	const client = connect({
		...{
			protocol: "mqtts",
			host: "localhost",
			port,
			clientId: "nightlight",
			clean: false,
			reconnectPeriod: 0,
		},
		ca: readFileSync(join(cwd, "nightlight-hub/ca.pem")),
		username: "localhost/nightlight/?api-version=2021-04-12",
		password: makeToken("localhost/devices/nightlight", key, Math.floor(Date.now() / 1000) + 600),
	});
	clients.push(client);
	return client;
}

describe("nightlight hub", () => {
	it("takes a device's telemetry, sends it messages, calls its methods, changes its twin", async () => {
		const { cwd, started, port } = await hub();
		const device = deviceOf(cwd, port);
		const heard: string[] = [];
		device.on("message", (topic, payload) => {
			heard.push(`${topic.replace(/%24\.mid=[0-9a-f]+/, "%24.mid=…")} ${payload}`);
			const rid = /methods\/POST\/[a-z]+\/\?\$rid=(.*)$/.exec(topic)?.[1];
			if (rid !== undefined)
				device.publish(`$iothub/methods/res/${topic.includes("none") ? 404 : 200}/?$rid=${rid}`, '{"ok":1}');
		});
		await new Promise<void>((resolve) => device.once("connect", () => resolve()));
		const filters = [
			"devices/nightlight/messages/devicebound/#",
			"$iothub/methods/POST/#",
			"$iothub/twin/PATCH/properties/desired/#",
		];
		await device.subscribeAsync(filters, { qos: 1 });
		const monitor = run(cwd, "hub", "monitor", "nightlight", "--json");
		const lines = run(cwd, "hub", "monitor");

		const publish = () =>
			device.publishAsync("devices/nightlight/messages/events/lightAlert=true", '{"light":3}', { qos: 1 });
		await expect.poll(async () => (await publish()) && monitor.events.length).toBeGreaterThan(0);
		const telemetry = {
			event: "telemetry",
			device: "nightlight",
			application: { lightAlert: "true" },
			payload: '{"light":3}',
		};
		await monitor.heard(telemetry);
		await started.heard(telemetry);
		await expect
			.poll(async () => (await publish()) && lines.lines)
			.toContain('Message received from nightlight: {"light":3} (lightAlert=true)');

		const sent = run(cwd, "hub", "send", "nightlight", '{"led_on":true}', "--property", "a=b c", "--json");
		expect(await sent.exited).toBe(0);
		expect(sent.events).toMatchObject([{ source: "hub", event: "sent", device: "nightlight" }]);
		const invoked = run(cwd, "hub", "invoke", "nightlight", "sample", '{"n":1}');
		expect(await invoked.exited).toBe(0);
		expect(invoked.lines).toEqual(['200 {"ok":1}']);
		expect(await run(cwd, "hub", "invoke", "nightlight", "none").exited).toBe(1);
		const patched = run(cwd, "hub", "twin", "nightlight", '{"telemetryInterval":5000}', "--json");
		await patched.heard({ event: "twin" });
		expect(patched.events[0]).toMatchObject({
			twin: { properties: { desired: { telemetryInterval: 5000, $version: 2 } } },
		});
		expect(heard).toEqual([
			'devices/nightlight/messages/devicebound/%24.mid=…&%24.to=%2Fdevices%2Fnightlight%2Fmessages%2Fdevicebound&%24.ct=application%2Fjson&%24.ce=utf-8&a=b%20c {"led_on":true}',
			'$iothub/methods/POST/sample/?$rid=1 {"n":1}',
			"$iothub/methods/POST/none/?$rid=2 ",
			'$iothub/twin/PATCH/properties/desired/?$version=2 {"telemetryInterval":5000,"$version":2}',
		]);

		const before = Date.now();
		expect(await started.end("SIGINT")).toBe(0);
		expect(Date.now() - before).toBeLessThan(STOP_LIMIT);
		expect(await monitor.exited).toBe(1);
		expect(monitor.errors).toBe("nightlight: the hub ended\n");
	}, 60_000);

	it("says for people where the connection strings are, and what to do when no hub answers", async () => {
		const cwd = mkdtempSync(join(tmpdir(), "hub-"));
		const first = run(
			cwd,
			"hub",
			...FREE,
			"--out",
			"other",
			"--device",
			"lamp",
			"--x509-device",
			"own",
			"--module",
			"lamp/m",
		);
		const wanted = (words: string) =>
			first.until(words, () => first.lines.some((line) => line.includes(words)));
		await wanted("Connection string of lamp: other/lamp.connection");
		await wanted(
			"Connection string of own: other/own.connection (certificate other/own.pem, key other/own.key)",
		);
		await wanted("Connection string of lamp/m: other/lamp.m.connection");
		expect(existsSync(join(cwd, "other/service.connection"))).toBe(true);
		expect(first.lines.join("\n")).not.toContain("SharedAccessKey=");
		for (const [patch, shown] of [
			["{", "{"],
			["", "an empty text"],
			["x".repeat(61), `${"x".repeat(60)}…`],
		] as const)
			expect(await runHere(["hub", "twin", "lamp", patch, "--out", join(cwd, "other")])).toEqual({
				...{ code: 2, output: "", errors: `nightlight: not JSON: ${shown}\n` },
			});
		const refused = await runHere(["hub", "send", "none", "x", "--out", join(cwd, "other")]);
		expect(refused).toEqual({
			code: 1,
			output: "",
			errors: "nightlight: 404 DeviceNotFound: none is not registered\n",
		});
		expect(await first.end("SIGTERM")).toBe(0);
		const late = await runHere(["hub", "send", "lamp", "x", "--out", join(cwd, "other")]);
		expect(late).toEqual({
			code: 1,
			output: "",
			errors: "nightlight: no hub answers; start it with: nightlight hub\n",
		});
	}, 30_000);

	it("says in a line what to do when its port is taken", async () => {
		const { port } = await hub();
		const second = run(mkdtempSync(join(tmpdir(), "hub-")), "hub", "--port", `${port}`, "--https-port", "0");
		expect(await second.exited).toBe(1);
		expect(second.errors).toBe(
			`nightlight: port ${port} on 127.0.0.1 is taken; choose another with --port, or --port 0 for a free one\n`,
		);
	}, 30_000);

	it.runIf(process.platform === "linux").each([
		{ out: "/dev/null/x", code: "ENOTDIR" },
		{ out: "/proc/x", code: "ENOENT" },
	])("ends at once when its folder cannot be made: $out", async ({ out, code }) => {
		const program = run(tmpdir(), "hub", ...FREE, "--out", out);
		expect(await program.exited).toBe(1);
		expect(program.errors).toBe(
			`nightlight: --out ${out}: cannot be used (${code}); name a folder that you may write\n`,
		);
	});

	it.each([
		{ words: ["hub", "--port", "70000"], says: "It must be a whole number from 0 to 65535" },
		{
			words: ["hub", "--port", "9", "--https-port", "9"],
			says: "--port and --https-port name the same port",
		},
		{ words: ["hub", "--host-name", "a b"], says: 'up to 253 letters, digits, "-" and "."' },
		{ words: ["hub", "--host-name", "a".repeat(254)], says: 'up to 253 letters, digits, "-" and "."' },
		{ words: ["hub", "--device", "a b"], says: '1 to 64 of letters, digits, "-", "_", "."' },
		{ words: ["hub", "--device", "a", "--x509-device", "a"], says: "a is named twice" },
		{ words: ["hub", "--module", "a"], says: "It must be DEVICE/MODULE" },
		{ words: ["hub", "--module", "a/b"], says: "there is no device a; give it with --device" },
		{ words: ["hub", "send", "a"], says: "missing required argument 'text'; see nightlight hub send --help" },
		{ words: ["hub", "send", "a", "b", "--property", "c"], says: "It must be NAME=VALUE" },
		{
			words: ["hub", "twin", "a", "{", "--out", "none"],
			says: "--out: cannot read none/service.connection (ENOENT)",
		},
	])("refuses $words", async ({ words, says }) => {
		const { code, output, errors } = await runHere(words, { cwd: mkdtempSync(join(tmpdir(), "hub-")) });
		expect([code, output]).toEqual([2, ""]);
		expect(errors).toContain(says);
		expect(errors).toMatch(/^nightlight: .*\n$/);
	});
});
