import { describe, expect, it } from "vitest";
import type { PlannedFault } from "../../../host-sim/simulation/faults/plan.js";
import {
	DEFAULT_RATES,
	FAULT_NAMES,
	type FaultRates,
	NO_FAULTS,
} from "../../../host-sim/simulation/faults/rates.js";
import { RECOVERY } from "../../../host-sim/simulation/invariants/calm-devices.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";
import { configOf, type Settings } from "../../../host-sim/simulation/variety.js";
import { modelBroker } from "../../../host-sim/simulation/world-broker.js";
import { inLane } from "../../support/lane.js";
import { EXCEPTIONS } from "./exceptions.js";
import { runOnAedes } from "./run.js";

const MINUTE = 60_000;
const worldOf = (seed: number, hours: number, faults: FaultRates = DEFAULT_RATES) =>
	specOf({ seed, hours, devices: 3, faults });

/** Runs a world of one device, `d1`; what became of it, and its trace. */
async function runOne(faults: readonly PlannedFault[], settings: Settings, duration: number) {
	const lines: string[] = [];
	const devices = [{ config: configOf("d1", settings), ticks: 0 }];
	const outcome = await runOnAedes({ seed: 1, devices, faults, duration }, (line) => lines.push(line));
	return { outcome, lines };
}

describe("a world on Aedes", () => {
	it.each(Array.from({ length: inLane(2, 5) }, (_, index) => index + 1))(
		"holds what a world holds, for an hour in which all goes wrong: seed %d",
		async (seed) => {
			const { failure, lines, exceptions } = await runOnAedes(worldOf(seed, 1));
			expect(failure).toBeUndefined();
			expect(lines).toBeGreaterThan(5000);
			expect(Object.keys(EXCEPTIONS)).toEqual(expect.arrayContaining([...exceptions.keys()]));
		},
	);

	it("is the same each time, byte for byte", async () => {
		const [one, other] = [await runOnAedes(worldOf(6, 0.5)), await runOnAedes(worldOf(6, 0.5))];
		expect(other).toEqual(one);
		expect((await runOnAedes(worldOf(7, 0.5))).hash).not.toBe(one.hash);
	});

	it.each([1, 2, 3, 4])(
		"in which nothing goes wrong is that of the model, byte for byte: seed %d",
		async (seed) => {
			// To a session that it keeps, Aedes sends messages with QoS 1 later than the model.
			const spec = { ...worldOf(seed, 0.1, NO_FAULTS), keepsServer: false };
			// Aedes hands a message with QoS 2 on when it comes.
			const model = runWorld({
				...spec,
				broker: (parts) => modelBroker(parts, { exactlyOnce: "publish" }),
			});
			expect(await runOnAedes(spec)).toEqual(model);
			expect(model.failure).toBeUndefined();
		},
	);

	it("gives the process its timers back", async () => {
		const globals = () => [setTimeout, setInterval, setImmediate, clearTimeout, Math.random, Date.now];
		const before = globals();
		await runOnAedes(worldOf(1, 0.01));
		expect(globals()).toEqual(before);
	});
});

describe("on Aedes each fault", () => {
	const AT_ONCE = ["reset", "halfOpen", "clockStep", "nonsense", "stranger"];
	const BROKERS = ["lostAnswer", "crash", "amnesia", "hangUp", "closeOnPublish"];
	const planned = (fault: PlannedFault["fault"], seed = 4, at = MINUTE): PlannedFault => ({
		...{ fault, at, duration: AT_ONCE.includes(fault) ? 0 : 20_000, seed },
		target: BROKERS.includes(fault) ? "broker" : fault === "serverCrash" ? "server" : "d1",
	});

	it.each(FAULT_NAMES.filter((name) => name !== "tickWrap"))(
		"%s happens, and all is well afterwards",
		async (fault) => {
			const settings = { mqtt: { cleanSession: false }, telemetry: { qos: 1, time: "unix" } } as const;
			const duration = MINUTE + RECOVERY + 40_000;
			const { outcome } = await runOne([planned(fault)], settings, duration);
			expect(outcome.failure).toBeUndefined();
			expect([...outcome.faults]).toEqual([[fault, 1]]);
			expect([...outcome.exceptions]).toEqual([]);
		},
	);

	it.each([
		{ fault: "hangUp" as const, says: '"reason":"connection closed; perhaps', also: "reset" as const },
		{
			fault: "closeOnPublish" as const,
			says: '"event":"disconnected","client":"d1nightlight_client","reason":"fault","will":true',
		},
		{ fault: "crash" as const, says: '"reason":"crash","will":false' },
		{ fault: "crash" as const, says: '"clean":false,"sessionPresent":true', last: true },
		{ fault: "amnesia" as const, says: '"clean":false,"sessionPresent":false', last: true },
		{ fault: "halfOpen" as const, says: '"reason":"takeover","will":true' },
		{ fault: "power" as const, says: '"reason":"takeover","will":true' },
		{ fault: "reset" as const, says: '"reason":"lost","will":true' },
		{ fault: "lostAnswer" as const, says: '"event":"link","state":"backoff"' },
		{ fault: "nonsense" as const, says: '"event":"refused"' },
		{ fault: "stranger" as const, says: '"client":"stranger","reason":"disconnect","will":false' },
	])("$fault shows: $says", async ({ fault, says, also, last }) => {
		const faults = [0, 1, 2].map((seed) => planned(fault, seed));
		if (also !== undefined) faults.push(planned(also, 0, MINUTE + 1));
		const settings = { mqtt: { cleanSession: false }, telemetry: { qos: 1 } } as const;
		const { lines } = await runOne(faults, settings, 4 * MINUTE);
		const device = lines.filter((line) => line.includes("d1nightlight_client"));
		const connected = device.filter((line) => line.includes('"event":"connected"'));
		if (last) expect(connected.at(-1)).toContain(says);
		else expect(lines.join("")).toContain(says);
	});
});
