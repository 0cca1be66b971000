import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { launch, open, share, started } from "./browser.js";

/** Milliseconds from the navigation to a slider that can be moved, and bytes to the first paint, compressed. */
const SOON = 1000;
const SMALL = 120 * 1024;

const LOADS = 5;

describe("opening the page", () => {
	const programs = new Programs();
	let browser: Browser;
	let url: string;
	beforeAll(async () => {
		browser = await launch();
		({ url } = await started(programs, "up", "--light", "800"));
		// The service bundles the page at its first start.
		await (await open(browser, url)).page.locator(".light-slider").waitFor();
	});
	afterAll(async () => {
		await browser.close();
		await programs.endAll();
	});

	it(`takes at most ${SOON} ms until the slider can be moved`, async () => {
		const times: number[] = [];
		for (let load = 0; load < LOADS; load++) {
			// A context of its own has nothing in its cache.
			const context = await browser.newContext();
			const page = await context.newPage();
			await page.addInitScript(noteSlider);
			await page.goto(url);
			times.push(Number(await (await page.waitForFunction(sliderTime)).jsonValue()));
			await context.close();
		}
		const median = times.sort((one, other) => one - other)[Math.floor(LOADS / 2)] ?? Number.NaN;
		process.stdout.write(`interactive after ${times.map(Math.round).join(", ")} ms\n`);
		expect(median).toBeLessThanOrEqual(SOON * share());
	});

	it("takes few bytes, all of them ours, and no console line", async () => {
		const { page, wrong } = await open(browser, url);
		await page.locator(".light-slider").waitFor();
		const sizes = new Map<string, number>();
		page.on("response", async (response) => {
			const { pathname } = new URL(response.url());
			if (!pathname.startsWith("/api/")) sizes.set(pathname, gzipSync(await response.body()).length);
		});
		await page.reload({ waitUntil: "load" });
		await page.locator(".light-slider").waitFor();
		await expect
			.poll(() => [...sizes.keys()])
			.toEqual(expect.arrayContaining(["/", "/page.css", "/page.js"]));
		const sum = [...sizes.values()].reduce((one, other) => one + other);
		process.stdout.write(`${sum} bytes compressed: ${JSON.stringify(Object.fromEntries(sizes))}\n`);
		expect(sum).toBeLessThanOrEqual(SMALL);
		expect(wrong).toEqual([]);
	});
});

/** Runs in the page before its own scripts: notes when there is a slider that takes a hand. */
function noteSlider(): void {
	new MutationObserver((_, observer) => {
		const slider = document.querySelector<HTMLInputElement>(".light-slider");
		if (slider === null || slider.disabled) return;
		observer.disconnect();
		requestAnimationFrame(() => {
			document.documentElement.dataset.usable = String(performance.now());
		});
	}).observe(document, { childList: true, subtree: true });
}

/** Runs in the page. */
const sliderTime = (): string | undefined => document.documentElement.dataset.usable;
