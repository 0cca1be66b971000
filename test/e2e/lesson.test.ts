import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, it } from "vitest";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto, paho, pythonWithPaho } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const script = (name: string, ...words: string[]) =>
	programs.start(pythonWithPaho as string, [
		fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)),
		...words,
	]);

describeWith([mosquitto, paho], "the lesson's own programs on Paho", () => {
	let broker: Mosquitto;
	beforeEach(async () => {
		broker = await Mosquitto.start(programs);
	});

	it("serve our device", async () => {
		const server = script("lesson_server.py", `${broker.port}`, "lamp");
		await server.until("ready", () => server.lines.includes("ready"));
		const lamp = programs.add(
			new Nightlight(["device", "--broker", broker.url, "--id", "lamp", "--light", "100", "--json"]),
		);
		await server.until("telemetry", () => server.lines.includes("Message received: {'light': 100}"));
		await lamp.heard({ event: "command", payload: { led_on: true } });
		await lamp.heard({ event: "led", on: true });
	});

	it.each([
		["with the space of json.dumps", []],
		["without a space", ["compact"]],
	])("obey our server, as a device that writes JSON %s", async (_, words) => {
		const server = programs.add(new Nightlight(["server", "--broker", broker.url, "--id", "lamp", "--json"]));
		const device = script("lesson_device.py", `${broker.port}`, "lamp", "100", ...words);
		await server.heard({ event: "received", payload: { light: 100 } });
		await server.heard({ event: "sent", payload: { led_on: true } });
		await device.until("the LED", () => device.lines.includes("LED on"));
	});
});
