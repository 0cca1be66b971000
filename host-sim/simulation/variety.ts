import { type Config, parseConfig } from "../../firmware/config.js";
import type { Clock } from "./clock.js";
import { Random } from "./random.js";

/** What is set in a configuration; the rest are defaults. */
export type Settings = Given<Config>;

type Given<T> = T extends readonly (infer E)[]
	? readonly Given<E>[]
	: T extends object
		? { readonly [K in keyof T]?: Given<T[K]> }
		: T;

/** A complete configuration of a device in a world. @throws RangeError for settings that are not allowed */
export function configOf(id: string, settings: Settings = {}): Config {
	const parsed = parseConfig({ id, broker: { host: "broker.world" }, ...settings });
	if (parsed.kind === "valid") return parsed.config;
	const [problem] = parsed.problems;
	throw new RangeError(`${problem?.key}: ${problem?.got}, wants ${problem?.wants}`);
}

/** Settings that a seed chooses: every QoS, sessions that are kept and that are not. */
export function settingsOf(seed: number, id: string): Settings {
	const random = new Random(seed, `settings ${id}`);
	return {
		mqtt: { cleanSession: random.chance(0.4), inFlight: random.pick([1, 4, 16]) },
		telemetry: { qos: random.pick([0, 1, 2] as const), interval: 2000, time: "unix" },
		commands: { qos: random.pick([0, 1, 2] as const) },
	};
}

const MINUTE = 60_000;

/** Makes it lighter and darker, again and again, up to a time. */
export function changeLight(clock: Clock, random: Random, until: number, set: (light: number) => void): void {
	const change = () => {
		set(random.between(0, 1023));
		const pause = random.between(5000, 3 * MINUTE);
		if (clock.elapsed + pause < until) clock.post(change, pause);
	};
	change();
}
