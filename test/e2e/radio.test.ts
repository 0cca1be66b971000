import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
writeFileSync(join(cwd, "wifi.txt"), "password1\n", { mode: 0o600 });
writeFileSync(
	join(cwd, "lamp.json"),
	JSON.stringify({
		wifi: { ssid: "home", password: { file: "wifi.txt" } },
		telemetry: { interval: 500, time: "unix", qos: 1 },
		reconnect: { initial: 200 },
	}),
);

/** A nightlight at a real broker through a simulated radio: what it tells, and does, whatever the engine. */
async function play(engine: string): Promise<void> {
	const broker = await Mosquitto.start(programs);
	const url = `mqtt://localhost:${broker.port}`;
	const words = ["--config", "lamp.json", "--radio", "on", "--engine", engine, "--light", "262"];
	const lamp = programs.add(
		new Nightlight(["device", "--broker", url, "--id", "lamp", "--json", ...words], { cwd }),
	);
	const published = await broker.subscribe("lamp/#");
	await lamp.heard({ event: "network", state: "joining", ssid: "home" });
	await lamp.heard({ event: "network", state: "up", ssid: "home", address: "192.0.2.50" });
	await lamp.heard({ event: "link", state: "online" });
	const reading = await lamp.heard({ event: "telemetry" });
	// The time is that of the simulated network's own server.
	const { light, time } = reading.payload as Record<string, number>;
	expect(light).toBe(262);
	if (time !== undefined) {
		expect(Math.abs(time - Date.now())).toBeLessThan(10_000);
		expect(Number.isInteger(time)).toBe(true);
	}
	const hasCome = () =>
		published.lines.some((line) => line.startsWith('lamp/telemetry q0 r0 {"light":262,"time":'));
	await published.until("a reading at the broker", hasCome);
	await broker.publish("lamp/commands", "-m", '{"led_on":true}');
	await lamp.heard({ event: "led", on: true });
	await broker.kill();
	await lamp.heard({ event: "link", state: "backoff" });
	const before = lamp.events.length;
	await broker.up();
	await lamp.heard({ event: "link", state: "online" }, before, 20_000);
	expect(await lamp.end()).toBe(0);
}

describeWith([mosquitto], "through a simulated radio the nightlight works", () => {
	it("on Node", () => play("node"), 60_000);
	describeWith([compiler], "on XS", () => {
		it("does the same", () => play("xs"), 120_000);
	});
	describeWith([armTools], "on the ARM image", () => {
		beforeAll(async () => {
			await armImage({ log: () => {}, hasRadio: true });
		}, 300_000);

		it("does the same", () => play("arm"), 240_000);
	});
});
