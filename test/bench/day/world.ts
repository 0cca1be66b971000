import { DEFAULT_RATES, NO_FAULTS } from "../../../host-sim/simulation/faults/rates.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { serve } from "../process.js";

/** A world of one device. */
export interface DayTask {
	readonly qos: 0 | 1 | 2;
	readonly cleanSession: boolean;
	readonly hours: number;
	readonly faults: "none" | "default";
}

/** Runs it; answers with the seconds of processor that took, of all threads. */
serve<DayTask>(({ qos, cleanSession, hours, faults }) => {
	const seed = { seed: 1, hours, devices: 1, faults: faults === "none" ? NO_FAULTS : DEFAULT_RATES };
	const config = configOf("d1", {
		mqtt: { cleanSession },
		telemetry: { qos, interval: 2000, time: "unix" },
		commands: { qos },
	});
	const spec = { ...specOf(seed), devices: [{ config, ticks: 0 }] };
	const before = process.cpuUsage();
	const { failure } = runWorld(spec);
	const { user, system } = process.cpuUsage(before);
	if (failure !== undefined) throw new Error(failure.what);
	return (user + system) / 1e6;
});
