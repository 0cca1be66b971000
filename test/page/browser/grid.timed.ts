import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { findings, glow, keep, launch, open, share, started } from "./browser.js";

describe("the grid of many devices", () => {
	const programs = new Programs();
	let browser: Browser;
	beforeAll(async () => {
		browser = await launch();
	});
	afterEach(() => programs.endAll());
	afterAll(() => browser.close());

	it("draws those in view of 500, scrolls smoothly, and opens into one that obeys", async () => {
		const { url } = await started(programs, "up", "--devices", "500");
		const { page, wrong } = await open(browser, url);
		const cards = page.locator(".card");
		await cards.first().waitFor();
		expect(await page.getByRole("heading", { name: "500 devices" }).count()).toBe(1);
		await expect.poll(() => page.locator(".card.off").count()).toBe(0);
		expect(await cards.count()).toBeLessThan(80);
		await keep(page, "grid-500-1280-light");

		const gaps = await page.evaluate(scrollDown);
		gaps.sort((one, other) => one - other);
		const p95 = gaps[Math.floor(gaps.length * 0.95)] ?? 0;
		process.stdout.write(`scrolling: p95 of ${gaps.length} frames ${Math.round(p95)} ms\n`);
		expect(p95).toBeLessThanOrEqual(50 * share());
		const last = page.locator(".card", { hasText: "nightlight-500" });
		await last.waitFor();
		expect(await cards.count()).toBeLessThan(80);
		expect(await findings(page)).toEqual([]);

		await last.click();
		await page.getByRole("button", { name: "On", exact: true }).click();
		await expect.poll(() => glow(page)).toBe(1);
		await page.getByRole("button", { name: "Off", exact: true }).click();
		await expect.poll(() => glow(page)).toBe(0);
		expect(await page.locator(".lanes .mono").first().textContent()).toBe("nightlight-500");
		await page.getByRole("link", { name: "All 500" }).click();
		await cards.first().waitFor();
		expect(wrong).toEqual([]);
	});

	it("shows which devices are in trouble, alone", async () => {
		const { url } = await started(programs, "up", "--devices", "6");
		const { page, wrong } = await open(browser, `${url}#device/nightlight-4`);
		await page.getByRole("switch", { name: "Wi-Fi off" }).click();
		await page.getByRole("link", { name: "All 6" }).click();
		await page.getByRole("button", { name: "Trouble" }).click();
		await expect.poll(() => page.locator(".card").count()).toBe(1);
		expect(await page.locator(".card").textContent()).toContain("nightlight-4");
		await keep(page, "grid-trouble-1280-light");
		expect(wrong).toEqual([]);
	});
});

/** Runs in the page: scrolls to its end within three seconds, and measures the milliseconds between frames. */
async function scrollDown(): Promise<number[]> {
	const gaps: number[] = [];
	const begin = performance.now();
	let last = begin;
	while (last - begin < 3000) {
		await new Promise(requestAnimationFrame);
		const now = performance.now();
		gaps.push(now - last);
		last = now;
		scrollTo(0, ((now - begin) / 2800) * document.documentElement.scrollHeight);
	}
	return gaps;
}
