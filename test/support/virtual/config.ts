import { type Config, parseConfig } from "../../../firmware/config.js";

/** What to set in a configuration; the rest are defaults. */
export type Settings = Given<Config>;

type Given<T> = T extends readonly (infer E)[]
	? readonly Given<E>[]
	: T extends object
		? { readonly [K in keyof T]?: Given<T[K]> }
		: T;

/** A complete configuration: device `d1`, its broker `broker.test`, and these settings. */
export function configOf({ broker, ...settings }: Settings = {}): Config {
	const parsed = parseConfig({ id: "d1", broker: { host: "broker.test", ...broker }, ...settings });
	if (parsed.kind === "valid") return parsed.config;
	throw new Error(JSON.stringify(parsed.problems));
}
