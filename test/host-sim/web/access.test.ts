import { hostname, networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { ask, Browser, cookieOf, type Question, serveLamp } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const KEY = "fkx-wqt-abm";

const isLocal = (address: string): boolean => /^(127\.|::1$)/.test(address);

async function started(host: string) {
	const served = await serveLamp({ host, key: isLocal(host) ? undefined : { key: KEY } });
	cleanups.push(served.stop);
	return served;
}

const JSON_TYPE = { "Content-Type": "application/json" };
const give = (port: number, key: unknown, question: Question = {}) =>
	ask(port, {
		...{ method: "POST", path: "/api/key", body: JSON.stringify({ key }) },
		...question,
		headers: { ...JSON_TYPE, ...question.headers },
	});
const act = (port: number, cookie: string) =>
	ask(port, {
		...{ method: "POST", path: "/api/act", headers: { ...JSON_TYPE, Cookie: cookie } },
		body: JSON.stringify({ act: "light", device: "lamp", value: 100 }),
	});
const wanted = async (port: number, cookie = "") =>
	JSON.parse((await ask(port, { path: "/api/key", headers: { Cookie: cookie } })).body);

describe("a page that others reach", () => {
	it("shows its files to everybody, and nothing else before its key was given", async () => {
		const { port, light } = await started("0.0.0.0");
		for (const path of ["/", "/page.js", "/page.css", "/favicon.svg"]) {
			const { status, headers } = await ask(port, { path });
			expect([status, headers["set-cookie"]]).toEqual([200, undefined]);
		}
		expect(await wanted(port)).toEqual({ wanted: true });
		const stream = await ask(port, { path: "/api/stream?all" });
		const answers = [stream, await act(port, ""), await act(port, `nightlight-${port}=${"0".repeat(48)}`)];
		for (const { status, body, headers } of answers) {
			expect(status).toBe(401);
			expect(JSON.parse(body)).toEqual({ reason: "this page wants its key first: load it again" });
			expect(headers["set-cookie"]).toBeUndefined();
		}
		expect(light()).toBe(900);
	});

	it("lets in who gives its key, with a cookie that scripts and other sites do not get", async () => {
		const { port, light } = await started("0.0.0.0");
		const answer = await give(port, " FKX wqt abm ");
		expect([answer.status, answer.body]).toEqual([204, ""]);
		expect(answer.headers["set-cookie"]).toEqual([
			expect.stringMatching(
				new RegExp(`^nightlight-${port}=[0-9a-f]{48}; SameSite=Strict; HttpOnly; Path=/$`),
			),
		]);
		const cookie = cookieOf(answer);
		expect(await wanted(port, cookie)).toEqual({ wanted: false });
		const browser = await Browser.open(port, "device=lamp", cookie);
		cleanups.push(() => browser.close());
		expect(browser.device).toMatchObject({ id: "lamp" });
		expect((await browser.act({ act: "light", device: "lamp", value: 100 })).status).toBe(204);
		expect(light()).toBe(100);
	});

	it("tells of each wrong key, and takes none after five, from whomever they were", async () => {
		const { port } = await started("0.0.0.0");
		for (const key of ["fkx-wqt-abn", "", "nightlight", "x".repeat(400)]) {
			const { status, body, headers } = await give(port, key);
			expect([status, JSON.parse(body).reason]).toEqual([401, "this is not the key"]);
			expect(headers["set-cookie"]).toBeUndefined();
		}
		expect(
			(await give(port, "five", { at: "127.0.0.2", headers: { Host: `127.0.0.2:${port}` } })).status,
		).toBe(429);
		const { status, body, headers } = await give(port, KEY);
		expect([status, JSON.parse(body).reason]).toEqual([429, expect.stringMatching(/^too many wrong keys/)]);
		expect(Number(headers["retry-after"])).toBeGreaterThan(25);
		expect(headers["set-cookie"]).toBeUndefined();
	});

	it("does not count a key that was no text, or came from another site", async () => {
		const { port } = await started("0.0.0.0");
		for (let count = 0; count < 6; count++) {
			expect((await give(port, count)).status).toBe(400);
			expect((await give(port, "x", { headers: { Origin: "http://evil.example" } })).status).toBe(403);
			expect((await give(port, "x", { headers: { Host: "evil.example" } })).status).toBe(421);
			expect((await give(port, "x", { headers: { "Content-Type": "text/plain" } })).status).toBe(415);
		}
		expect((await give(port, KEY)).status).toBe(204);
	});

	it("takes no cookie of another start", async () => {
		const before = cookieOf(await give((await started("0.0.0.0")).port, KEY));
		const { port } = await started("0.0.0.0");
		const value = before.slice(before.indexOf("="));
		expect((await act(port, `nightlight-${port}${value}`)).status).toBe(401);
	});

	it("must have a key, and one that only this machine reaches must have none", async () => {
		await expect(serveLamp({ host: "0.0.0.0" })).rejects.toThrow(RangeError);
		await expect(serveLamp({ key: { key: KEY } })).rejects.toThrow(RangeError);
	});
});

const addresses = Object.values(networkInterfaces()).flatMap((known = []) => known);
/** An address of this machine in a network, if it is in one. */
const outside = addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
const hasIpv6 = addresses.some(({ address }) => address === "::1");
/** On Linux, each address that begins with 127 is this machine's. */
const isOurs = (address: string): boolean =>
	address.includes(":") ? hasIpv6 : address !== "127.0.0.2" || process.platform === "linux";
const name = hostname().toLowerCase();

describe("the hosts that a page answers to", () => {
	const label = `${name.split(".")[0]}.local`;
	const rows: readonly (readonly [bound: string, at: string | undefined, hosts: readonly string[]])[] = [
		["127.0.0.1", "127.0.0.1", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]],
		["127.0.0.2", "127.0.0.2", ["127.0.0.2", "127.0.0.1", "localhost"]],
		["::1", "::1", ["[::1]", "localhost", "127.0.0.1"]],
		["0.0.0.0", "127.0.0.1", ["127.0.0.1", "localhost", name, label]],
		["0.0.0.0", "127.0.0.2", ["127.0.0.2", "localhost", name]],
		["::", "127.0.0.1", ["127.0.0.1", "localhost", name]],
		["::", "::1", ["[::1]", "localhost", name]],
		["0.0.0.0", outside, [`${outside}`, name, label]],
		["::", outside, [`${outside}`, name]],
		[`${outside}`, outside, [`${outside}`, name]],
	];
	const here = rows.flatMap(([bound, at, hosts]) =>
		at !== undefined && isOurs(bound) && isOurs(at) ? [[bound, at, hosts] as const] : [],
	);

	it.each(here)("bound to %s, reached at %s: %j", async (bound, at, hosts) => {
		const { port } = await started(bound);
		for (const host of hosts) {
			const headers = { Host: `${host}:${port}`, Origin: `http://${host}:${port}`.toLowerCase() };
			expect([host, (await ask(port, { at, headers })).status]).toEqual([host, 200]);
		}
		for (const host of [
			...[
				"evil.example",
				`${name}.evil.example`,
				"0.0.0.0",
				"[::]",
				"203.0.113.77",
				"[::ffff:127.0.0.1]",
				"",
			],
			...(isLocal(bound) && name !== "localhost" ? [name] : []),
			...(at === outside ? ["127.0.0.1", "localhost"] : []),
		]) {
			const { status, body } = await ask(port, { at, headers: { Host: `${host}:${port}` } });
			expect([host, status]).toEqual([host, 421]);
			expect(JSON.parse(body).reason).toBe(
				`this page is at http://${at === "::1" ? "[::1]" : at}:${port}/ only`,
			);
		}
		expect((await ask(port, { at, headers: { Host: hosts[0] as string } })).status).toBe(421);
	});

	it("are told where the page is", async () => {
		const urlsAt = async (host: string) => {
			const { service, port } = await started(host);
			return service.urls.map((url) => url.replace(`:${port}/`, ""));
		};
		expect(await urlsAt("127.0.0.1")).toEqual(["http://127.0.0.1"]);
		if (hasIpv6) expect(await urlsAt("::1")).toEqual(["http://[::1]"]);
		const [first, ...others] = await urlsAt("0.0.0.0");
		expect(first).toBe(`http://${outside ?? "127.0.0.1"}`);
		for (const url of others) expect(url).toMatch(/^http:\/\/[\d.]+$/);
		if (hasIpv6) expect(await urlsAt("::")).toEqual(expect.arrayContaining([first]));
		if (outside !== undefined) expect(await urlsAt(outside)).toEqual([`http://${outside}`]);
	});
});
