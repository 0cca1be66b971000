import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { glow, launch, open, type Seen, started } from "./browser.js";

/** Where the tab key stops, in order; the ladder's list of packets is one stop. */
const STOPS = ["Day", "By hand", "Auto", "On", "Off", "Light, 0 to 1023", "1 min", "Pause", "ladder", "Send"];

describe("the page, with the keys alone", () => {
	const programs = new Programs();
	let browser: Browser;
	let seen: Seen;
	beforeAll(async () => {
		browser = await launch();
	});
	beforeEach(async () => {
		const { url } = await started(programs, "up", "--light", "800");
		seen = await open(browser, url);
		await expect.poll(() => seen.page.locator(".led-value").textContent()).toBe("Off");
	});
	afterEach(async () => {
		expect(seen.wrong).toEqual([]);
		await seen.page.context().close();
		await programs.endAll();
	});
	afterAll(() => browser.close());

	it("has each control once on the way of the tab key", async () => {
		const stops: string[] = [];
		for (let stop = ""; stop !== "end" && stops.length < 60; stops.push(stop)) {
			await seen.page.keyboard.press("Tab");
			stop = await seen.page.evaluate(stopAt);
		}
		for (const wanted of [...STOPS, "end"]) expect(stops.filter((stop) => stop === wanted)).toHaveLength(1);
		const order = stops.filter((stop) => STOPS.includes(stop));
		expect(order.indexOf("Light, 0 to 1023")).toBeLessThan(order.indexOf("ladder"));
		expect(order.indexOf("Pause")).toBeLessThan(order.indexOf("ladder"));
	});

	it("moves the sun by the arrows, and the LED follows", async () => {
		const { page } = seen;
		await tabTo(page, "Light, 0 to 1023");
		await page.keyboard.press("Home");
		await expect.poll(() => glow(page)).toBe(1);
		for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowUp");
		await expect.poll(() => page.locator(".light-value").textContent()).toBe("3");
		await page.keyboard.press("ArrowDown");
		await expect
			.poll(() => page.locator(".sentence").textContent())
			.toBe("Light is 2, below 300: the LED is on.");
		await expect
			.poll(() => page.locator(".light-slider").getAttribute("aria-valuetext"))
			.toBe("2, below the threshold 300");
		await page.keyboard.press("End");
		await expect.poll(() => glow(page)).toBe(0);
	});

	it("opens a packet by Enter, goes on to the one before by an arrow, and closes it again", async () => {
		const { page } = seen;
		// Nothing comes in between.
		await tabTo(page, "Pause");
		await page.keyboard.press("Enter");
		await tabTo(page, "ladder");
		const expanded = () => page.evaluate(() => document.activeElement?.getAttribute("aria-expanded"));
		await page.keyboard.press("Enter");
		await expect.poll(expanded).toBe("true");
		await expect.poll(() => page.locator(".details").count()).toBe(1);
		expect(await page.locator(".details dt").allTextContents()).toEqual(
			expect.arrayContaining(["time", "length", "bytes"]),
		);
		await page.keyboard.press("ArrowUp");
		await expect.poll(expanded).toBe("false");
		await page.keyboard.press("Enter");
		await expect.poll(() => page.locator(".details").count()).toBe(2);
		await page.keyboard.press("Enter");
		await expect.poll(() => page.locator(".details").count()).toBe(1);
	});

	it("switches trouble and holds the LED by Space", async () => {
		const { page } = seen;
		await tabTo(page, "On");
		await page.keyboard.press("Space");
		await expect.poll(() => glow(page)).toBe(1);
		await tabTo(page, "Wi-Fi off");
		await page.keyboard.press("Space");
		await expect.poll(() => page.locator(".sentence").textContent()).toMatch(/^Wi-Fi is off/);
	});
});

/** Presses the tab key until it stops at a control. @throws Error when that does not come */
async function tabTo(page: Page, name: string): Promise<void> {
	for (let press = 0; press < 40; press++) {
		await page.keyboard.press("Tab");
		if ((await page.evaluate(stopAt)) === name) return;
	}
	throw new Error(`the tab key does not come to ${name}`);
}

/** Runs in the page: the name of the control that has the focus; `end` behind the last one. */
function stopAt(): string {
	const element = document.activeElement;
	if (element === document.body) return "end";
	if (element?.matches(".run *")) return "ladder";
	return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
}
