import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { glow, keep, launch, moveSun, type Seen, share } from "./browser.js";
import { type TroublePage, troublePage } from "./trouble-page.js";

/** A device that keeps what it sends, and gives a connection up soon. */
const IMPATIENT = {
	mqtt: { responseTimeout: 2500, cleanSession: false },
	reconnect: { initial: 50, maximum: 200 },
	telemetry: { interval: 500, qos: 1 },
};

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

	const look = async (fault: string, config: object = {}): Promise<TroublePage> => {
		const page = await troublePage(programs, browser, fault, config);
		seen = page;
		return page;
	};

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

	it("stops the broker: server and device are away, and come back with it", async () => {
		const { page, wrong, click, sentence, notes } = await look("Broker down", IMPATIENT);
		await click(true);
		await expect.poll(notes).toContain("broker down");
		await moveSun(page, 800, 120);
		await expect
			.poll(sentence)
			.toMatch(/^The broker is down: light is 1\d\d, but the server still believes that light is 800\.$/);
		await expect.poll(async () => (await notes()).join()).toMatch(/refused/);
		expect(await glow(page)).toBe(0);
		await keep(page, "broker-down-1280-light");
		await click(false);
		await expect.poll(notes).toContain("broker up again");
		await expect.poll(() => glow(page)).toBe(1);
		await expect.poll(sentence).toMatch(/^Light is 1\d\d, below 300: the LED is on\.$/);
		expect(wrong).toEqual([]);
	});

	it("lets packets vanish: they are dashed, the device notices late, and connects again", async () => {
		const { page, wrong, click, sentence, notes, lost } = await look("Half-open", IMPATIENT);
		await click(true);
		await expect.poll(notes).toContain("packets vanish from now on");
		await moveSun(page, 800, 120);
		await expect
			.poll(lost)
			.toContainEqual(expect.stringMatching(/^PUBLISH telemetry from device to broker, lost$/));
		await expect
			.poll(sentence)
			.toMatch(/^Packets vanish.*: light is 1\d\d, but the server still believes that light is 800\.$/);
		await expect.poll(sentence).toMatch(/^Packets vanish, and the device has given the connection up/);
		await expect.poll(async () => (await notes()).join()).toMatch(/no PUBACK/);
		expect(await glow(page)).toBe(0);
		await keep(page, "half-open-1280-light");
		await click(false);
		await expect.poll(notes).toContain("new connections get through again");
		await expect.poll(() => glow(page)).toBe(1);
		expect(wrong).toEqual([]);
	});

	it("delays packets: the LED follows, late", async () => {
		const { page, wrong, click, sentence, notes } = await look("Latency");
		await click(true);
		await expect.poll(notes).toContain("each packet comes late");
		const begin = performance.now();
		await moveSun(page, 800, 120);
		await expect
			.poll(sentence)
			.toMatch(/^Every packet is late: light is 1\d\d, but the server still believes/);
		await expect.poll(() => glow(page), { interval: 20 }).toBe(1);
		// 800 ms from the device to the broker, and as many back.
		expect(performance.now() - begin).toBeGreaterThan(1600);
		await expect
			.poll(sentence)
			.toMatch(/^Every packet is late: light is 1\d\d, the LED is on, and the server knows it/);
		await click(false);
		await expect.poll(notes).toContain("packets come in time again");
		const again = performance.now();
		await page.locator(".light-slider").press("End");
		await expect.poll(() => glow(page), { interval: 20 }).toBe(0);
		expect(performance.now() - again).toBeLessThan(1600 * share());
		expect(wrong).toEqual([]);
	});

	it("fills the storage: the device says so once, and goes on", async () => {
		const { page, wrong, click, sentence, notes } = await look("Storage full", IMPATIENT);
		const failures = async () =>
			(await notes()).filter((note) => /^storage failed: .*no space left/.test(note));
		await click(true);
		await expect.poll(notes).toContain("storage full");
		await expect.poll(failures).toHaveLength(1);
		await moveSun(page, 800, 120);
		await expect.poll(() => glow(page)).toBe(1);
		await expect
			.poll(sentence)
			.toBe("The storage is full: the device goes on, the LED is on, and what it cannot send may be lost.");
		await keep(page, "storage-full-1280-light");
		expect(await failures()).toHaveLength(1);
		await click(false);
		await expect.poll(notes).toContain("storage has room again");
		await expect.poll(sentence).toMatch(/^Light is 1\d\d, below 300: the LED is on\.$/);
		expect(wrong).toEqual([]);
	});
});
