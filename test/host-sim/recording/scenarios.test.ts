import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import type { Host } from "../../../firmware/host.js";
import { CALLS, EVENTS } from "../../../host-sim/recording/crossing.js";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import type { Settings } from "../../support/virtual/config.js";
import {
	EXACTLY_ONCE,
	EXACTLY_ONCE_SETTINGS,
	SCENARIO,
	SECURED,
	SECURED_SETTINGS,
	SETTINGS,
	SILENCE,
	SILENT_SETTINGS,
} from "../engines/scenario.js";
import { type Scenario, startOnNode, traceOf } from "../engines/trace.js";
import { recorded, recordedWorld, replayed, type Start } from "./support.js";

/** What the others leave out. */
const ODDITIES: Scenario = [
	{ at: 1000, act: ({ host }) => Object.assign(host.network, { tellsRoom: false, tellsWhy: false }) },
	{ at: 1001, act: ({ broker }) => broker.kill() },
	{ at: 6000, act: ({ host }) => Object.assign(host.network, { attempt: "throw" }) },
	{ at: 6001, act: ({ broker }) => broker.kill() },
	{ at: 12_000, act: ({ host }) => Object.assign(host.network, { attempt: "accept" }) },
	{ at: 30_000, act: ({ broker }) => broker.publish("d1/commands", '{"led_on":true}') },
];

const SCENARIOS: readonly { name: string; scenario: Scenario; settings: Settings }[] = [
	{ name: "a bad week", scenario: SCENARIO, settings: SETTINGS },
	{ name: "QoS 2", scenario: EXACTLY_ONCE, settings: EXACTLY_ONCE_SETTINGS },
	{ name: "silence", scenario: SILENCE, settings: SILENT_SETTINGS },
	{ name: "TLS", scenario: SECURED, settings: SECURED_SETTINGS },
	{ name: "oddities", scenario: ODDITIES, settings: { mqtt: { cleanSession: false } } },
];

it.each(SCENARIOS)(
	"a device does the same with and without a recorder, and in a replay: $name",
	async ({ scenario, settings }) => {
		const { trace, lines } = await recorded(scenario, settings);
		expect(trace).toEqual(await traceOf(startOnNode, scenario, settings));
		expect(await replayed(lines)).toMatchObject({ crossings: lines.length - 1, divergence: undefined });
	},
);

/** The firmware, which throws when the `nth` of its timers goes off. */
const crashing =
	(nth: number, message: string): Start =>
	(host, config) => {
		let left = nth;
		const set: Host["timer"]["set"] = (callback, delay) =>
			host.timer.set(() => {
				if (--left === 0) throw new Error(message);
				callback();
			}, delay);
		const { repeat, clear } = host.timer;
		return startNightlight({ ...host, timer: { set, repeat, clear } }, config);
	};

describe("a firmware that throws", () => {
	const record = async (start: Start) => {
		const lines: string[] = [];
		const write = (line: string) => lines.push(line);
		await expect(recorded(SCENARIO, SETTINGS, start, write)).rejects.toThrow("out of luck");
		return lines;
	};

	it("does so in a replay", async () => {
		const lines = await record(crashing(2, "out of luck"));
		expect(JSON.parse(lines.at(-1) as string)).toEqual({ call: "throw", args: ["out of luck"] });
		const { divergence, crossings } = await replayed(lines, crashing(2, "out of luck"));
		expect([divergence, crossings]).toEqual([undefined, lines.length - 1]);
	});

	it.each([
		{ name: "throws something else", start: crashing(2, "no luck"), firmware: 'throw("no luck")' },
		{ name: "is mended", start: startNightlight, firmware: "now()" },
	])("is another one when it $name", async ({ start, firmware }) => {
		const lines = await record(crashing(2, "out of luck"));
		expect((await replayed(lines, start)).divergence).toMatchObject({
			...{ line: lines.length, firmware },
			recorded: 'throw("out of luck")',
		});
	});

	it("is another one when it throws too early", async () => {
		const lines = await record(crashing(2, "out of luck"));
		const { divergence } = await replayed(lines, crashing(1, "out of luck"));
		expect(divergence).toMatchObject({ firmware: 'throw("out of luck")', recorded: "now()" });
		expect(lines[(divergence?.line ?? 0) - 2]).toContain('"event":"timer"');
	});

	it("may throw at its start", async () => {
		const start: Start = () => {
			throw new Error("out of luck");
		};
		const lines = await record(start);
		expect(lines).toHaveLength(3);
		expect((await replayed(lines, start)).divergence).toBeUndefined();
		expect((await replayed(lines)).divergence).toMatchObject({ line: 3, recorded: 'throw("out of luck")' });
	});
});

it("each kind of call and event occurs in these scenarios, in a world with orders, above, or in flash.test.ts", async () => {
	// So often that in any seed's world names are not found, writing fails and the power goes.
	const { lines } = recordedWorld(5, 1, 3, { ...DEFAULT_RATES, lookup: 60, storage: 30, power: 30 });
	for (const { scenario, settings } of SCENARIOS) lines.push(...(await recorded(scenario, settings)).lines);
	const names = lines.map((line) => {
		const { call, event } = JSON.parse(line) as { call?: string; event?: string };
		return call ?? event;
	});
	const seen = new Set(names);
	const missing = [...Object.keys(CALLS), ...Object.keys(EVENTS)].filter((name) => !seen.has(name));
	expect(missing.filter((name) => !name.startsWith("flash."))).toEqual(["throw"]);
});
