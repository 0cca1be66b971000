import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { findings, keep, type Looks, launch, open, started } from "./browser.js";

describe("a device of an Azure IoT Hub, on the page", () => {
	const programs = new Programs();
	const out = mkdtempSync(join(tmpdir(), "hub-page-"));
	let browser: Browser;
	let url: string;
	beforeAll(async () => {
		browser = await launch();
		const hub = programs.add(
			new Nightlight(["hub", "--port", "0", "--https-port", "0", "--out", out, "--json"]),
		);
		await hub.heard({ event: "identity" });
		const words = ["--azure", join(out, "nightlight.connection"), "--ca", join(out, "ca.pem")];
		({ url } = await started(programs, "up", ...words, "--light", "262"));
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	/** `nightlight hub WORDS`, until it ends. */
	const hub = async (...words: readonly string[]) =>
		expect(await programs.add(new Nightlight(["hub", ...words, "--out", out])).exited).toBe(0);

	const seen = async (looks: Looks = {}) => {
		const { page, wrong } = await open(browser, url, looks);
		const text = (selector: string) => page.locator(selector).textContent();
		return { page, wrong, text };
	};

	/** The cells of a property: its name, what is desired, what is reported. */
	const property = (page: Page, name: string) =>
		page.locator(".twin tbody tr", { hasText: name }).locator("th, td").allTextContents();

	it("shows packets between two lanes, in words, with the property bag in the details", async () => {
		const { page, wrong, text } = await seen();
		await expect
			.poll(() => text(".sentence"))
			.toBe("Light is 262, below 300 (lightAlert=true), and the LED is off.");
		expect(await text(".lanes")).toMatch(/^DevicenightlightHublocalhost:\d+$/);
		expect(await text(".links .server")).toMatch(/^Hubheard 262/);
		expect(await page.locator(".send, .read-led .seg, .ladder .lane2").count()).toBe(0);
		expect(await page.locator("body").textContent()).not.toMatch(/broker|server/i);

		const telemetry = page.locator("button.p", { hasText: "telemetry lightAlert=true" }).first();
		await telemetry.click();
		const details = await page.locator(".details").innerText();
		for (const line of ["$.ct=application/json", "$.ce=utf-8", "lightAlert=true"])
			expect(details.split("\n")).toContain(line);
		expect(wrong).toEqual([]);
	});

	it("shows a method call and its answer, and the twin with what was refused", async () => {
		const { page, wrong, text } = await seen();
		await hub("invoke", "nightlight", "setLed", "true");
		await expect.poll(() => text(".led-value")).toBe("On");
		await expect.poll(() => text(".read-led .why")).toBe("by the hub");
		const rungs = () => page.locator("button.p .k").allTextContents();
		await expect
			.poll(rungs)
			.toEqual(
				expect.arrayContaining([
					"PUBLISH method setLed (1) from hub to device",
					"PUBLISH method setLed: 200 (1) from device to hub",
				]),
			);
		await expect.poll(() => property(page, "led")).toEqual(["led", "", '{"on":true,"decidedBy":"server"}']);

		await hub("twin", "nightlight", '{"telemetryInterval":5000,"threshold":"dark"}');
		await expect
			.poll(() => property(page, "telemetryInterval"))
			.toEqual(["telemetryInterval", "5000", "5000accepted, 200 for version 2"]);
		const [, desired, reported] = await property(page, "threshold");
		expect(desired).toBe('"dark"');
		expect(reported).toMatch(/^"dark"refused, 400 for version 2: .*wants a whole number/);
		expect(await text(".twin thead")).toMatch(/^TwinDesired version 2Reported version \d+$/);

		await hub("twin", "nightlight", '{"threshold":200}');
		await expect.poll(() => text(".sentence")).toMatch(/^Light is 262, above 200 \(lightAlert=false\)/);
		await hub("send", "nightlight", '{"led_on":false}', "--property", "a=b");
		await expect.poll(rungs).toContain("PUBLISH message a=b from hub to device");
		await expect.poll(() => text(".led-value")).toBe("Off");
		expect(wrong).toEqual([]);
	});

	it("has its trouble as at a broker", async () => {
		const { page, text, wrong } = await seen();
		await hub("twin", "nightlight", '{"threshold":200,"telemetryInterval":5000}');
		await expect.poll(() => text(".sentence")).toMatch(/above 200/);
		await page.getByRole("switch", { name: "Wi-Fi off" }).click();
		await expect.poll(() => text(".sentence")).toMatch(/^Wi-Fi is off: .*the hub/);
		await page.getByRole("switch", { name: "Wi-Fi off" }).click();
		await expect.poll(() => text(".links .link .chip"), { timeout: 30_000 }).toBe("Online");
		expect(await page.getByRole("switch").count()).toBe(5);

		await page.getByRole("switch", { name: "Half-open" }).click();
		const lost = () => page.locator("button.p.lost .k").allTextContents();
		await expect.poll(lost).toContain("PUBLISH telemetry lightAlert=false from device to hub, lost");
		await page.getByRole("switch", { name: "Half-open" }).click();

		// Without power it forgets what it was told, and learns it again of the hub.
		const power = page.getByRole("switch", { name: "Power cut" });
		await power.click();
		await expect.poll(() => text(".sentence")).toMatch(/^The device has no power/);
		expect(await property(page, "telemetryInterval")).toEqual(expect.arrayContaining(["5000"]));
		await power.click();
		await expect.poll(() => text(".links .link .chip"), { timeout: 30_000 }).toBe("Online");
		await expect.poll(() => text(".sentence")).toMatch(/^Light is 262, above 200 \(lightAlert=false\)/);
		expect(wrong).toEqual([]);
	});

	it.each([
		[1280, 900, "light"],
		[1280, 900, "dark"],
		[360, 780, "light"],
		[360, 780, "dark"],
	] as const)("has nothing that axe finds, at %d by %d, %s", async (width, height, colorScheme) => {
		const { page, wrong } = await seen({ width, height, colorScheme });
		await hub("twin", "nightlight", '{"threshold":"dark"}');
		await page.locator(".twin td.no").waitFor();
		expect(await findings(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
		await page.locator("button.p", { hasText: "telemetry" }).last().click();
		await keep(page, `hub-${width}-${colorScheme}`, width < 1280);
		if (width >= 1280) expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height);
		expect(wrong).toEqual([]);
		await page.context().close();
	});
});
