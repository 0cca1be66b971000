import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { FaultName, Rung } from "../../../host-sim/web/protocol.js";
import { runHere } from "../../support/command-line.js";
import { inLane } from "../../support/lane.js";
import { Nightlight, STOP_LIMIT } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import { Browser } from "./support.js";

const programs = new Programs();
const browsers: Browser[] = [];
afterEach(async () => {
	for (const browser of browsers.splice(0)) browser.close();
	await programs.endAll();
});

const ALL: readonly FaultName[] = [
	"wifi-off",
	"half-open",
	"latency",
	"power-cut",
	"storage-full",
	"broker-down",
];

/** A device that keeps what it sends, and has little patience. */
const CONFIG = {
	mqtt: { responseTimeout: 2500, cleanSession: false },
	reconnect: { initial: 50, maximum: 200 },
	telemetry: { interval: 200, qos: 1 },
};

/** `nightlight up` with its page, opened. */
async function opened(...words: string[]) {
	const config = join(mkdtempSync(join(tmpdir(), "trouble-")), "config.json");
	writeFileSync(config, JSON.stringify(CONFIG));
	const program = programs.add(
		new Nightlight(["up", "--port", "0", "--light", "900", "--config", config, "--json", ...words]),
	);
	const { url } = await program.heard({ source: "page", event: "page" }, 0, 20_000);
	const browser = await Browser.open(Number(new URL(String(url)).port), "device=nightlight");
	browsers.push(browser);
	return { program, browser };
}

const turn = (browser: Browser, fault: FaultName, on: boolean) =>
	browser.act({ act: "fault", device: "nightlight", fault, on });

const faultsOf = ({ device }: Browser) => device?.faults.map(({ name }) => name);
const notesOf = ({ rungs }: Browser) =>
	rungs.flatMap((rung) => (rung.kind === "note" ? [`${rung.lane}: ${rung.text}`] : []));

/** Waits until the LED follows the light again: device, broker and server do their work. */
async function recovers(browser: Browser): Promise<void> {
	const light = browser.device?.led === true ? 900 : 100;
	await browser.act({ act: "light", device: "nightlight", value: light });
	await expect.poll(() => browser.device?.led, { timeout: 15_000 }).toBe(light === 100);
	expect(browser.device).toMatchObject({ link: { state: "online" }, faults: [] });
}

type Packet = Extract<Rung, { kind: "packet" }>;

/** What the page sees of each fault, until it is switched off. */
const SEEN: readonly (readonly [
	fault: FaultName,
	notes: readonly [string, string],
	seen: (browser: Browser) => Promise<void>,
])[] = [
	[
		"wifi-off",
		["device: Wi-Fi off", "device: Wi-Fi on again"],
		(browser) =>
			browser.sees({ link: expect.objectContaining({ code: "no-network", reason: "Wi-Fi is off" }) }),
	],
	[
		"broker-down",
		["broker: broker down", "broker: broker up again"],
		async (browser) => {
			await browser.sees({ link: expect.objectContaining({ code: "connection-refused" }) });
			await expect.poll(() => browser.last("server")?.server.state).not.toBe("online");
		},
	],
	[
		"half-open",
		["device: packets vanish from now on", "device: new connections get through again"],
		async (browser) => {
			const lost = () =>
				browser.rungs.filter((rung): rung is Packet => rung.kind === "packet" && rung.lost === true);
			await expect.poll(() => lost().map(({ from, type }) => `${from} ${type}`)).toContain("device PUBLISH");
			await browser.act({ act: "command", device: "nightlight", text: '{"led_on":true}' });
			await expect.poll(() => lost().map(({ from, type }) => `${from} ${type}`)).toContain("broker PUBLISH");
			expect(browser.device?.link?.state).toBe("online");
		},
	],
	[
		"latency",
		["device: each packet comes late", "device: packets come in time again"],
		async (browser) => {
			const begun = performance.now();
			const on = browser.device?.led !== true;
			await browser.act({ act: "light", device: "nightlight", value: on ? 100 : 900 });
			await browser.sees({ led: on });
			expect(performance.now() - begun).toBeGreaterThan(1500);
		},
	],
	[
		"power-cut",
		["device: power cut", "device: power on again"],
		(browser) =>
			browser.sees({ led: false, link: expect.objectContaining({ state: "offline", reason: "no power" }) }),
	],
	[
		"storage-full",
		["device: storage full", "device: storage has room again"],
		async (browser) => {
			await expect.poll(() => notesOf(browser).join()).toMatch(/storage failed: .*no space left on device/);
		},
	],
];

/** With what they need; the quick lane takes the first. */
const ENGINES = [
	["node", []],
	["xs", [compiler]],
	["arm", [compiler, armTools]],
] as const;

for (const [engine, requirements] of ENGINES.slice(0, inLane(1, ENGINES.length))) {
	describeWith(requirements, `trouble at a click on ${engine}`, () => {
		it("each fault is switched on, seen, and over when it is switched off", async () => {
			const { browser } = await opened("--engine", engine);
			expect(browser.device?.possible).toEqual(ALL);
			expect(browser.device?.faults).toEqual([]);
			for (const [fault, notes, seen] of SEEN) {
				expect((await turn(browser, fault, true)).status).toBe(204);
				await expect.poll(() => faultsOf(browser)).toEqual([fault]);
				await seen(browser);
				expect((await turn(browser, fault, false)).status).toBe(204);
				await recovers(browser);
				expect(notesOf(browser)).toEqual(expect.arrayContaining([...notes]));
			}
		}, 120_000);

		it("a power cut while the firmware starts, and one more, leave one device", async () => {
			const { program, browser } = await opened("--engine", engine);
			for (let count = 0; count < 3; count++) {
				await turn(browser, "power-cut", true);
				await turn(browser, "power-cut", false);
			}
			await recovers(browser);
			const from = program.events.length;
			await new Promise((resolve) => setTimeout(resolve, 1000));
			const readings = program.events
				.slice(from)
				.filter(({ source, event }) => source === "device" && event === "telemetry");
			// Each 200 ms, by one device.
			expect(readings.length).toBeLessThan(9);
		});
	});
}

describe("a power cut in a recording", () => {
	it("is replayed", async () => {
		const file = join(mkdtempSync(join(tmpdir(), "trouble-")), "cut.jsonl");
		const { program, browser } = await opened("--record", file);
		await turn(browser, "power-cut", true);
		await browser.sees({ led: false });
		await turn(browser, "power-cut", false);
		await recovers(browser);
		expect(await program.end("SIGTERM")).toBe(0);
		const { code, output, errors } = await runHere(["replay", file, "--json"]);
		expect([code, errors]).toEqual([0, ""]);
		expect(output).toContain('"event":"replayed"');
	});
});

describe("a program that is stopped", () => {
	it.each(ALL.slice(0, inLane(2, ALL.length)))("ends in time with %s", async (fault) => {
		const { program, browser } = await opened();
		await turn(browser, fault, true);
		await expect.poll(() => faultsOf(browser)).toEqual([fault]);
		const begun = performance.now();
		expect(await program.end("SIGINT")).toBe(0);
		expect(performance.now() - begun).toBeLessThan(STOP_LIMIT);
		expect(program.errors).toBe("");
	});
});
