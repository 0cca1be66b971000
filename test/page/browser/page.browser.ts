import { connectAsync } from "mqtt";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Push } from "../../../host-sim/web/protocol.js";
import { freePort } from "../../support/free-port.js";
import { Programs } from "../../support/processes.js";
import { deviceWith } from "../views.js";
import { colour, findings, glow, keep, launch, moveSun, open, type Seen, started } from "./browser.js";

const MARKUP = "<img src=x onerror=alert(1)>";

describe("the page in Chromium", () => {
	const programs = new Programs();
	let browser: Browser;
	let seen: Seen[] = [];
	const look = async (...words: Parameters<typeof open>): Promise<Seen> => {
		const one = await open(...words);
		seen.push(one);
		await one.page.locator(".led-value").waitFor();
		return one;
	};
	beforeAll(async () => {
		browser = await launch();
	});
	beforeEach(() => {
		seen = [];
	});
	afterEach(async () => {
		for (const { page } of seen) await page.context().close();
		await programs.endAll();
	});
	afterAll(() => browser.close());

	it("lets a hand on the sun light the LED, through the broker and the server", async () => {
		const { url, program } = await started(programs, "up", "--light", "800");
		const { page, wrong } = await look(browser, url);
		await expect
			.poll(() => page.locator(".sentence").textContent())
			.toBe("Light is 800, above 300: the LED is off.");
		expect(await glow(page)).toBe(0);
		const box = await page.locator(".scene").boundingBox();
		const lamp = { x: (box?.x ?? 0) + 632, y: (box?.y ?? 0) + 372, width: 16, height: 16 };
		const before = await colour(page, lamp);
		const line = await page.locator(".plot .line").getAttribute("d");
		await keep(page, "day-1280-light");

		await moveSun(page, 800, 120);
		await expect.poll(() => glow(page)).toBe(1);
		await program.heard({ source: "device", event: "led", on: true });
		await expect.poll(() => page.locator(".led-value").textContent()).toBe("On");
		await expect
			.poll(() => page.locator(".sentence").textContent())
			.toMatch(/^Light is 1\d\d, below 300: the LED is on\.$/);
		const [red = 0, green = 0, blue = 0] = await colour(page, lamp);
		expect(red, `${before} became ${[red, green, blue]}`).toBeGreaterThan(blue + 60);
		await expect.poll(() => page.locator(".plot .line").getAttribute("d")).not.toBe(line);
		await expect.poll(() => page.locator(".plot .wash").count()).toBeGreaterThan(0);
		await keep(page, "night-1280-light");

		await page.locator(".light-slider").press("End");
		await expect.poll(() => page.locator(".light-value").textContent()).toBe("1023");
		await expect.poll(() => glow(page)).toBe(0);
		expect(wrong).toEqual([]);
	});

	it("shows that a malformed command is refused, and why", async () => {
		const { url } = await started(programs, "up", "--light", "800");
		const { page, wrong } = await look(browser, url);
		await page.getByLabel("Command").fill('{"led_on": "yes"}');
		await page.getByRole("button", { name: "Send" }).click();
		const refused = page.locator("button.p.no");
		await refused.first().waitFor();
		expect(await refused.first().textContent()).toContain(
			'PUBLISH commands from broker to device{"led_on": "yes"}',
		);
		expect(await page.locator(".note.bad").first().textContent()).toMatch(/^refused: .*led_on/);
		await refused.first().press("Enter");
		await expect.poll(() => refused.first().getAttribute("aria-expanded")).toBe("true");
		expect(await page.locator(".details").textContent()).toContain("nightlight/commands");
		await keep(page, "refused-1280-light");
		expect(wrong).toEqual([]);
	});

	it("holds the LED for a person, in two tabs", async () => {
		const { url } = await started(programs, "up", "--light", "800");
		const one = await look(browser, url);
		const other = await look(browser, url, {}, one.page);
		await one.page.getByRole("button", { name: "On", exact: true }).click();
		for (const { page } of [one, other]) {
			await expect.poll(() => glow(page)).toBe(1);
			await expect
				.poll(() => page.locator(".read-led .why").textContent())
				.toMatch(/^by hand, for (60|59) min$/);
		}
		await other.page.getByRole("button", { name: "Auto" }).click();
		await expect.poll(() => glow(one.page)).toBe(0);
		await expect.poll(() => one.page.locator(".read-led .why").textContent()).toBe("by server: 800 ≥ 300");
		expect([...one.wrong, ...other.wrong]).toEqual([]);
	});

	it("recovers by itself when the server restarts under it", async () => {
		const port = String(await freePort());
		const first = await started(programs, "up", "--light", "800", "--page-port", port);
		const { page } = await look(browser, first.url);
		await first.program.end();
		const notice = page.getByText("The page has lost its server; trying again");
		await notice.waitFor();
		await keep(page, "lost-1280-light");
		await started(programs, "up", "--light", "100", "--page-port", port);
		await notice.waitFor({ state: "detached" });
		await expect.poll(() => page.locator(".light-value").textContent()).toBe("100");
		await expect.poll(() => glow(page)).toBe(1);
		await page.getByRole("button", { name: "Off", exact: true }).click();
		await expect.poll(() => glow(page)).toBe(0);
	});

	it("shows devices of other programs, and has no sun to move for them", async () => {
		const broker = await started(programs, "up", "--light", "800");
		const { port } = await broker.program.heard({ source: "broker", event: "listening" });
		const address = `mqtt://127.0.0.1:${port}`;
		const { url } = await started(programs, "server", "--id", "+", "--page", "--broker", address);
		const client = await connectAsync(address);
		await client.publishAsync(`attic/telemetry`, '{"light": 455}', { qos: 1 });
		await client.endAsync();

		const { page, wrong } = await open(browser, `${url}#all`, { colorScheme: "dark" });
		seen.push({ page, wrong });
		const card = page.locator(".card", { hasText: "attic" });
		await card.waitFor();
		await expect.poll(() => page.locator(".card").count()).toBe(2);
		expect(await findings(page)).toEqual([]);
		await keep(page, "grid-1280-dark");
		await card.click();
		await expect.poll(() => page.locator(".light-value").textContent()).toBe("455");
		expect(await page.locator(".bar .id").textContent()).toBe("attic");
		expect(await page.locator(".lanes .mono").textContent()).toBe("attic");
		expect(await page.locator(".light-slider").count()).toBe(0);
		expect(await page.getByText("only what the server sees").count()).toBe(1);
		await keep(page, "remote-1280-dark");

		await page.getByRole("link", { name: /^All/ }).click();
		await page.locator(".card", { hasText: "nightlight" }).click();
		await expect.poll(() => page.locator(".light-value").textContent()).toBe("800");
		expect(wrong).toEqual([]);
	});

	it("takes everything it is told as text", async () => {
		const { url } = await started(programs, "up", "--light", "800");
		const one = await look(browser, url);
		await one.page.getByLabel("Command").fill(MARKUP);
		await one.page.getByRole("button", { name: "Send" }).click();
		await one.page.locator("button.p.no", { hasText: MARKUP }).waitFor();
		expect(await one.page.locator("img").count()).toBe(0);
		expect(one.wrong).toEqual([]);

		// The service lets no such id in; the page does not rely on that.
		const other = await browser.newContext();
		await other.route("**/api/stream?*", async (route) => {
			const body = `data: ${JSON.stringify(helloOf(MARKUP, route.request().url()))}\n\n`;
			await route.fulfill({ contentType: "text/event-stream", body });
		});
		const page = await other.newPage();
		await page.goto(url);
		await expect.poll(() => page.locator(".bar .id").textContent()).toBe(MARKUP);
		await expect.poll(() => page.locator(".lanes .mono").textContent()).toBe(MARKUP);
		expect(await page.title()).toBe(`Nightlight: ${MARKUP}`);
		expect(await page.locator("img").count()).toBe(0);
		await other.close();
	});
});

/** What the service would say of a device with this id. */
function helloOf(id: string, url: string): Push {
	const device = deviceWith({ id });
	return {
		...{ type: "hello", version: 1, broker: id, ownBroker: true, count: 1, now: Date.now() },
		rule: { threshold: 300, hysteresis: 0 },
		server: { state: "online", since: 0, reason: id },
		...(url.includes("?all") ? { all: [{ id, trouble: false }] } : { device }),
	};
}
