import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { findings, keep, launch, moveSun, open, started } from "./browser.js";

const RULES = `
rules:
  floodlights:
    votes: [nightlight-1..3]
    median: {below: 300, hysteresis: 20}
    commands: nightlight-4
`;

const folder = mkdtempSync(join(tmpdir(), "nightlight-rules-"));
writeFileSync(join(folder, "rules.yaml"), RULES);

describe("a rule of many sensors, on the page", () => {
	const programs = new Programs();
	let browser: Browser;
	let url: string;
	beforeAll(async () => {
		browser = await launch();
		const words = ["--devices", "4", "--rule", join(folder, "rules.yaml"), "--light", "800"];
		({ url } = await started(programs, "up", ...words));
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	const dots = async (page: Page) => [
		await page.locator(".dots .yes").count(),
		await page.locator(".dots .not").count(),
	];

	it("shows each vote, the median and the decision: one covered sensor changes nothing, two do", async () => {
		const { page, wrong } = await open(browser, `${url}#all`);
		const says = () => page.locator(".rule > p").first().textContent();
		await expect.poll(says).toMatch(/^Off for \d+ s: the median of 3 is 800, not below 300\.$/);
		await expect.poll(() => dots(page)).toEqual([0, 3]);
		expect(await findings(page)).toEqual([]);

		const sensor = await open(browser, `${url}#device/nightlight-1`);
		await moveSun(sensor.page, 800, 100);
		await expect.poll(() => dots(page)).toEqual([1, 2]);
		expect(await says()).toMatch(/^Off for .*: the median of 3 is 800, not below 300\.$/);
		await expect
			.poll(() => sensor.page.locator(".sentence").textContent())
			.toMatch(/^Light is \d+, below 300: a vote in the rule floodlights; the LED is (on|off)\.$/);

		const other = await open(browser, `${url}#device/nightlight-2`);
		await moveSun(other.page, 800, 100);
		await expect.poll(says).toMatch(/^On for \d+ s: the median of 3 is \d+, below 320\.$/);
		expect(await page.locator(".rule .lamp.on").count()).toBe(1);
		await keep(page, "rules-1280-light");

		const mast = await open(browser, `${url}#device/nightlight-4`);
		await expect.poll(() => mast.page.locator(".led-value").textContent()).toBe("On");
		expect(await mast.page.locator(".read-led .why").textContent()).toBe("by the rule floodlights");
		expect(await mast.page.locator(".lanes").textContent()).toContain("rule floodlights");
		expect(await findings(mast.page)).toEqual([]);
		expect([wrong, sensor.wrong, other.wrong, mast.wrong].flat()).toEqual([]);
	});
});
