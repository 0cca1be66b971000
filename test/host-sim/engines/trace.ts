import { startNightlight } from "../../../firmware/app.js";
import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

/** A firmware that runs over a virtual host, here or in another engine. */
export interface Device {
	/** Resolves when it has done all it does about what it has heard so far. */
	settled(): Promise<unknown>;
	/** Takes it off line; resolves when it is. */
	stop(): Promise<void>;
}

export type StartDevice = (host: Host, config: Config) => Promise<Device>;

/** The surroundings that a scenario plays with. */
export interface Surroundings {
	readonly host: VirtualHost;
	readonly broker: ScriptedBroker;
}

/** What happens around the device, and when: milliseconds from the start. */
export type Scenario = readonly { readonly at: number; readonly act: (around: Surroundings) => void }[];

/** The firmware on Node. */
export const startOnNode: StartDevice = async (host, config) => {
	const stop = startNightlight(host, config);
	return {
		settled: () => Promise.resolve(),
		stop: () => new Promise((resolve) => stop(resolve)),
	};
};

/**
 * Plays a scenario in virtual time and returns what the device did, a line each: every event with its
 * time, and all bytes of each connection. Where the bytes were cut does not count.
 * @param boardOf what the firmware gets of the host, if that is not the host itself
 */
export async function traceOf(
	start: StartDevice,
	scenario: Scenario,
	settings: Settings,
	boardOf: (host: VirtualHost) => Host = (host) => host,
): Promise<string[]> {
	const host = new VirtualHost();
	// Answers come at other times than those at which the device's own timers go.
	host.network.latency = 7;
	host.wallClock = Date.UTC(2026, 0, 1);
	host.analog.light = 400;
	const broker = new ScriptedBroker(host.network);
	const lines: string[] = [];
	host.onReport = (event) => lines.push(`${host.clock.elapsed} ${JSON.stringify(event)}`);
	for (const { at, act } of scenario) host.clock.post(() => act({ host, broker }), at);
	const device = await start(boardOf(host), configOf(settings));
	const settled = () => device.settled();
	const last = scenario.at(-1)?.at ?? 0;
	await host.clock.advanceWith(settled, last + 100);
	const stopped = device.stop();
	await host.clock.advanceWith(settled, 2000);
	await stopped;
	lines.push(`led ${host.digital.led}`);
	broker.clients.forEach(({ received }, index) => {
		lines.push(`connection ${index + 1}: ${received.toString("hex")}`);
	});
	return lines;
}

/** The first line in which two traces differ, with the lines before it; `undefined` when none does. */
export function firstDifference(one: readonly string[], other: readonly string[]): string | undefined {
	const length = Math.max(one.length, other.length);
	for (let index = 0; index < length; index++) {
		if (one[index] === other[index]) continue;
		const before = one.slice(Math.max(0, index - 3), index).map((line) => `  ${line}`);
		return [...before, `- ${one[index] ?? "the end"}`, `+ ${other[index] ?? "the end"}`].join("\n");
	}
	return undefined;
}
