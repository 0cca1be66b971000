import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Rung } from "../../../host-sim/web/protocol.js";
import { runHere } from "../../support/command-line.js";
import { freePort } from "../../support/free-port.js";
import { Nightlight, STOP_LIMIT } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { Browser } from "./support.js";

const programs = new Programs();
const browsers: Browser[] = [];
afterEach(async () => {
	for (const browser of browsers.splice(0)) browser.close();
	await programs.endAll();
});

const nightlight = (...words: string[]) => programs.add(new Nightlight([...words, "--json"]));

/** The port of the page that a program serves, once it says so. */
async function pageOf(program: Nightlight): Promise<number> {
	const { url } = await program.heard({ source: "page", event: "page" }, 0, 20_000);
	return Number(new URL(String(url)).port);
}

async function browse(port: number, query = "device=nightlight"): Promise<Browser> {
	const browser = await Browser.open(port, query);
	browsers.push(browser);
	return browser;
}

const up = (...words: string[]) => nightlight("up", "--port", "0", "--light", "900", ...words);

type Packet = Extract<Rung, { kind: "packet" }>;
const packetsOf = ({ rungs }: Browser) => rungs.filter((rung): rung is Packet => rung.kind === "packet");
const lineOf = ({ from, to, type, payload }: Packet) =>
	`${from} ${to} ${type}${payload === undefined ? "" : ` ${payload}`}`;

/** The 95th of a hundred, of as many as there are. */
const p95 = (times: readonly number[]) =>
	[...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] as number;

