import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { launch, open, started } from "./browser.js";

describe("the ladder", () => {
	const programs = new Programs();
	let browser: Browser;
	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	it("keeps a packet open when another one is opened in the same moment", async () => {
		const { url } = await started(programs, "up", "--light", "800");
		const { page, wrong } = await open(browser, url);
		await page.locator("button.p").nth(2).waitFor();
		// Without the focus that a mouse would give, which draws the line anew.
		await page.evaluate(() => {
			for (const button of [...document.querySelectorAll<HTMLElement>("button.p")].slice(0, 2))
				button.click();
		});
		await expect.poll(() => page.locator(".details").count()).toBe(2);
		expect(wrong).toEqual([]);
	});
});
