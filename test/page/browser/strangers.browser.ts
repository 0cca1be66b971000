import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Act } from "../../../host-sim/web/protocol.js";
import { Programs } from "../../support/processes.js";
import { glow, launch, open, started } from "./browser.js";

/** What would light the LED. */
const DARK: Act = { act: "light", device: "nightlight", value: 0 };

describe("who may not use the page", () => {
	const programs = new Programs();
	let browser: Browser;
	let stranger: Server;
	let url: string;
	let ours: Page;
	beforeAll(async () => {
		browser = await launch("--host-resolver-rules=MAP stranger.example 127.0.0.1");
		stranger = createServer((_, response) => {
			response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>stranger</title>");
		});
		await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
		({ url } = await started(programs, "up", "--light", "800"));
	});
	beforeEach(async () => {
		ours = (await open(browser, url)).page;
		await expect.poll(() => ours.locator(".light-value").textContent()).toBe("800");
	});
	afterEach(async () => {
		// What has been refused had its time to be done.
		await ours.waitForTimeout(500);
		expect(await ours.locator(".light-value").textContent()).toBe("800");
		expect(await glow(ours)).toBe(0);
		await ours.context().close();
	});
	afterAll(async () => {
		await browser.close();
		stranger.close();
		await programs.endAll();
	});

	/** A page of another origin in the same browser, which has our cookie; and how its requests to us were answered. */
	async function strange(host: string): Promise<{ page: Page; answers: number[] }> {
		const { port } = stranger.address() as AddressInfo;
		const page = await ours.context().newPage();
		const answers: number[] = [];
		page.on("response", (response) => {
			if (response.url().startsWith(url)) answers.push(response.status());
		});
		await page.goto(`http://${host}:${port}/`);
		return { page, answers };
	}

	describe.each(["127.0.0.1", "stranger.example"])("a page of %s at another port", (host) => {
		it.each(["application/json", "text/plain"])("cannot do anything, by %s", async (type) => {
			const { page, answers } = await strange(host);
			const told = await page.evaluate(post, { to: `${url}api/act`, type, body: JSON.stringify(DARK) });
			expect(told).toBe("failed");
			expect(answers.filter((status) => status < 400)).toEqual([]);
		});

		it("cannot do anything by a form either", async () => {
			const { page } = await strange(host);
			await page.evaluate(submit, { to: `${url}api/act`, body: JSON.stringify(DARK) });
			await expect
				.poll(() => page.textContent("body"))
				.toContain("a page of another origin may not use this one");
		});

		it("cannot read the stream, the page or a picture of it", async () => {
			const { page, answers } = await strange(host);
			expect(await page.evaluate(listen, `${url}api/stream?device=nightlight`)).toBe("failed");
			expect(await page.evaluate(read, url)).toBe("failed");
			expect(await page.evaluate(depict, `${url}favicon.svg`)).toBe("failed");
			expect(answers.filter((status) => status < 400)).toEqual([]);
		});
	});

	it("nobody, by another name for this address", async () => {
		const page = await ours.context().newPage();
		const answer = await page.goto(url.replace("127.0.0.1", "stranger.example"));
		expect(answer?.status()).toBe(421);
		expect(await page.textContent("body")).toContain(`this page is at ${url} only`);
	});

	it("a browser without the cookie", async () => {
		await ours.context().clearCookies();
		const body = JSON.stringify(DARK);
		expect(await ours.evaluate(post, { to: "/api/act", type: "application/json", body })).toBe("401");
	});

	it("whoever sends 10 MB", async () => {
		const body = JSON.stringify({ ...DARK, more: "x".repeat(10_000_000) });
		expect(await ours.evaluate(post, { to: "/api/act", type: "application/json", body })).toBe("413");
	});
});

type Posted = { readonly to: string; readonly type: string; readonly body: string };

/** Runs in a page. Resolves with the status, `failed` when the browser lets the page have none. */
async function post({ to, type, body }: Posted): Promise<string> {
	try {
		const headers = { "Content-Type": type };
		const answer = await fetch(to, { method: "POST", credentials: "include", headers, body });
		return String(answer.status);
	} catch {
		return "failed";
	}
}

/** Runs in a page: sends JSON as a form can, without asking first. */
function submit({ to, body }: { readonly to: string; readonly body: string }): void {
	const form = document.createElement("form");
	form.method = "POST";
	form.action = to;
	form.enctype = "text/plain";
	const field = document.createElement("input");
	field.name = `${body.slice(0, -1)},"`;
	field.value = '":0}';
	form.append(field);
	document.body.append(form);
	form.submit();
}

/** Runs in a page. */
async function read(address: string): Promise<string> {
	const options = { credentials: "include" } as const;
	const answers = [() => fetch(address, options), () => fetch(address, { ...options, mode: "no-cors" })];
	const texts = await Promise.all(
		answers.map((ask) =>
			ask().then(
				(answer) => answer.text(),
				() => "",
			),
		),
	);
	return texts.some((text) => text !== "") ? "read" : "failed";
}

/** Runs in a page. */
function listen(address: string): Promise<string> {
	const source = new EventSource(address, { withCredentials: true });
	return new Promise((resolve) => {
		source.onmessage = () => resolve("heard");
		source.onerror = () => {
			source.close();
			resolve("failed");
		};
	});
}

/** Runs in a page. */
function depict(address: string): Promise<string> {
	const image = new Image();
	return new Promise((resolve) => {
		image.onload = () => resolve("seen");
		image.onerror = () => resolve("failed");
		image.src = address;
	});
}
