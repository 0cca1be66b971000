import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const nightlight = (...words: string[]) => programs.add(new Nightlight([...words, "--json"]));

describe("nightlight up", () => {
	it("has the LED go on and off with the light of the day, at least twice", async () => {
		const up = nightlight("up", "--port", "0", "--light", "day:2", "--interval", "100", "--duration", "6");
		expect(await up.exited).toBe(0);
		const switched = up.events.filter(({ event }) => event === "led").map(({ on }) => on);
		expect(switched.slice(0, 4)).toEqual([true, false, true, false]);
		const answered = up.events.filter(({ event }) => event === "sent").length;
		const received = up.events.filter(({ event }) => event === "received").length;
		expect(answered).toBe(received);
	});

	it("says in the lesson's words what happens", async () => {
		const words = ["up", "--port", "0", "--light", "100", "--interval", "100", "--duration", "2"];
		const up = programs.add(new Nightlight(words));
		expect(await up.exited).toBe(0);
		expect(up.lines).toContain('device | Sending telemetry {"light":100}');
		expect(up.lines).toContain('server | Message received: {"light":100}');
		expect(up.lines).toContain('server | Sending message: {"led_on":true}');
		expect(up.lines).toContain('device | Message received: {"led_on":true}');
		expect(up.lines).toContain("device | LED on");
		expect(up.errors).toBe("");
	});

	it("uses another broker and starts none when it is told of one", async () => {
		const broker = nightlight("broker", "--port", "0");
		const { port } = await broker.heard({ event: "listening" });
		const up = nightlight("up", "--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp", "--light", "9");
		await up.heard({ source: "device", event: "led", on: true });
		expect(up.events.filter(({ source }) => source === "broker")).toEqual([]);
	});
});

describe("broker, server and device in a process each", () => {
	it("find each other again when the broker was killed", async () => {
		const port = await freePort();
		const broker = () => nightlight("broker", "--port", `${port}`);
		const at = ["--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp"];
		const first = broker();
		const server = nightlight("server", ...at);
		const device = nightlight("device", ...at, "--light", "100", "--interval", "100");
		await device.heard({ event: "led", on: true });
		const before = device.events.length;
		await first.end("SIGKILL");
		await device.heard({ event: "link", state: "backoff" }, before);
		const second = broker();
		await second.heard({ event: "listening" });
		await device.heard({ event: "command", payload: { led_on: true } }, before, 15_000);
		expect(await device.end("SIGTERM")).toBe(0);
		expect(await server.end("SIGTERM")).toBe(0);
		expect(await second.end("SIGTERM")).toBe(0);
	});

	it("works when nothing is said: the device's default id is the server's", async () => {
		const help = programs.add(new Nightlight(["device", "--help"]));
		expect(await help.exited).toBe(0);
		expect(help.lines.join("\n")).toContain("mqtt://127.0.0.1:1883");
	});
});