describe("the page of nightlight up", () => {
	it("has the LED follow a person's hand, by sensor, MQTT, server and command", async () => {
		const program = up();
		const browser = await browse(await pageOf(program));
		expect(browser.device).toMatchObject({
			kind: "simulated",
			engine: "node",
			source: "other",
			sources: ["day", "hand"],
		});
		const times: number[] = [];
		for (let turn = 0; turn < 20; turn++) {
			const on = turn % 2 === 0;
			const begun = performance.now();
			expect((await browser.act({ act: "light", device: "nightlight", value: on ? 100 : 900 })).status).toBe(
				204,
			);
			await expect.poll(() => browser.device?.led, { interval: 2 }).toBe(on);
			times.push(performance.now() - begun);
		}
		process.stdout.write(`slider to LED: p95 ${p95(times).toFixed(0)} ms\n`);
		expect(browser.device).toMatchObject({ source: "hand", believed: { light: 900, led: false } });
		expect(program.events.filter(({ event }) => event === "led")).toHaveLength(20);
		expect(browser.last("sample")?.sample).toMatchObject({ light: expect.any(Number) });
	});

	it("shows each packet of an exchange, once and in order", async () => {
		const browser = await browse(await pageOf(up("--interval", "60000")));
		await expect.poll(() => browser.device?.believed.led).toBe(false);
		await browser.act({ act: "light", device: "nightlight", value: 7 });
		await browser.sees({ led: true });
		const lines = packetsOf(browser).map(lineOf);
		const expected = [
			"device broker CONNECT",
			"broker device CONNACK",
			"device broker SUBSCRIBE",
			"device broker PUBLISH online",
			'device broker PUBLISH {"light":7}',
			'broker server PUBLISH {"light":7}',
			'server broker PUBLISH {"led_on":true}',
			'broker device PUBLISH {"led_on":true}',
			'device broker PUBLISH {"led_on":true,"decided_by":"server"}',
		];
		await expect.poll(() => packetsOf(browser).map(lineOf)).toEqual(expect.arrayContaining(expected));
		const places = expected.slice(4, 8).map((line) => lines.indexOf(line));
		expect(places).toEqual([...places].sort((a, b) => a - b));
		const seen = packetsOf(browser).filter((packet) => lineOf(packet) === expected[4]);
		expect(seen).toEqual([
			{
				...{ n: expect.any(Number), t: expect.any(Number), kind: "packet", from: "device", to: "broker" },
				...{ type: "PUBLISH", topic: "nightlight/telemetry", qos: 0, payload: '{"light":7}' },
				hex: Buffer.from('0\x21\0\x14nightlight/telemetry{"light":7}').toString("hex"),
				length: 35,
			},
		]);
		expect(lines).toContain("server broker CONNECT");
		expect(browser.rungs.map(({ n }) => n)).toEqual(browser.rungs.map((_, index) => index + 1));
	});

	it("shows a malformed command refused, with the device's reason", async () => {
		const browser = await browse(await pageOf(up()));
		await browser.act({ act: "command", device: "nightlight", text: '{"led_on":' });
		await browser.act({ act: "command", device: "nightlight", text: '{"led_on":1}' });
		const refused = () =>
			packetsOf(browser).flatMap(({ to, payload, refused: reason }) =>
				reason ? [[to, payload, reason]] : [],
			);
		await expect.poll(refused).toEqual([
			["device", '{"led_on":', expect.stringMatching(/JSON/)],
			["device", '{"led_on":1}', expect.stringMatching(/led_on/)],
		]);
		expect(browser.device?.led).toBe(false);
	});

	it("sends a command that is none of the rule's, which the server then knows of", async () => {
		const browser = await browse(await pageOf(up("--interval", "60000")));
		await expect.poll(() => browser.device?.believed.led).toBe(false);
		await browser.act({ act: "command", device: "nightlight", text: '{"led_on":true}' });
		await browser.sees({ led: true, believed: { light: 900, led: true, at: expect.any(Number) } });
	});

	it("shows MQTT also where it is within a WebSocket", async () => {
		const broker = nightlight("broker", "--ws-port", "0");
		const { port } = await broker.heard({ event: "listening", protocol: "ws" });
		const url = `ws://127.0.0.1:${port}/mqtt`;
		const program = nightlight("up", "--broker", url, "--id", "lamp", "--light", "5");
		const browser = await browse(await pageOf(program), "device=lamp");
		await browser.sees({ led: true });
		expect(browser.last("hello")).toMatchObject({ ownBroker: false, broker: url });
		expect(packetsOf(browser).map(lineOf)).toEqual(
			expect.arrayContaining(["device broker CONNECT", 'device broker PUBLISH {"light":5}']),
		);
	});

	it("holds a person's command against the rule, until it is released", async () => {
		const browser = await browse(await pageOf(up("--interval", "100")));
		await expect.poll(() => browser.device?.believed.led).toBe(false);
		const begun = Date.now();
		expect((await browser.act({ act: "hold", device: "nightlight", led: true })).status).toBe(204);
		await browser.sees({ led: true, believed: { led: true } });
		const { until = 0 } = browser.device?.hold ?? {};
		expect(until - begun).toBeGreaterThanOrEqual(3_600_000);
		const at = browser.device?.believed.at ?? 0;
		await expect.poll(() => browser.device?.believed.at).toBeGreaterThan(at + 300);
		expect(browser.device).toMatchObject({
			led: true,
			hold: { led: true },
			believed: { light: 900, led: true },
		});
		await browser.act({ act: "hold", device: "nightlight", led: null });
		await browser.sees({ led: false });
		expect(browser.device?.hold).toBeUndefined();
	});

	it("has light come from the day or from a hand", async () => {
		const browser = await browse(await pageOf(up()));
		await browser.act({ act: "source", device: "nightlight", source: "day" });
		await browser.sees({ source: "day" });
		await expect.poll(() => browser.device?.light).not.toBe(900);
		await browser.act({ act: "source", device: "nightlight", source: "hand" });
		await browser.sees({ source: "hand" });
		const { light } = browser.device ?? {};
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(browser.device?.light).toBe(light);
	});

	it("tells all pages the same, and shows no password in any form", async () => {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
		const secret = "correct-horse-battery";
		writeFileSync(join(folder, "password"), secret);
		const program = up("--username", "me", "--password-file", join(folder, "password"));
		const port = await pageOf(program);
		const [one, other, all] = [await browse(port), await browse(port), await browse(port, "all")];
		await one.act({ act: "light", device: "nightlight", value: 5 });
		for (const browser of [one, other]) await browser.sees({ led: true, light: 5 });
		await expect
			.poll(() => all.last("summaries")?.all)
			.toMatchObject([{ id: "nightlight", led: true, light: 5 }]);
		const connects = packetsOf(other).filter(({ type }) => type === "CONNECT");
		expect(connects.map(({ from }) => from).sort()).toEqual(["device", "server"]);
		for (const { label } of connects) expect(label).toMatch(/user me, with password/);
		for (const { text } of [one, other, all]) {
			expect(text).not.toContain(secret);
			expect(text).not.toContain(Buffer.from(secret).toString("hex"));
		}
	});

	it("is at the same address after a restart, and gives a page that stayed open what it needs", async () => {
		const port = await freePort();
		const first = up("--page-port", `${port}`);
		const before = await browse(await pageOf(first));
		expect(await first.end("SIGTERM")).toBe(0);
		expect(before.isClosed).toBe(true);
		await pageOf(up("--page-port", `${port}`));
		const after = await browse(port);
		expect(after.cookie).not.toBe(before.cookie);
		expect((await after.act({ act: "light", device: "nightlight", value: 1 })).status).toBe(204);
		await after.sees({ led: true });
	});

	it("is left in time with pages open", async () => {
		const program = up();
		const port = await pageOf(program);
		const open = [await browse(port), await browse(port, "all")];
		const begun = performance.now();
		expect(await program.end("SIGINT")).toBe(0);
		expect(performance.now() - begun).toBeLessThan(STOP_LIMIT);
		expect(open.map(({ isClosed }) => isClosed)).toEqual([true, true]);
		expect(program.events.at(-1)).toMatchObject({ event: "link", state: "offline" });
	});

	it("shows the device of another engine, byte by byte", async () => {
		const browser = await browse(await pageOf(up("--engine", "xs")));
		await browser.act({ act: "light", device: "nightlight", value: 3 });
		await browser.sees({ engine: "xs", led: true });
		const lines = packetsOf(browser).map(lineOf);
		for (const line of ["device broker CONNECT", 'device broker PUBLISH {"light":3}']) {
			expect(lines).toContain(line);
		}
	});

	it("says its address alone on a line, when all are online, and as the last line", async () => {
		const program = programs.add(new Nightlight(["up", "--port", "0", "--light", "900"]));
		await program.until("the page", () => program.lines.some((line) => line.startsWith("Page: ")));
		const [device, server] = ["device | Link online", "server | Link online"].map((line) =>
			program.lines.indexOf(line),
		);
		const page = program.lines.findIndex((line) => line.startsWith("Page: "));
		expect(page).toBeGreaterThan(Math.max(device as number, server as number));
		expect(await program.end()).toBe(0);
		const addresses = program.lines.filter((line) => /^Page: http:\/\/127\.0\.0\.1:\d+\/$/.test(line));
		expect(addresses).toEqual([program.lines[page], program.lines.at(-1)]);
	});

	it("says its address once a link has failed, and not again when all are online", async () => {
		const port = await freePort();
		const program = nightlight("up", "--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp");
		const browser = await browse(await pageOf(program), "device=lamp");
		expect(program.events.filter(({ code }) => code !== undefined).length).toBeGreaterThan(0);
		await browser.sees({ link: expect.objectContaining({ code: "connection-refused" }) });
		const broker = nightlight("broker", "--port", `${port}`);
		await broker.heard({ event: "listening" });
		for (const source of ["device", "server"]) {
			await program.heard({ source, event: "link", state: "online" }, 0, 20_000);
		}
		expect(await program.end()).toBe(0);
		expect(program.events.filter(({ source }) => source === "page")).toHaveLength(1);
	});
});

