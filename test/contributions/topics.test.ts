import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { itInAll } from "../support/lane.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import type { TreeCopy } from "../support/tree-copy.js";
import { contributed } from "./contribution.js";

const programs = new Programs();
let copy: TreeCopy;
beforeAll(() => {
	copy = contributed(["topics"], []);
});
afterEach(() => programs.endAll());
afterAll(() => copy?.remove());

/** Runs a command with the contribution's file beside it. */
const run = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight([...words, "--json"], { cwd: join(copy.folder, "examples") }));

const CONFIG = ["--config", "topics.json"] as const;

describe("a layout of topics", () => {
	it("is used by device, server and broker as programs, and by nothing else", async () => {
		const { port } = await run("broker", "--port", "0").heard({ event: "listening" });
		const broker = ["--broker", `mqtt://127.0.0.1:${port}`] as const;
		const watch = run("watch", ...broker);
		// One server for all devices.
		const server = run("server", "--id", "+", ...broker, ...CONFIG);
		await Promise.all([watch, server].map((one) => one.heard({ event: "link", state: "online" })));
		const lamp = run("device", "--id", "attic", "--light", "100", ...broker, ...CONFIG);
		await lamp.heard({ event: "led", on: true });
		await server.heard({ event: "sent", device: "attic", topic: "home/attic/wanted" });
		expect(await lamp.end()).toBe(0);
		const said = (topic: string, payload: string) => watch.heard({ event: "message", topic, payload });
		await said("home/attic/measured", '{"light":100}');
		await said("home/attic/wanted", '{"led_on":true}');
		await said("home/attic/actual", '{"led_on":true,"decided_by":"server"}');
		await said("home/attic/available", "offline");
		const topics = watch.events.filter(({ event }) => event === "message").map(({ topic }) => topic);
		expect([...new Set(topics)].sort()).toEqual(
			["actual", "available", "measured", "wanted"].map((level) => `home/attic/${level}`),
		);
	}, 60_000);

	itInAll(
		"is used by all parts of `up`, and by `send`",
		async () => {
			const up = run("up", "--port", "0", "--light", "100", "--interval", "60000", ...CONFIG);
			const { port } = await up.heard({ event: "listening" });
			await up.heard({ source: "server", event: "received", topic: "home/nightlight/measured" });
			await up.heard({ source: "device", event: "led", on: true });
			const broker = `mqtt://127.0.0.1:${port}`;
			const send = run("send", "nightlight", '{"led_on":false}', "--broker", broker, ...CONFIG);
			expect(await send.exited).toBe(0);
			await up.heard({ source: "device", event: "led", on: false });
			expect(await up.end()).toBe(0);
		},
		30_000,
	);
});
