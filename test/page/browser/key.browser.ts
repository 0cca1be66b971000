import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../support/free-port.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { findings, keep, launch, open } from "./browser.js";

const KEY = "fkx-wqt-abm";

/** What the console says of an answer that is a refusal. */
const REFUSED = /status of 4(01|29)/;

describe("the page that asks for its key", () => {
	const programs = new Programs();
	let browser: Browser;
	let port: number;
	let program: Nightlight;
	const serve = async () => {
		const words = [
			"up",
			"--port",
			"0",
			"--page-host",
			"0.0.0.0",
			"--page-port",
			`${port}`,
			"--light",
			"120",
			"--json",
		];
		program = programs.add(new Nightlight(words, { env: { NIGHTLIGHT_PAGE_KEY: KEY } }));
		await program.heard({ source: "page", event: "page" }, 0, 30_000);
	};
	const url = () => `http://127.0.0.1:${port}/`;
	beforeAll(async () => {
		port = await freePort();
		[browser] = await Promise.all([launch(), serve()]);
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	const field = (page: Page) => page.getByLabel("Key");
	const led = (page: Page) => page.locator(".led-value");

	it.each([
		[1280, 900, "light"],
		[1280, 900, "dark"],
		[360, 780, "light"],
		[360, 780, "dark"],
	] as const)("has nothing that axe finds, at %d by %d, %s", async (width, height, colorScheme) => {
		const { page, wrong } = await open(browser, url(), { width, height, colorScheme });
		await field(page).waitFor();
		expect(await findings(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
		await keep(page, `key-${width}-${colorScheme}`);
		expect(wrong).toEqual([]);
		await page.keyboard.type("nightlight");
		await page.keyboard.press("Enter");
		await page.getByText("This is not the key").waitFor();
		expect(await findings(page)).toEqual([]);
		await keep(page, `key-wrong-${width}-${colorScheme}`);
		// The next test's wrong keys are not to be too many.
		await field(page).fill(KEY);
		await page.keyboard.press("Enter");
		await led(page).waitFor();
		await page.context().close();
	});

	it("is used with the keys alone, and then is the page, also in another tab and after loading it again", async () => {
		const { page, wrong } = await open(browser, url());
		await field(page).waitFor();
		expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
		await page.keyboard.type("fkx");
		await page.keyboard.press("Enter");
		const alert = page.getByRole("alert");
		await expect.poll(() => alert.textContent()).toBe("This is not the key");
		expect(await field(page).getAttribute("aria-invalid")).toBe("true");
		// What was typed is selected: the next try replaces it.
		await page.keyboard.type(" FKX wqt abm");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await expect.poll(() => led(page).textContent()).toBe("On");
		await page.reload();
		await expect.poll(() => led(page).textContent()).toBe("On");
		const other = await open(browser, url(), {}, page);
		await expect.poll(() => led(other.page).textContent()).toBe("On");
		expect(wrong.filter((line) => !REFUSED.test(line))).toEqual([]);
		expect(await page.evaluate(() => document.cookie)).toBe("");
		expect(page.url()).toBe(url());
		await page.context().close();
	});

	it("asks again when the service was started anew, and shows nothing of before", async () => {
		const { page } = await open(browser, url());
		await field(page).fill(KEY);
		await page.keyboard.press("Enter");
		await led(page).waitFor();
		await program.end();
		await serve();
		await field(page).waitFor({ timeout: 15_000 });
		expect(await led(page).count()).toBe(0);
		await field(page).fill(KEY);
		await page.keyboard.press("Enter");
		await led(page).waitFor();
		await page.context().close();
	});

	it("takes no key for a while after five wrong ones, and says so", async () => {
		const { page } = await open(browser, url(), { width: 360, height: 780 });
		for (let count = 0; count < 5; count++) {
			await field(page).fill(`wrong ${count}`);
			await Promise.all([page.waitForResponse(/api\/key/), page.keyboard.press("Enter")]);
		}
		await page.getByText(/^Too many wrong keys; try again in (30|29) s$/).waitFor();
		await keep(page, "key-pause-360-light");
		await page.context().close();
	});
});