describe("the page's options", () => {
	it("--no-page: there is none", async () => {
		const program = up("--no-page", "--duration", "1");
		expect(await program.exited).toBe(0);
		expect(program.events.filter(({ source }) => source === "page")).toEqual([]);
	});

	it("a port that is taken is said in a line", async () => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as { port: number };
		const program = up("--page-port", `${port}`);
		expect(await program.exited).toBe(1);
		expect(program.errors).toBe(
			`nightlight: --page-port: port ${port} is taken; leave it out for a free one, or give --no-page\n`,
		);
		server.close();
	});

	it.each([
		[["up", "--no-page", "--page-port", "1"], /--page-port is for the page/],
		[["server", "--page-port", "1"], /--page-port is for --page/],
		[["up", "--page-port", "70000"], /whole number from 0 to 65535/],
	])("%j is refused", async (words, reason) => {
		const { code, errors } = await runHere(words);
		expect([code, errors]).toEqual([2, expect.stringMatching(reason)]);
	});
});

describe("the page of nightlight server", () => {
	it("shows any device on the broker, by its messages", async () => {
		const broker = nightlight("broker", "--port", "0");
		const { port: at } = await broker.heard({ event: "listening" });
		const url = `mqtt://127.0.0.1:${at}`;
		const port = await pageOf(nightlight("server", "--broker", url, "--id", "+", "--page"));
		const browser = await browse(port, "device=lamp");
		expect(browser.device).toBeUndefined();
		const words = ["--broker", url, "--id", "lamp", "--light", "9", "--interval", "100"];
		const device = nightlight("device", ...words);
		await browser.sees({
			...{
				id: "lamp",
				kind: "remote",
				light: 9,
				led: true,
				link: expect.objectContaining({ state: "online" }),
			},
			...{ believed: { light: 9, led: true, at: expect.any(Number) }, sources: [], possible: [] },
		});
		expect(browser.last("hello")).toMatchObject({ ownBroker: false, broker: url });
		await expect.poll(() => packetsOf(browser).map(lineOf)).toContain('broker server PUBLISH {"light":9}');
		expect(packetsOf(browser).filter(({ from, to }) => from === "device" || to === "device")).toEqual([]);
		expect((await browser.act({ act: "light", device: "lamp", value: 1 })).status).toBe(409);
		await browser.act({ act: "hold", device: "lamp", led: false });
		await browser.sees({ led: false, hold: { led: false, until: expect.any(Number) } });
		await browser.act({ act: "hold", device: "lamp", led: null });
		await browser.sees({ led: true });
		await device.end("SIGKILL");
		await expect.poll(() => browser.device?.link?.state).toBe("offline");
	});

	it("has a person's command hold for a device that was away, too", async () => {
		const broker = nightlight("broker", "--port", "0");
		const { port: at } = await broker.heard({ event: "listening" });
		const words = ["--broker", `mqtt://127.0.0.1:${at}`, "--id", "lamp"];
		const browser = await browse(await pageOf(nightlight("server", ...words, "--page")), "device=lamp");
		const device = () => nightlight("device", ...words, "--light", "900", "--interval", "100");
		const first = device();
		await expect.poll(() => browser.device?.believed.led).toBe(false);
		await browser.act({ act: "hold", device: "lamp", led: true });
		await first.heard({ event: "led", on: true });
		await first.end("SIGKILL");
		const second = device();
		await second.heard({ event: "led", on: true });
		await second.heard({ event: "telemetry" }, second.events.length);
		await second.heard({ event: "telemetry" }, second.events.length);
		// Not for each reading; a second time when the first device's will comes behind the second one's "online".
		const commands = second.events.filter(({ event }) => event === "command");
		expect(commands.length).toBeLessThanOrEqual(2);
		expect(second.events.filter(({ event }) => event === "telemetry").length).toBeGreaterThan(2);
	});
});
