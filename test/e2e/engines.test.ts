import { afterEach, beforeAll, expect, it } from "vitest";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { compiler, describeWith } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

describeWith([compiler], "nightlight device --engine xs", () => {
	beforeAll(async () => {
		await xsWorker(() => {});
	}, 300_000);

	const broker = async () => {
		const program = programs.add(new Nightlight(["broker", "--port", "0", "--json"]));
		const { port } = await program.heard({ event: "listening" });
		return `mqtt://127.0.0.1:${port}`;
	};
	const device = (url: string, ...words: string[]) =>
		programs.add(
			new Nightlight(["device", "--engine", "xs", "--broker", url, "--id", "lamp", "--json", ...words]),
		);

	it("sends, obeys, says goodbye and ends with 0, as on Node", async () => {
		const url = await broker();
		const server = programs.add(new Nightlight(["server", "--broker", url, "--id", "lamp", "--json"]));
		await server.heard({ event: "link", state: "online" });
		const lamp = device(url, "--light", "100", "--interval", "100");
		await lamp.heard({ event: "telemetry", payload: { light: 100 } });
		await lamp.heard({ event: "command", payload: { led_on: true } });
		await lamp.heard({ event: "led", on: true });
		const links = lamp.events.filter(({ event }) => event === "link").map(({ state }) => state);
		expect(links).toEqual(["resolving", "connecting", "handshaking", "online"]);
		expect(await lamp.end("SIGINT")).toBe(0);
		expect(lamp.events.at(-1)).toMatchObject({ event: "link", state: "offline", device: "lamp" });
		expect(lamp.errors).toBe("");
	});

	it("tries again, and fails when time is up without a broker", async () => {
		const lamp = device("mqtt://127.0.0.1:1", "--duration", "1");
		expect(await lamp.exited).toBe(1);
		expect(lamp.events.find(({ state }) => state === "backoff")?.reason).toBe(
			"connection refused by 127.0.0.1:1",
		);
	});
});
