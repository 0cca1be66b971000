import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { Browser } from "./support.js";

const programs = new Programs();
const browsers: Browser[] = [];
afterEach(async () => {
	for (const browser of browsers.splice(0)) browser.close();
	await programs.endAll();
});

/** A device that keeps its readings and decides itself soon. */
const CONFIG = {
	reconnect: { initial: 50, maximum: 200 },
	telemetry: { interval: 100, qos: 1 },
	outbox: { policy: "keep" },
	fallback: { after: 0 },
};

it("the page shows readings that wait and a device that decides itself, and both end with the outage", async () => {
	const config = join(mkdtempSync(join(tmpdir(), "outage-")), "config.json");
	writeFileSync(config, JSON.stringify(CONFIG));
	const program = programs.add(
		new Nightlight(["up", "--port", "0", "--light", "900", "--config", config, "--json"]),
	);
	const { url } = await program.heard({ source: "page", event: "page" }, 0, 20_000);
	const browser = await Browser.open(Number(new URL(String(url)).port), "device=nightlight");
	browsers.push(browser);
	const turn = (on: boolean) => browser.act({ act: "fault", device: "nightlight", fault: "wifi-off", on });
	const pushed = () => browser.pushes.filter(({ type }) => type === "late");

	await expect.poll(() => browser.device?.link?.state).toBe("online");
	await turn(true);
	const begun = Date.now();
	await browser.act({ act: "light", device: "nightlight", value: 100 });
	await browser.sees({ led: true, fallback: "offline", decidedBy: "device" });
	await expect.poll(() => browser.device?.outbox?.pending, { timeout: 15_000 }).toBeGreaterThan(3);
	await turn(false);
	await browser.sees({ decidedBy: "server" });
	expect(browser.device).not.toHaveProperty("fallback");
	await expect.poll(() => browser.device?.outbox?.pending, { timeout: 15_000 }).toBe(0);
	await expect.poll(pushed, { timeout: 15_000 }).not.toEqual([]);
	for (const push of pushed())
		if (push.type === "late") expect(push.sample.t, JSON.stringify(push)).toBeGreaterThan(begun - 5000);
});
