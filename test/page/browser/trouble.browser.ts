import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { glow, keep, launch, moveSun, open, type Seen, started } from "./browser.js";

describe("trouble at a click, in Chromium", () => {
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

	/** `nightlight up`, and the switch of a fault on its page. */
	async function look(fault: string) {
		const { url } = await started(programs, "up", "--light", "800");
		seen = await open(browser, url);
		const { page, wrong } = seen;
		const wanted = page.getByRole("switch", { name: fault });
		await wanted.waitFor();
		const click = async (isOn: boolean) => {
			await wanted.click();
			await expect.poll(() => wanted.getAttribute("aria-checked")).toBe(`${isOn}`);
		};
		const sentence = () => page.locator(".sentence").textContent();
		await expect.poll(sentence).toMatch(/^Light is 800, above 300/);
		return { page, wrong, click, sentence };
	}

	it("cuts Wi-Fi and puts it back: the link says so, and the server believes what was", async () => {
		const { page, wrong, click, sentence } = await look("Wi-Fi off");
		await click(true);
		await page.getByText("Wi-Fi is off", { exact: false }).first().waitFor();
		await moveSun(page, 800, 120);
		await expect
			.poll(sentence)
			.toMatch(/^Wi-Fi is off: light is 1\d\d, but the server still believes that light is 800\.$/);
		expect(await glow(page)).toBe(0);
		await keep(page, "wifi-off-1280-light");
		await click(false);
		await expect.poll(() => glow(page)).toBe(1);
		await expect.poll(sentence).toMatch(/^Light is 1\d\d, below 300: the LED is on\.$/);
		await keep(page, "wifi-back-1280-light");
		expect(wrong).toEqual([]);
	});

	it("cuts the power: the LED is dark, and all is well when it is back", async () => {
		const { page, wrong, click, sentence } = await look("Power cut");
		await moveSun(page, 800, 120);
		await expect.poll(() => glow(page)).toBe(1);
		await click(true);
		await expect.poll(() => glow(page)).toBe(0);
		await expect.poll(sentence).toMatch(/^The device has no power: the LED is dark/);
		await keep(page, "power-cut-1280-light");
		await click(false);
		await expect.poll(() => glow(page)).toBe(1);
		expect(wrong).toEqual([]);
	});
});
