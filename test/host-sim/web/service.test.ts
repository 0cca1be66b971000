import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type PageFiles, pageFiles, prebuild } from "../../../host-sim/web/page-files.js";
import { ask, Browser, cookieOf, type Question, serveLamp } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A service whose device `lamp` has a light that a person sets. */
async function started(files?: Promise<PageFiles>) {
	const served = await serveLamp(files === undefined ? {} : { files });
	cleanups.push(served.stop);
	return served;
}

describe("what the service refuses", () => {
	const body = JSON.stringify({ act: "light", device: "lamp", value: 100 });
	const JSON_TYPE = { "Content-Type": "application/json" };
	/** `PORT` and `COOKIE` stand for those of the service. */
	it.each<[string, Question, number, RegExp]>([
		["another Host", { headers: { Host: "evil.example" } }, 421, /^this page is at http:\/\/127\.0\.0\.1:/],
		["another Host with our port", { headers: { Host: "evil.example:PORT" } }, 421, /^this page is at/],
		["another port in Host", { headers: { Host: "127.0.0.1:1" } }, 421, /^this page is at/],
		[
			"another Host of a stream",
			{ path: "/api/stream?all", headers: { Host: "a.b:PORT" } },
			421,
			/^this page/,
		],
		["another Origin", { headers: { Origin: "http://evil.example" } }, 403, /^a page of another origin/],
		["no Origin to speak of", { headers: { Origin: "null" } }, 403, /^a page of another origin/],
		["another port as Origin", { headers: { Origin: "http://127.0.0.1:1" } }, 403, /^a page of another/],
		["TLS as Origin", { headers: { Origin: "https://127.0.0.1:PORT" } }, 403, /^a page of another/],
		["localhost of 127.0.0.1", { headers: { Origin: "http://localhost:PORT" } }, 403, /^a page of another/],
		[
			"an image of another site",
			{ path: "/api/stream?all", headers: { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" } },
			403,
			/^a page of another origin/,
		],
		[
			"a script of a page on another port",
			{ path: "/page.js", headers: { "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors" } },
			403,
			/^a page of another origin/,
		],
		[
			"another Origin of an act",
			{ method: "POST", path: "/api/act", headers: { Cookie: "COOKIE", Origin: "http://evil.example" } },
			403,
			/^a page of another/,
		],
		[
			"an act without the token",
			{ method: "POST", path: "/api/act", headers: JSON_TYPE },
			401,
			/cookie is missing/,
		],
		[
			"an act with another token",
			{
				method: "POST",
				path: "/api/act",
				headers: { ...JSON_TYPE, Cookie: `nightlight-PORT=${"0".repeat(48)}` },
			},
			401,
			/cookie is missing/,
		],
		[
			"an act of another type",
			{ method: "POST", path: "/api/act", headers: { "Content-Type": "text/plain", Cookie: "COOKIE" } },
			415,
			/^the body must be of type application\/json$/,
		],
		[
			"an act without a type",
			{ method: "POST", path: "/api/act", headers: { Cookie: "COOKIE" } },
			415,
			/^the body must be of type application\/json$/,
		],
		["an act by GET", { path: "/api/act", headers: { Cookie: "COOKIE" } }, 405, /^wants POST$/],
		["a stream by POST", { method: "POST", path: "/api/stream?all" }, 405, /^wants GET$/],
		["a page by DELETE", { method: "DELETE" }, 405, /^wants GET or HEAD$/],
		["a stream of nothing", { path: "/api/stream" }, 400, /^wants \?device=ID or \?all$/],
		["what is no address", { path: "//" }, 400, /^this is no address$/],
		["what is not there", { path: "/../package.json" }, 404, /^there is nothing here$/],
	])("%s", async (_, question, status, reason) => {
		const { port, light } = await started();
		const cookie = cookieOf(await ask(port));
		const headers = Object.fromEntries(
			Object.entries(question.headers ?? {}).map(([name, value]) => [
				name,
				value.replace("PORT", `${port}`).replace("COOKIE", cookie),
			]),
		);
		const sent = question.method === "POST" ? { body } : {};
		const answer = await ask(port, { ...sent, ...question, headers });
		expect(answer.status).toBe(status);
		expect(JSON.parse(answer.body).reason).toMatch(reason);
		expect(light()).toBe(900);
	});

	it.each([
		["10 MB", "x".repeat(10_000_000), 413, /^the body is longer than 65536 bytes$/],
		["a byte too many", "x".repeat(65_537), 413, /^the body is longer than 65536 bytes$/],
		["as much as may be", "x".repeat(65_536), 400, /^the body is not JSON$/],
		["what is no UTF-8", Buffer.from([0xff]), 400, /^the body is not UTF-8$/],
		["what is no JSON", "{", 400, /^the body is not JSON$/],
		["no act", "{}", 400, /^act: wants one of/],
		["an unknown device", { act: "light", device: "<b>", value: 1 }, 404, /^there is no device "<b>"$/],
		["too much light", { act: "light", device: "lamp", value: 1024 }, 400, /wants a number from 0 to 1023$/],
		["no source of its", { act: "source", device: "lamp", source: "csv" }, 409, /does not come from "csv"$/],
		[
			"no fault of its",
			{ act: "fault", device: "lamp", fault: "latency", on: true },
			409,
			/^"latency" cannot/,
		],
		["no server", { act: "hold", device: "lamp", led: true }, 409, /^the server has not started yet$/],
	])("an act of %s", async (_, given, status, reason) => {
		const { port } = await started();
		const Cookie = cookieOf(await ask(port));
		const body = typeof given === "string" || given instanceof Uint8Array ? given : JSON.stringify(given);
		const headers = { ...JSON_TYPE, Cookie };
		const answer = await ask(port, { method: "POST", path: "/api/act", headers, body });
		expect(answer.status).toBe(status);
		expect(JSON.parse(answer.body).reason).toMatch(reason);
		expect((await ask(port)).status).toBe(200);
	});
});

describe("the service", () => {
	it.each([
		["/", "text/html; charset=utf-8", "<!doctype html>"],
		["/page.js", "text/javascript; charset=utf-8", "1"],
		["/page.css", "text/css; charset=utf-8", "a{}"],
		["/favicon.svg", "image/svg+xml", "<svg/>"],
	])("serves %s, and lets the browser do no more with it than it must", async (path, type, body) => {
		const { port } = await started();
		for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
			const headers = { Host: `${host}:${port}`, Origin: `http://${host}:${port}` };
			const answer = await ask(port, { path, headers });
			expect(answer).toMatchObject({ status: 200, body });
			expect(answer.headers).toMatchObject({
				"content-type": type,
				"content-security-policy":
					"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
				"cache-control": "no-store",
				"x-content-type-options": "nosniff",
				"referrer-policy": "no-referrer",
				"cross-origin-resource-policy": "same-origin",
			});
		}
	});

	it.each([
		["cross-site", "navigate"],
		["none", "navigate"],
		["same-origin", "cors"],
	])("is opened by a link, by its address, and by itself: %s, %s", async (site, mode) => {
		const { port } = await started();
		const headers = { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode };
		expect((await ask(port, { headers })).status).toBe(200);
	});

	it("gives the token as a cookie that scripts and other sites do not get", async () => {
		const { port } = await started();
		const cookies = (await ask(port)).headers["set-cookie"];
		expect(cookies).toEqual([
			expect.stringMatching(
				new RegExp(`^nightlight-${port}=[0-9a-f]{48}; SameSite=Strict; HttpOnly; Path=/$`),
			),
		]);
		expect((await ask(port, { path: "/page.js" })).headers["set-cookie"]).toBeUndefined();
	});

	it("says why, when the page cannot be made", async () => {
		const failed = Promise.reject(new Error("no main.tsx"));
		failed.catch(() => {});
		const { port } = await started(failed);
		const { status, body } = await ask(port);
		expect([status, body]).toEqual([500, '{"reason":"the page cannot be made: no main.tsx"}']);
	});

	it("greets a stream, pushes what changes, and takes what a person does", async () => {
		const { port, device, light } = await started();
		const browser = await Browser.open(port, "device=lamp");
		expect(browser.pushes).toMatchObject([
			{ type: "hello", version: 1, broker: "mqtt://127.0.0.1:1883", ownBroker: true, count: 1 },
		]);
		expect(browser.device).toMatchObject({
			id: "lamp",
			kind: "simulated",
			light: 900,
			led: false,
			possible: [],
		});
		expect((await browser.act({ act: "light", device: "lamp", value: 120 })).status).toBe(204);
		expect(light()).toBe(120);
		await browser.sees({ light: 120 });
		device.event({ event: "led", on: true });
		await browser.sees({ led: true });
		await expect.poll(() => browser.last("rungs")?.rungs).toMatchObject([{ text: "LED on", tone: "led" }]);
		await expect.poll(() => browser.last("sample")?.sample).toMatchObject({ light: 120, led: true });
	});

	it("pushes to all in short, and to each device's page its own", async () => {
		const { port, model } = await started();
		const all = await Browser.open(port, "all");
		const other = await Browser.open(port, "device=other");
		const lamp = await Browser.open(port, "device=lamp");
		expect(all.pushes).toMatchObject([{ type: "hello", all: [{ id: "lamp", light: 900, trouble: false }] }]);
		expect(other.device).toBeUndefined();
		model.status("other", true);
		await expect
			.poll(() => other.device)
			.toMatchObject({ id: "other", kind: "remote", link: { state: "online" } });
		await expect.poll(() => lamp.last("count")).toEqual({ type: "count", count: 2 });
		expect(lamp.pushes.map(({ type }) => type)).toEqual(["hello", "count"]);
		model.status("other", false);
		await expect
			.poll(() => all.last("summaries")?.all)
			.toEqual([{ id: "other", link: "offline", trouble: true }]);
		expect(other.rungs).toEqual([]);
	});

	it("sends a burst of changes together", async () => {
		const { port, device } = await started();
		const browser = await Browser.open(port, "device=lamp");
		for (let count = 0; count < 100; count++) device.event({ event: "led", on: count % 2 === 0 });
		await expect.poll(() => browser.rungs.length).toBe(100);
		expect(browser.pushes.filter(({ type }) => type === "device").length).toBeLessThanOrEqual(2);
	});

	it("ends its streams when it stops", async () => {
		const { port, service } = await started();
		const browser = await Browser.open(port, "all");
		const begun = performance.now();
		await service.stop();
		await expect.poll(() => browser.isClosed).toBe(true);
		expect(performance.now() - begun).toBeLessThan(1000);
	});

	it("ends a connection that does not get to the end of its request's head", async () => {
		const { port } = await started();
		const begun = performance.now();
		const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: 127"));
		socket.resume();
		await new Promise((resolve) => socket.on("close", resolve));
		expect(performance.now() - begun).toBeLessThan(9000);
	});

	it("lets go of a browser that is gone", async () => {
		const { port, device } = await started();
		for (let count = 0; count < 70; count++) (await Browser.open(port, "all")).close();
		device.event({ event: "led", on: true });
		await expect.poll(async () => (await Browser.open(port, "all")).pushes.length).toBe(1);
	});
});

describe("the page's files", () => {
	it("of a package are those that were made for it, and those of its sources where they have changed since", async () => {
		const page = sources("document.title = 'one';");
		const built = mkdtempSync(join(tmpdir(), "nightlight-built-"));
		await prebuild({ page, built });
		writeFileSync(join(built, "page.css"), "made before");
		expect(String((await pageFiles({ page, built })).style)).toBe("made before");
		writeFileSync(join(page, "main.tsx"), "document.title = 'two';");
		const files = await pageFiles({ page, built });
		expect([String(files.style), String(files.script)]).toEqual([
			"b{color:red}\n",
			expect.stringContaining('"two"'),
		]);
	});

	beforeAll(() => {
		vi.stubEnv("NIGHTLIGHT_CACHE", mkdtempSync(join(tmpdir(), "nightlight-cache-")));
		return () => vi.unstubAllEnvs();
	});

	function sources(script: string): string {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-page-"));
		writeFileSync(join(folder, "index.html"), "<!doctype html>");
		writeFileSync(join(folder, "favicon.svg"), "<svg/>");
		writeFileSync(join(folder, "other.css"), "b { color: red }");
		writeFileSync(join(folder, "page.css"), '@import "./other.css";');
		writeFileSync(join(folder, "main.tsx"), script);
		return folder;
	}

	it("are bundled and made small, and made again when a source has changed", async () => {
		const folder = sources("const long: number = 1; document.title = String(long);");
		const files = await pageFiles({ page: folder });
		expect(String(files.script)).toMatch(/^\S*document\.title=String\(\S+\);\n$/);
		expect(String(files.style)).toBe("b{color:red}\n");
		writeFileSync(join(folder, "main.tsx"), "document.title = 'two';");
		expect(String((await pageFiles({ page: folder })).script)).toContain('"two"');
	});

	it("are made at each start where they cannot be kept", async () => {
		const file = join(mkdtempSync(join(tmpdir(), "nightlight-")), "file");
		writeFileSync(file, "");
		const { NIGHTLIGHT_CACHE: kept } = process.env;
		cleanups.push(() => vi.stubEnv("NIGHTLIGHT_CACHE", kept));
		vi.stubEnv("NIGHTLIGHT_CACHE", join(file, "cache"));
		const files = await pageFiles({ page: sources("document.title = 'one';") });
		expect([String(files.style), String(files.script)]).toEqual([
			"b{color:red}\n",
			expect.stringContaining('"one"'),
		]);
	});

	it("that cannot be bundled are a failure with its reason", async () => {
		await expect(pageFiles({ page: sources("import './nothing.js';") })).rejects.toThrow(/nothing\.js/);
	});
});
