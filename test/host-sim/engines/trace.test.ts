import { beforeAll, expect, it } from "vitest";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import {
	EXACTLY_ONCE,
	EXACTLY_ONCE_SETTINGS,
	SCENARIO,
	SECURED,
	SECURED_SETTINGS,
	SETTINGS,
	SILENCE,
	SILENT_SETTINGS,
} from "./scenario.js";
import { firstDifference, type StartDevice, startOnNode, traceOf } from "./trace.js";

const onXs: StartDevice = (host, config) =>
	startOnXs(host, config, {
		log: () => {},
		onFailure: (reason) => {
			throw new Error(reason);
		},
	});

const onArm: StartDevice = (host, config) =>
	startOnArm(host, config, {
		log: () => {},
		onFailure: (reason) => {
			throw new Error(reason);
		},
	});

it("a difference is shown with what came before it", () => {
	expect(firstDifference(["a", "b"], ["a", "b"])).toBeUndefined();
	expect(firstDifference(["a", "b", "c"], ["a", "b", "x"])).toBe("  a\n  b\n- c\n+ x");
	expect(firstDifference(["a"], ["a", "b"])).toBe("  a\n- the end\n+ b");
});

const SCENARIOS = [
	{
		name: "a bad week",
		scenario: SCENARIO,
		settings: SETTINGS,
		sees: [
			'"telemetry"',
			'"command"',
			'"led"',
			'"refused"',
			"CONNACK 5",
			"no PUBACK",
			'"storage"',
			"packet type 13 with 1 bytes",
		],
	},
	{
		name: "QoS 2",
		scenario: EXACTLY_ONCE,
		settings: EXACTLY_ONCE_SETTINGS,
		// PUBREC of the oversize command; PUBREL on a later connection; PUBCOMP and PUBREL of unknown ids.
		sees: [
			"50020002",
			"6202",
			"5002012c",
			"7002012c",
			"700203e7",
			"620203e8",
			"too many for the receive buffer",
		],
	},
	{
		name: "silence",
		scenario: SILENCE,
		settings: SILENT_SETTINGS,
		sees: ["no PINGRESP", "no CONNACK", "cannot resolve", "c000c000"],
	},
	{
		name: "TLS",
		scenario: SECURED,
		settings: SECURED_SETTINGS,
		sees: ['"securing"', "securing the connection with TLS took longer", "certificate has expired"],
	},
];

it.each(SCENARIOS)(
	"$name shows what it is for, and the same each time",
	async ({ scenario, settings, sees }) => {
		const trace = await traceOf(startOnNode, scenario, settings);
		const seen = trace.join("\n");
		for (const part of sees) expect(seen).toContain(part);
		expect(firstDifference(trace, await traceOf(startOnNode, scenario, settings))).toBeUndefined();
	},
);

describeWith([compiler], "one trace", () => {
	beforeAll(async () => {
		await xsWorker(() => {});
	}, 300_000);

	it.each(SCENARIOS)("is that of Node and that of XS: $name", async ({ scenario, settings }) => {
		const node = await traceOf(startOnNode, scenario, settings);
		const xs = await traceOf(onXs, scenario, settings);
		expect(firstDifference(node, xs)).toBeUndefined();
	});
});

describeWith([armTools], "one trace", () => {
	it.each(SCENARIOS)(
		"is that of Node and that of the ARM image: $name",
		async ({ scenario, settings }) => {
			const node = await traceOf(startOnNode, scenario, settings);
			const arm = await traceOf(onArm, scenario, settings);
			expect(firstDifference(node, arm)).toBeUndefined();
		},
		180_000,
	);
});
