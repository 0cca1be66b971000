import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { findings, glow, keep, launch, open, started } from "./browser.js";

describe("the page, to everyone", () => {
	const programs = new Programs();
	let browser: Browser;
	let url: string;
	beforeAll(async () => {
		browser = await launch();
		({ url } = await started(programs, "up", "--light", "120"));
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	it.each([
		[1280, 900, "light"],
		[1280, 900, "dark"],
		[768, 1024, "light"],
		[360, 780, "dark"],
		[360, 780, "light"],
	] as const)("has nothing that axe finds, at %d by %d, %s", async (width, height, colorScheme) => {
		const { page, wrong } = await open(browser, url, { width, height, colorScheme });
		await expect.poll(() => page.locator(".led-value").textContent()).toBe("On");
		await expect.poll(() => glow(page)).toBe(1);
		expect(await findings(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
		await keep(page, `night-${width}-${colorScheme}`, width < 1280);
		expect(wrong).toEqual([]);
		await page.context().close();
	});

	it("moves nothing for who wants no motion", async () => {
		const context = await browser.newContext({ reducedMotion: "reduce" });
		const page = await context.newPage();
		await page.goto(url);
		await page.locator(".led-value").waitFor();
		const moving = await page.evaluate(
			() =>
				[...document.querySelectorAll("*")]
					.map((element) => getComputedStyle(element))
					.filter(
						({ animationName, transitionDuration }) =>
							animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration),
					).length,
		);
		expect(moving).toBe(0);
		// It is told all the same, and at once: nothing is half lit.
		await expect.poll(() => glow(page)).toBe(1);
		await page.evaluate(recordGlow);
		await page.locator(".light-slider").press("End");
		await expect.poll(() => page.locator(".led-value").textContent()).toBe("Off");
		await expect.poll(() => page.evaluate(() => document.documentElement.dataset.glow)).toBe("1 0");
		await context.close();
	});
});

/** Runs in the page: writes down each degree to which the drawing's LED glows, frame by frame. */
function recordGlow(): void {
	const led = document.querySelector(".scene .led");
	const degrees: string[] = [];
	const look = (): void => {
		if (led === null) return;
		const { opacity } = getComputedStyle(led);
		if (degrees.at(-1) !== opacity) degrees.push(opacity);
		document.documentElement.dataset.glow = degrees.join(" ");
		requestAnimationFrame(look);
	};
	look();
}
