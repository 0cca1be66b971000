import { expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import { withRadio } from "../../../firmware/boards/wio-terminal/with-radio.js";
import type { SerialConstructor } from "../../../firmware/ecma-419.js";
import type { Host } from "../../../firmware/host.js";
import { withSimulatedRadio } from "../../../host-sim/co-processor/board.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import type { Settings } from "../../support/virtual/config.js";
import type { VirtualHost } from "../../support/virtual/host.js";
import { HOME } from "./radio-in-image.js";
import { SCENARIO } from "./scenario.js";
import { firstDifference, type Scenario, type StartDevice, traceOf } from "./trace.js";

const onFailure = (reason: string) => {
	throw new Error(reason);
};
const onXs: StartDevice = (host, config) => startOnXs(host, config, { log: () => {}, onFailure });
const onArm: StartDevice = (host, config) => startOnArm(host, config, { log: () => {}, onFailure });
const onNode: StartDevice = async (host, config) => {
	const stop = startNightlight(withRadio(host, host.device.io.Serial as SerialConstructor, config), config);
	return {
		settled: () => Promise.resolve(),
		stop: () => new Promise((resolve) => stop(resolve)),
	};
};

/** The first half of a bad week, and what only a radio meets: its network goes, a byte is lost, a call hangs. */
const BAD_RADIO = (chip: { faults: ReturnType<typeof withSimulatedRadio>["chip"]["faults"] }): Scenario => [
	...SCENARIO.filter(({ at }) => at < 9000).map(({ at, act }) => ({ at: at + 3000, act })),
	{ at: 20_000, act: () => chip.faults.accessPointGone("home") },
	{ at: 30_000, act: () => chip.faults.accessPointBack("home") },
	{ at: 60_000, act: () => chip.faults.toHost.lose(1) },
	{ at: 80_000, act: () => chip.faults.hang(16, 12) },
	{ at: 84_000, act: () => chip.faults.clear() },
	{ at: 110_000, act: ({ broker }) => broker.publish("d1/commands", '{"led_on":false}') },
];

const SETTINGS: Settings = {
	wifi: { ssid: "home", password: "password" },
	mqtt: { cleanSession: false, keepAlive: 10_000, responseTimeout: 3000, receiveBuffer: 512 },
	telemetry: { qos: 1, interval: 1000, time: "iso-8601" },
	commands: { qos: 1 },
};

/**
 * What the firmware does on its radio, on one engine. Without its goodbye, DISCONNECT: an engine that ends takes what it
 * has not handed to the chip with it.
 */
async function play(start: StartDevice): Promise<string[]> {
	let board: ReturnType<typeof withSimulatedRadio> | undefined;
	const boardOf = (host: VirtualHost): Host => {
		board = withSimulatedRadio(host, { accessPoints: [HOME], timeServer: "pool.ntp.org" });
		return board.host;
	};
	const chip = {
		get faults() {
			return (board as ReturnType<typeof withSimulatedRadio>).chip.faults;
		},
	};
	const trace = await traceOf(start, BAD_RADIO(chip), SETTINGS, boardOf);
	return trace.map((line) => line.replace(/e000$/, ""));
}

/** The first difference, short enough to be read. */
const differs = (one: readonly string[], other: readonly string[]): string =>
	(firstDifference(one, other) ?? "").slice(-2000);

it("through a radio that fails, a trace shows what it is for", async () => {
	const seen = (await play(onNode)).join("\n");
	for (const part of [
		'"telemetry"',
		'"led"',
		'"refused"',
		"the access point is gone",
		"bytes that are no frame|did not answer",
	]) {
		expect(seen).toMatch(new RegExp(part));
	}
	expect(seen).toMatch(/the radio did not answer within 2000 ms \(recv\)/);
});

describeWith([compiler], "through a radio that fails, one trace", () => {
	it("is that of Node and that of XS", async () => {
		expect(differs(await play(onNode), await play(onXs))).toBe("");
	}, 300_000);
});

describeWith([armTools], "through a radio that fails, one trace", () => {
	it("is that of Node and that of the ARM image", async () => {
		expect(differs(await play(onNode), await play(onArm))).toBe("");
	}, 300_000);
});
