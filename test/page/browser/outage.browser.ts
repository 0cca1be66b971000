import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { findings, glow, keep, launch, moveSun, type Seen } from "./browser.js";
import { troublePage } from "./trouble-page.js";

/** A device that keeps its readings, and decides itself soon. */
const KEEPING = {
	reconnect: { initial: 50, maximum: 200 },
	telemetry: { interval: 500, qos: 1 },
	outbox: { policy: "keep", messages: 12 },
	fallback: { after: 1500 },
};

describe("an outage of a device that keeps its readings, in Chromium", () => {
	const programs = new Programs();
	let browser: Browser;
	let seen: Seen | undefined;
	beforeAll(async () => {
		browser = await launch();
	});
	afterEach(async () => {
		await seen?.page.context().close();
		await programs.endAll();
	});
	afterAll(() => browser.close());

	it("shows what waits, what is dropped, who decides, and what came late, on one screen", async () => {
		const { page, wrong, click, sentence, notes } = await troublePage(
			programs,
			browser,
			"Wi-Fi off",
			KEEPING,
		);
		seen = { page, wrong };
		const why = () => page.locator(".read-led .why").textContent();
		const waits = () => page.locator(".outbox").textContent();
		const tall = () => page.evaluate(() => document.documentElement.scrollHeight);
		await click(true);
		await moveSun(page, 800, 120);
		await expect.poll(() => glow(page)).toBe(1);
		await expect.poll(why).toBe("by device: offline");
		await expect
			.poll(sentence)
			.toMatch(
				/^Wi-Fi is off: light is 1\d\d, \d+ readings wait, and the device decides itself: the LED is on\.$/,
			);
		await expect.poll(waits).toMatch(/^12 waiting, \d+ dropped$/);
		expect(await tall()).toBe(900);
		expect(await findings(page)).toEqual([]);
		await keep(page, "outage-1280-light");
		await click(false);
		await expect.poll(waits).toMatch(/^\d+ dropped$/);
		await expect.poll(why).toMatch(/^by server: 1\d\d < 300$/);
		await expect.poll(() => page.locator(".plot .late").count()).toBeGreaterThan(3);
		await expect.poll(() => page.locator(".chart .at").textContent()).toBe(" late");
		expect(await page.locator(".plot").getAttribute("aria-label")).toMatch(/ \d+ readings came late\.$/);
		await page.getByLabel("Command").fill('{"sample": true, "id": "a1"}');
		await page.getByRole("button", { name: "Send" }).click();
		await expect
			.poll(notes)
			.toEqual(
				expect.arrayContaining([
					"the device decides itself: it is offline",
					"LED on, by the device",
					"a command came: the device no longer decides itself",
					expect.stringMatching(/^answered "a1": 200 \{"light":1\d\d\}$/),
				]),
			);
		expect(await findings(page)).toEqual([]);
		await keep(page, "outage-over-1280-light");
		expect(wrong).toEqual([]);
	});
});
