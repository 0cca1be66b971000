import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { Nightlight } from "../../support/nightlight.js";
import type { Programs } from "../../support/processes.js";
import { chromium as executablePath } from "./chromium.js";

/** Screenshots, kept for who looks at them; not in git. */
export const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How many times longer than alone anything takes now: what else runs here takes its share. */
export const share = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/** Real Chromium, without a window. @param words further options of its command line */
export const launch = (...words: readonly string[]): Promise<Browser> =>
	chromium.launch({
		...(executablePath === undefined ? {} : { executablePath }),
		// Chromium's sandbox does not work for root.
		args: process.getuid?.() === 0 ? ["--no-sandbox", ...words] : [...words],
	});

/** `nightlight` with a page. Resolves when the page is there. */
export async function started(
	programs: Programs,
	...words: readonly string[]
): Promise<{ url: string; program: Nightlight }> {
	const program = programs.add(new Nightlight([...words, "--json"]));
	const { url } = await program.heard({ source: "page", event: "page" }, 0, 30_000);
	return { url: String(url), program };
}

export interface Looks {
	readonly width?: number;
	readonly height?: number;
	readonly colorScheme?: "light" | "dark";
}

/** A page that is looked at, and everything it should not do. */
export interface Seen {
	readonly page: Page;
	/** Errors of the console and of scripts, requests to elsewhere, answers that are errors. */
	readonly wrong: string[];
}

/** Opens the page in a tab of its own, with cookies of its own unless `beside` another. */
export async function open(browser: Browser, url: string, looks: Looks = {}, beside?: Page): Promise<Seen> {
	const { width = 1280, height = 900, colorScheme = "light" } = looks;
	const context =
		beside?.context() ??
		(await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 }));
	const page = await context.newPage();
	const wrong: string[] = [];
	page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(new URL(url).origin)) wrong.push(`elsewhere: ${request.url()}`);
	});
	await page.goto(url);
	return { page, wrong };
}

/** Keeps a picture of the page. */
export async function keep(page: Page, name: string, fullPage = false): Promise<void> {
	mkdirSync(OUTPUT, { recursive: true });
	await page.screenshot({ path: join(OUTPUT, `${name}.png`), fullPage });
}

/** What axe-core finds: the impact, the rule and the first element of each finding. */
export async function findings(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	return page.evaluate(async () => {
		const { axe } = globalThis as unknown as {
			axe: { run(): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }> };
		};
		const { violations } = await axe.run();
		return violations.map(({ impact, id, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
	});
}

/** The LED in the drawing: 0 is dark, 1 glows; as it is drawn, so in between while it changes. */
export const glow = (page: Page): Promise<number> =>
	page.locator(".scene .led").evaluate((led) => Number(getComputedStyle(led).opacity));

/** Moves the sun with the mouse, as a hand does. */
export async function moveSun(page: Page, from: number, to: number): Promise<void> {
	const box = await page.locator(".light-slider").boundingBox();
	if (box === null) throw new Error("there is no slider");
	const radius = 20;
	const y = (light: number): number => box.y + radius + (box.height - 2 * radius) * (1 - light / 1023);
	await page.mouse.move(box.x + box.width / 2, y(from));
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, y(to), { steps: 8 });
	await page.mouse.up();
}

/** The colour in the middle of a part of the page, as red, green and blue of its average. */
export async function colour(
	page: Page,
	clip: { x: number; y: number; width: number; height: number },
): Promise<number[]> {
	const png = (await page.screenshot({ clip })).toString("base64");
	// The page's own policy allows pictures in data: URLs.
	return page.evaluate(async (data) => {
		const image = new Image();
		image.src = `data:image/png;base64,${data}`;
		await image.decode();
		const canvas = document.createElement("canvas");
		canvas.width = canvas.height = 1;
		const context = canvas.getContext("2d") as CanvasRenderingContext2D;
		context.drawImage(image, 0, 0, 1, 1);
		return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
	}, png);
}
