import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../../support/command-line.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { ask, Browser, cookieOf } from "./support.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const run = (words: readonly string[], env: Record<string, string> = {}) =>
	programs.add(new Nightlight(words, { env }));
const up = (...words: readonly string[]) => ["up", "--port", "0", "--light", "900", ...words];

const NEW_KEY = /^Key: ([a-z]{3}-[a-z]{3}-[a-z]{3})$/m;
const KEPT = "correct horse 7";

/** The cookie for a key; empty when that is wrong. */
const unlock = async (port: number, key: string) =>
	cookieOf(
		await ask(port, {
			...{ method: "POST", path: "/api/key", body: JSON.stringify({ key }) },
			headers: { "Content-Type": "application/json" },
		}),
	);

describe("a page that others reach", () => {
	it("is opened with the key that the terminal shows, which is nowhere else", async () => {
		const program = run(up("--page-host", "0.0.0.0", "--json"));
		const { url } = await program.heard({ source: "page", event: "page" });
		const port = Number(new URL(String(url)).port);
		const key = await program.until("the key", () => NEW_KEY.exec(program.errors)?.[1]);
		expect(program.errors).toMatch(/^Warning: the page is open to the network, in plain HTTP/m);
		expect((await ask(port, { path: "/api/stream?all" })).status).toBe(401);
		expect(await unlock(port, "abc-def-ghj")).toBe("");
		const browser = await Browser.open(port, "device=nightlight", await unlock(port, key));
		expect((await browser.act({ act: "light", device: "nightlight", value: 5 })).status).toBe(204);
		await browser.sees({ led: true, light: 5 });
		const files = await Promise.all(["/", "/page.js", "/page.css"].map((path) => ask(port, { path })));
		const told = [
			...program.lines,
			browser.text,
			...files.map(({ body, headers }) => `${body}${JSON.stringify(headers)}`),
		];
		for (const text of told)
			expect(text.toLowerCase().replaceAll("-", "")).not.toContain(key.replaceAll("-", ""));
		browser.close();
		expect(await program.end()).toBe(0);
	});

	it("has another key at each start, beneath its address", async () => {
		const keyOf = async () => {
			const program = run(up("--page-host", "0.0.0.0"));
			const key = await program.until("the key", () =>
				program.lines.find((line) => line.startsWith("Key: ")),
			);
			const at = program.lines.indexOf(key);
			expect(program.lines[at - 1]).toMatch(/^Page: http:\/\/[\d.]+:\d+\/$/);
			expect(await program.end()).toBe(0);
			expect(program.lines.at(-1)).toBe(program.lines[at - 1]);
			expect(key).toMatch(NEW_KEY);
			return key;
		};
		expect(await keyOf()).not.toBe(await keyOf());
	});

	it.each(["a file", "NIGHTLIGHT_PAGE_KEY"])(
		"keeps a key that a person has in %s, and does not say it",
		async (where) => {
			const file = join(mkdtempSync(join(tmpdir(), "nightlight-")), "page.key");
			writeFileSync(file, `\ufeff${KEPT}\r\n`);
			const isFile = where === "a file";
			const program = run(up("--page-host", "0.0.0.0", ...(isFile ? ["--page-key-file", file] : [])), {
				NIGHTLIGHT_PAGE_KEY: isFile ? "another-key" : KEPT,
			});
			const line = await program.until("the key", () => program.lines.find((one) => one.startsWith("Key: ")));
			expect(line).toBe(`Key: the one in ${isFile ? file : where}`);
			const page = program.lines.find((one) => one.startsWith("Page: ")) as string;
			const port = Number(new URL(page.slice("Page: ".length)).port);
			expect(await unlock(port, "another-key")).toBe("");
			expect(await unlock(port, KEPT)).not.toBe("");
			for (const text of [...program.lines, program.errors]) expect(text).not.toContain(KEPT);
		},
	);

	it("is the server's, too", async () => {
		const broker = run(["broker", "--port", "0", "--json"]);
		const { port: at } = await broker.heard({ event: "listening" });
		const words = [
			"server",
			"--broker",
			`mqtt://127.0.0.1:${at}`,
			"--id",
			"+",
			"--page",
			"--page-host",
			"0.0.0.0",
		];
		const program = run([...words, "--json"]);
		const { url } = await program.heard({ source: "page" });
		expect((await ask(Number(new URL(String(url)).port), { path: "/api/stream?all" })).status).toBe(401);
	});

	it("says in the log when keys are tried", async () => {
		const program = run(up("--page-host", "0.0.0.0", "--json"));
		const port = Number(new URL(String((await program.heard({ source: "page" })).url)).port);
		for (let count = 0; count < 5; count++) await unlock(port, `${count}`);
		await program.until("the log", () =>
			program.errors.includes("Wrong keys for the page, the last from 127.0.0.1: none is taken for 30 s."),
		);
	});
});

