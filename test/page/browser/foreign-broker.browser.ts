import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Mosquitto } from "../../support/mosquitto.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { describeWith, mosquitto } from "../../support/requires.js";
import { glow, keep, launch, open, started } from "./browser.js";

describeWith([mosquitto], "a device at Mosquitto, on the server's page", () => {
	const programs = new Programs();
	let browser: Browser;
	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	it("is seen by its messages, obeys a person's hand, and is offline when it dies", async () => {
		const broker = await Mosquitto.start(programs);
		const words = ["--broker", broker.url, "--id", "lamp"];
		const { url } = await started(programs, "server", ...words, "--page");
		const device = programs.add(new Nightlight(["device", ...words, "--light", "800", "--json"]));
		const { page, wrong } = await open(browser, url);
		const text = (selector: string) => page.locator(selector).textContent();
		await expect.poll(() => text(".light-value")).toBe("800");
		await expect.poll(() => text(".led-value")).toBe("Off");
		expect(await text(".bar .id")).toBe("lamp");
		expect(await text(".bar .kind")).toBe("on the broker");
		expect(await page.locator(".light-slider, .trouble").count()).toBe(0);

		expect(await text(".ladder .rate")).toBe("only what the server sees");
		expect(await text(".lanes .lane1")).toBe(`Broker127.0.0.1:${broker.port}`);
		const arrows = page.locator(".ladder .sr");
		await expect.poll(() => arrows.allTextContents()).toContain(" from broker to server");
		expect((await arrows.allTextContents()).filter((arrow) => arrow.includes("device"))).toEqual([]);

		await page.getByRole("button", { name: "On", exact: true }).click();
		await device.heard({ event: "led", on: true });
		await expect.poll(() => glow(page)).toBe(1);
		await expect.poll(() => arrows.allTextContents()).toContain(" from server to broker");
		await expect.poll(() => text(".sentence")).toMatch(/^Light is 800: a person holds the LED on for/);
		await keep(page, "mosquitto-1280-light");

		await device.end("SIGKILL");
		await expect.poll(() => text(".sentence")).toMatch(/^The device is offline/);
		expect(wrong).toEqual([]);
	});
});
