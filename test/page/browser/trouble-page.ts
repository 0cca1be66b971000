import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import type { Programs } from "../../support/processes.js";
import { open, type Seen, started } from "./browser.js";

/** The page of `nightlight up`, with a switch for a fault. */
export interface TroublePage extends Seen {
	/** Flips the switch. Resolves when the page shows it. */
	readonly click: (isOn: boolean) => Promise<void>;
	readonly sentence: () => Promise<string | null>;
	/** What the ladder says beside its packets, oldest first. */
	readonly notes: () => Promise<string[]>;
	/** The packets of the ladder that did not arrive: type and label. */
	readonly lost: () => Promise<string[]>;
}

/**
 * Starts `nightlight up` in the light, and opens its page.
 * @param fault the switch's name
 * @param config of the device, beside the defaults
 */
export async function troublePage(
	programs: Programs,
	browser: Browser,
	fault: string,
	config: object = {},
): Promise<TroublePage> {
	const file = join(mkdtempSync(join(tmpdir(), "trouble-")), "config.json");
	writeFileSync(file, JSON.stringify(config));
	const { url } = await started(programs, "up", "--port", "0", "--light", "800", "--config", file);
	const seen = await open(browser, url);
	const { page } = seen;
	const wanted = page.getByRole("switch", { name: fault });
	await wanted.waitFor();
	const click = async (isOn: boolean): Promise<void> => {
		await wanted.click();
		await expect.poll(() => wanted.getAttribute("aria-checked")).toBe(`${isOn}`);
	};
	const sentence = () => page.locator(".sentence").textContent();
	await expect.poll(sentence).toMatch(/^Light is 800, above 300/);
	return {
		...seen,
		click,
		sentence,
		notes: () => page.locator(".ladder .note > span").allTextContents(),
		lost: () => page.locator(".ladder .p.lost .k").allTextContents(),
	};
}