const hasIpv6 = Object.values(networkInterfaces()).some((known = []) =>
	known.some(({ address }) => address === "::1"),
);

describe("a page on loopback", () => {
	it.each(["localhost", "127.0.0.1", ...(hasIpv6 ? ["::1"] : [])])("asks for no key on %s", async (host) => {
		const program = run(up("--page-host", host, "--json"), { NIGHTLIGHT_PAGE_KEY: "short" });
		const { url } = await program.heard({ source: "page" });
		const { protocol, hostname, port } = new URL(String(url));
		expect([protocol, hostname]).toEqual(["http:", host === "::1" ? "[::1]" : "127.0.0.1"]);
		const at = host === "::1" ? host : "127.0.0.1";
		const headers = { Host: `${host === "::1" ? "[::1]" : host}:${port}` };
		expect(cookieOf(await ask(Number(port), { at, headers }))).not.toBe("");
		expect(program.errors).toBe("");
	});
});

describe("what is refused of a page's address and key", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	const file = (name: string, text: string) => {
		const path = join(folder, name);
		writeFileSync(path, text);
		return path;
	};
	const HOST = ["--page-host", "0.0.0.0"];

	it.each<[string, readonly string[], Record<string, string>, RegExp]>([
		[
			"a name",
			["--page-host", "lamp.local"],
			{},
			/'lamp\.local' is invalid\. It must be an IP address of this m/,
		],
		[
			"an address with a zone",
			["--page-host", "fe80::1%eth0"],
			{},
			/It must be an IP address of this machine/,
		],
		["nothing", ["--page-host", ""], {}, /It must be an IP address of this machine/],
		[
			"a host without a page",
			["--no-page", ...HOST],
			{},
			/^nightlight: --page-host is for the page, but --no-page/,
		],
		[
			"a key without a page",
			["--no-page", "--page-key-file", "k"],
			{},
			/--page-key-file is for the page, but --no-/,
		],
		[
			"a key on loopback",
			["--page-key-file", "k"],
			{},
			/--page-key-file is for a page that others reach, but on 127/,
		],
		[
			"a short key",
			HOST,
			{ NIGHTLIGHT_PAGE_KEY: "ab - cd-efg" },
			/NIGHTLIGHT_PAGE_KEY must hold a key of 8 to 200 characters, spaces and hyphens not counted; it has 7/,
		],
		["a long key", HOST, { NIGHTLIGHT_PAGE_KEY: "x".repeat(201) }, /; it has 201$/m],
		["an empty key", HOST, { NIGHTLIGHT_PAGE_KEY: "" }, /NIGHTLIGHT_PAGE_KEY is empty/],
		[
			"a file with a short key",
			[...HOST, "--page-key-file", file("short", "abc\n")],
			{},
			/--page-key-file: .*short must hold a key of 8 to 200/,
		],
		[
			"a file with two lines",
			[...HOST, "--page-key-file", file("two", "abcdefgh\nijklmnop\n")],
			{},
			/has more than one line/,
		],
		[
			"a file that is not there",
			[...HOST, "--page-key-file", join(folder, "none")],
			{},
			/--page-key-file: cannot read .*none \(ENOENT\)/,
		],
	])("%s", async (_, words, env, reason) => {
		const { code, output, errors } = await runHere(up(...words), { env });
		expect([code, output, errors]).toEqual([2, "", expect.stringMatching(reason)]);
		expect(errors.match(/\n/g)).toHaveLength(1);
		for (const value of Object.values(env)) if (value !== "") expect(errors).not.toContain(value);
	});

	it("a host without a page at the server", async () => {
		const { code, errors } = await runHere(["server", ...HOST]);
		expect([code, errors]).toEqual([2, "nightlight: --page-host is for --page\n"]);
	});

	it("an address of another machine", async () => {
		const program = run(up("--page-host", "203.0.113.77"));
		expect(await program.exited).toBe(2);
		expect(program.errors).toMatch(
			/^nightlight: --page-host: 203\.0\.113\.77 is not an address of this machine; it has 127\.0\.0\.1, .*and 0\.0\.0\.0 means all\n$/,
		);
	});

	it("a port that is taken", async () => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
		const { port } = server.address() as { port: number };
		const program = run(up(...HOST, "--page-port", `${port}`));
		expect(await program.exited).toBe(1);
		expect(program.errors).toBe(
			`nightlight: --page-port: port ${port} is taken; leave it out for a free one, or give --no-page\n`,
		);
		server.close();
	});
});
