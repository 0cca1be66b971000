import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { EngineError } from "../../../host-sim/engines/failure.js";
import { startOnV8 } from "../../../host-sim/engines/v8/engine.js";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { guestEngine, type StartGuest } from "../../../host-sim/recording/engines.js";
import { readRecording } from "../../../host-sim/recording/read.js";
import { Recorder } from "../../../host-sim/recording/recorder.js";
import { type Outcome, replay } from "../../../host-sim/recording/replay.js";
import { isAll } from "../../support/lane.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
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
import { startOnNode, traceOf } from "../engines/trace.js";
import { HEADER } from "./support.js";

const SCENARIOS = [
	{ name: "a bad week", scenario: SCENARIO, settings: SETTINGS },
	{ name: "QoS 2", scenario: EXACTLY_ONCE, settings: EXACTLY_ONCE_SETTINGS },
	{ name: "silence", scenario: SILENCE, settings: SILENT_SETTINGS },
	{ name: "TLS", scenario: SECURED, settings: SECURED_SETTINGS },
];

/** Replayed on another engine one crossing at a time, a week takes long; `engines/trace.test.ts` plays it there too. */
const REPLAYED = SCENARIOS.filter(({ name }) => isAll || name !== "a bad week");

const replayedOn = (start: StartGuest, lines: readonly string[]): Promise<Outcome> =>
	replay(
		readRecording([Buffer.from(lines.join(""))]),
		guestEngine(start, () => {}),
	);

/** Plays a scenario with the firmware over native functions, and records what these come to. */
async function recordedOnV8({ scenario, settings }: (typeof SCENARIOS)[number]) {
	const lines: string[] = [];
	const trace = await traceOf(
		async (host, config) => {
			const recorder = new Recorder({ header: HEADER, elapsed: () => 0, write: (line) => lines.push(line) });
			const device = recorder.device(host, config);
			const options = { log: () => {}, onFailure: (reason: string) => device.threw(reason) };
			const guest = await device.start((on) => startOnV8(on, config, options));
			return {
				settled: () => guest.settled(),
				stop: () => new Promise((resolve) => device.stop((done) => void guest.stop().then(done), resolve)),
			};
		},
		scenario,
		settings,
	);
	return { trace, lines };
}

it.each(SCENARIOS)("over native functions, Node does what it does without: $name", async (played) => {
	const { trace, lines } = await recordedOnV8(played);
	expect(trace).toEqual(await traceOf(startOnNode, played.scenario, played.settings));
	expect(await replayedOn(startOnV8, lines)).toMatchObject({
		...{ crossings: lines.length - 1, divergence: undefined },
	});
});

it("an engine that cannot be had is no divergence", async () => {
	const { lines } = await recordedOnV8(SCENARIOS[0] as (typeof SCENARIOS)[0]);
	const none: StartGuest = () => Promise.reject(new EngineError("no compiler"));
	await expect(replayedOn(none, lines)).rejects.toThrow(new EngineError("no compiler"));
});

it("a firmware in another engine that does something else is found out", async () => {
	const { lines } = await recordedOnV8(SCENARIOS[0] as (typeof SCENARIOS)[0]);
	const other: StartGuest = (host, config, options) =>
		startOnV8(host, { ...config, telemetry: { ...config.telemetry, time: "unix" } }, options);
	const { divergence } = await replayedOn(other, lines);
	expect(divergence?.recorded).toMatch(/^socket\.write|^storage\.write|^report/);
	expect(lines[(divergence?.line ?? 0) - 1]).toMatch(/socket\.write|storage\.write|report/);
});

/** A converter that breaks: nothing in the firmware catches that. */
const BROKEN: (typeof SCENARIOS)[number] = {
	name: "a broken converter",
	scenario: [
		{
			at: 2000,
			act: ({ host }) =>
				Object.defineProperty(host.analog, "light", {
					get: () => {
						throw new Error("no converter");
					},
				}),
		},
		{ at: 5000, act: () => {} },
	],
	settings: SETTINGS,
};

it("a firmware that throws in another engine does so in a replay", async () => {
	const { lines } = await recordedOnV8(BROKEN);
	expect(lines.filter((line) => line.includes('"throws":"no converter"'))).toHaveLength(1);
	expect(lines).toContain('{"call":"throw","args":["no converter"]}\n');
	expect(await replayedOn(startOnV8, lines)).toMatchObject({
		...{ crossings: lines.length - 1, divergence: undefined },
	});
	const other = lines.map((line) =>
		line.replace('{"call":"throw","args":["no c', '{"call":"throw","args":["a c'),
	);
	expect((await replayedOn(startOnV8, other)).divergence).toMatchObject({
		recorded: 'throw("a converter")',
		firmware: 'throw("no converter")',
	});
});

describeWith([compiler], "XS", () => {
	beforeAll(async () => {
		await xsWorker(() => {});
	}, 300_000);

	it.each(REPLAYED)("makes the calls that Node makes: $name", async (played) => {
		const { lines } = await recordedOnV8(played);
		expect(await replayedOn(startOnXs, lines)).toMatchObject({
			...{ crossings: lines.length - 1, divergence: undefined },
		});
	});
});

/** Records XS while it has no time: events come in the middle of what it does. */
async function recordedInHaste(): Promise<string[]> {
	const host = new VirtualHost();
	host.network.chunk = 3;
	host.analog.light = 100;
	const broker = new ScriptedBroker(host.network);
	const config = configOf({ telemetry: { interval: 20, qos: 1 }, commands: { qos: 1 } });
	const lines: string[] = [];
	const write = (line: string) => lines.push(line);
	const device = new Recorder({ header: HEADER, elapsed: () => host.clock.elapsed, write }).device(
		host,
		config,
	);
	const options = { log: () => {}, onFailure: (reason: string) => device.threw(reason) };
	const guest = await device.start((on) => startOnXs(on, config, options));
	for (let turn = 0; turn < 500; turn++) {
		host.clock.advance(2);
		if (turn % 10 === 0) broker.publish("d1/commands", `{"led_on":${turn % 20 === 0}}`, { qos: 1 });
		await pause(1);
	}
	await guest.settled();
	guest.close();
	return lines;
}

describeWith([compiler], "events in the middle of a turn", () => {
	it("come in its middle again, on XS and on Node", async () => {
		// A turn begins with the time.
		const isWithin = (line: string, index: number, lines: readonly string[]) =>
			line.startsWith('{"at"') && /^\{"call":"(?:socket|report|analog|storage)/.test(lines[index + 1] ?? "");
		let lines: string[] = [];
		// When they come is the machine's affair.
		for (let tries = 0; !lines.some(isWithin) && tries < 10; tries++) lines = await recordedInHaste();
		expect(lines.filter(isWithin).length).toBeGreaterThan(0);
		for (const start of [startOnXs, startOnV8] as readonly StartGuest[]) {
			expect(await replayedOn(start, lines)).toMatchObject({
				...{ crossings: lines.length - 1, divergence: undefined },
			});
		}
	}, 300_000);
});

describeWith([armTools], "the ARM image", () => {
	it.each(REPLAYED)(
		"makes the calls that Node makes: $name",
		async (played) => {
			const { lines } = await recordedOnV8(played);
			expect(await replayedOn(startOnArm, lines)).toMatchObject({
				...{ crossings: lines.length - 1, divergence: undefined },
			});
		},
		180_000,
	);
});
