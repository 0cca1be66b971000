import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { buildWioTerminal } from "../../host-sim/wio-terminal/build.js";
import { pictureOf, readScreen } from "../host-sim/engines/wio/read-screen.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, describeWith, mosquitto, wioTools } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
writeFileSync(join(cwd, "wifi.txt"), "password1\n", { mode: 0o600 });
writeFileSync(
	join(cwd, "lamp.json"),
	JSON.stringify({ wifi: { ssid: "home", password: { file: "wifi.txt" } }, telemetry: { interval: 500 } }),
);

describeWith([mosquitto, armTools, wioTools], "the flashable image, emulated, at a real Mosquitto", () => {
	beforeAll(async () => {
		await buildWioTerminal(() => {});
	}, 300_000);

	it("reports, obeys, and comes back when the broker does", async () => {
		const broker = await Mosquitto.start(programs);
		const published = await broker.subscribe("lamp/#");
		const url = `mqtt://localhost:${broker.port}`;
		const words = ["device", "--engine", "wio", "--config", "lamp.json", "--broker", url, "--id", "lamp"];
		const lamp = programs.add(
			new Nightlight([...words, "--light", "262", "--screen", "screen.png", "--json"], { cwd }),
		);
		await lamp.heard({ event: "network", state: "up", ssid: "home", address: "192.0.2.50" }, 0, 60_000);
		await lamp.heard({ event: "link", state: "online" }, 0, 30_000);
		const reading = await lamp.heard({ event: "telemetry" }, 0, 30_000);
		const { light } = reading.payload as { light: number };
		expect(Math.abs(light - 262)).toBeLessThanOrEqual(2);
		const hasCome = () => published.lines.some((line) => line.startsWith('lamp/telemetry q0 r0 {"light":26'));
		await published.until("a reading at the broker", hasCome, 30_000);
		await broker.publish("lamp/commands", "-m", '{"led_on":true}');
		await lamp.heard({ event: "led", on: true }, 0, 30_000);
		const { light: last } = (await lamp.heard({ event: "telemetry" }, lamp.events.length, 30_000))
			.payload as {
			light: number;
		};
		const shows = () => readScreen(pictureOf(readFileSync(join(cwd, "screen.png"))));
		await lamp.until(
			"both on the screen",
			() => shows().includes("LED on (server)") && shows().includes(`Light ${last}`),
		);
		expect(shows().slice(0, 2)).toEqual(["lamp", `Light ${last}`]);
		await broker.kill();
		await lamp.heard({ event: "link", state: "backoff" }, 0, 30_000);
		const before = lamp.events.length;
		await broker.up();
		await lamp.heard({ event: "link", state: "online" }, before, 60_000);
		expect(await lamp.end()).toBe(0);
	}, 240_000);
});
