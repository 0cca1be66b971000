import { type Config, describeProblem, type Problem, parseConfig } from "../../firmware/config.js";
import { type Range, type Signal, toReading } from "../world/source.js";
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
	if (parsed.kind === "valid") {
		const { sensors } = parsed.config.telemetry;
		if (sensors.some(({ name }) => name === "light")) return parsed.config;
		throw new RangeError("telemetry.sensors: wants one with the name light: the server's rule is about it");
	}
	throw new RangeError(describeProblem(parsed.problems[0] as Problem));
}

/** Settings over others, room by room. */
export const over = (base: Settings, given: Settings): Settings => ({
	...base,
	...given,
	mqtt: { ...base.mqtt, ...given.mqtt },
	reconnect: { ...base.reconnect, ...given.reconnect },
	telemetry: { ...base.telemetry, ...given.telemetry },
	outbox: { ...base.outbox, ...given.outbox },
	commands: { ...base.commands, ...given.commands },
});

/** How often a device's wall clock is never set. */
const WITHOUT_CLOCK = 0.12;

/** Whether a seed has a device's wall clock be set. */
export const hasClock = (seed: number, id: string): boolean =>
	!new Random(seed, `clock ${id}`).chance(WITHOUT_CLOCK);

/** Settings that a seed chooses: every QoS, sessions that are kept and that are not. */
export function settingsOf(seed: number, id: string): Settings {
	const random = new Random(seed, `settings ${id}`);
	return {
		mqtt: { cleanSession: random.chance(0.4), inFlight: random.pick([1, 4, 16]) },
		telemetry: {
			qos: random.pick([0, 1, 2] as const),
			interval: 2000,
			time: hasClock(seed, id) ? "unix" : "none",
		},
		commands: { qos: random.pick([0, 1, 2] as const) },
	};
}

const MINUTE = 60_000;

/** Lets what a sensor measures change, again and again, up to a time. */
export function vary(
	clock: Clock,
	random: Random,
	until: number,
	{ minimum, maximum }: Range,
	set: (value: number) => void,
): void {
	const change = () => {
		set(random.between(minimum, maximum));
		const pause = random.between(5000, 3 * MINUTE);
		if (clock.elapsed + pause < until) clock.post(change, pause);
	};
	change();
}

/** Lets a sensor follow a signal, which is looked at every `step` milliseconds; `set` hears of changes. */
export function follow(
	clock: Clock,
	signal: Signal,
	step: number,
	range: Range,
	set: (value: number) => void,
): void {
	let last: number | undefined;
	const look = () => {
		const value = toReading(signal(clock.elapsed), range);
		if (value !== last) set(value);
		last = value;
		clock.post(look, step);
	};
	look();
}
