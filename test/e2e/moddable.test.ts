import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { BUILD_TIMEOUT, build, describeWithSdk, OUTPUT, TOOLS } from "../support/moddable.js";
import { Mosquitto } from "../support/mosquitto.js";
import { type Program, Programs } from "../support/processes.js";

const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

const programs = new Programs();
afterEach(() => programs.endAll());

describeWithSdk("the firmware under the Moddable SDK, on Linux", () => {
	let broker: Mosquitto;
	let folder: string;
	beforeAll(async () => {
		await build("lin");
	}, BUILD_TIMEOUT);
	beforeEach(async () => {
		broker = await Mosquitto.start(programs);
		folder = mkdtempSync(join(tmpdir(), "nightlight-lin-"));
	});

	const device = (settings: Record<string, unknown> = {}, light = 100): Program => {
		const nightlight = {
			id: "lamp",
			broker: { host: "localhost", port: broker.port },
			telemetry: { interval: 100 },
			...settings,
		};
		writeFileSync(join(folder, "settings.json"), JSON.stringify({ nightlight, light }));
		return programs.start(join(TOOLS, "run.sh"), [folder]);
	};
	const says = (program: Program, line: string | RegExp, from = 0) =>
		program.until(`${line}`, () =>
			program.lines.slice(from).some((said) => (typeof line === "string" ? said === line : line.test(said))),
		);

	it("sends the lesson's telemetry and obeys a command", async () => {
		const sub = await broker.subscribe("lamp/telemetry", "lamp/state");
		const lamp = device();
		await says(sub, 'lamp/telemetry q0 r0 {"light":100}');
		await broker.publish("lamp/commands", "-m", '{"led_on": true}');
		await says(sub, 'lamp/state q0 r0 {"led_on":true,"decided_by":"server"}');
		await says(lamp, "LED on");
		expect(lamp.lines).toEqual(
			expect.arrayContaining(["Link online", "Pin 0 high", 'Message received: {"led_on":true}']),
		);
		writeFileSync(join(folder, "light"), "7\n");
		await says(sub, 'lamp/telemetry q0 r0 {"light":7}');
	});

	it("reads each sensor of its configuration from a file of the sensor's name", async () => {
		const sub = await broker.subscribe("lamp/telemetry");
		const sensors = [
			{ name: "light", pin: "light" },
			{ name: "humidity", pin: "humidity", maximum: 100 },
			{ name: "air", pin: "A1", minimum: -40, maximum: 85 },
		];
		writeFileSync(join(folder, "humidity"), "60.4\n");
		device({ telemetry: { interval: 100, sensors } });
		await says(sub, 'lamp/telemetry q0 r0 {"light":100,"humidity":60,"air":23}');
		writeFileSync(join(folder, "air"), "-7");
		writeFileSync(join(folder, "humidity"), "140");
		await says(sub, 'lamp/telemetry q0 r0 {"light":100,"humidity":100,"air":-7}');
	});

	it("refuses what is no command, and goes on", async () => {
		const lamp = device();
		await broker.subscribed("lampnightlight_client");
		await broker.publish("lamp/commands", "-n");
		await says(lamp, 'Refused a message on "lamp/commands": empty');
		await broker.publish("lamp/commands", "-m", "{led_on: true}");
		await says(lamp, 'Refused a message on "lamp/commands": not JSON "{led_on: true}"');
		await broker.publish("lamp/commands", "-m", '{"led_on": true}');
		await says(lamp, "LED on");
	});

	it("finds its way back when the broker was killed", async () => {
		const lamp = device();
		await says(lamp, "Link online");
		await broker.kill();
		await says(lamp, /^Link backoff: connection lost; next try in/);
		const before = lamp.lines.length;
		await broker.up();
		await says(lamp, "Link online", before);
	});

	it("keeps in files what was not acknowledged, and sends it when it runs again", async () => {
		// A broker that lets devices in, and then never says a word.
		const silent = createServer((socket) => {
			socket.once("data", () => socket.write(CONNACK)).on("error", () => {});
		}).listen(0, "127.0.0.1");
		await once(silent, "listening");
		const { port } = silent.address() as AddressInfo;
		const settings = { mqtt: { cleanSession: false }, telemetry: { interval: 100, qos: 1 } };
		const lamp = device({ ...settings, broker: { host: "127.0.0.1", port } }, 321);
		await says(lamp, 'Sending telemetry {"light":321}');
		await lamp.end("SIGKILL");
		silent.close();
		expect(readdirSync(join(folder, "mqtt-session")).length).toBeGreaterThan(0);
		const sub = await broker.subscribe("lamp/telemetry");
		await says(device(settings, 200), "Link online");
		await says(sub, 'lamp/telemetry q0 r0 {"light":200}');
		expect(sub.lines[0]).toBe('lamp/telemetry q0 r0 {"light":321}');
	});

	it.each([
		[{ broker: { host: "" } }, /^Nightlight not started: the configuration is wrong: broker\.host: got ""/],
		[
			{ telemetry: { sensors: [{ name: "light", pin: "light", minimum: 5, maximum: 5 }] } },
			"Nightlight not started: the configuration is wrong: telemetry.sensors.0.maximum: got 5, wants more than the minimum, 5",
		],
	])("says why it does not start with %j, and ends with 1", async (settings, line) => {
		const lamp = device(settings);
		expect(await lamp.exited).toBe(1);
		expect(lamp.lines[0]).toMatch(line);
	});
});

describeWithSdk("the firmware under the Moddable SDK, for ESP32", () => {
	it(
		"reaches the image that ESP-IDF would link",
		async () => {
			await build("esp32-image");
			const image = readFileSync(join(OUTPUT, "esp32-image/mc.xs.c"), "utf8");
			expect(image).toContain("txPreparation");
			for (const module of ["firmware/main", "embedded:provider/builtin", "setup/target"]) {
				expect(image).toContain(module);
			}
			// What is not asked for costs nothing.
			for (const module of ["setup/network", "ssl/session", "firmware/websocket"]) {
				expect(image).not.toContain(module);
			}
		},
		BUILD_TIMEOUT,
	);
});
