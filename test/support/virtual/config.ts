import { type Config, parseConfig } from "../../../firmware/config.js";

/** What to set in a configuration, room by room. */
export type Settings = {
	[Room in keyof Config]?: Config[Room] extends object ? Partial<Config[Room]> : Config[Room];
};

/** A complete configuration: device `d1`, its broker `broker.test`, and these settings. */
export function configOf({ broker, ...settings }: Settings = {}): Config {
	const parsed = parseConfig({ id: "d1", broker: { host: "broker.test", ...broker }, ...settings });
	if (parsed.kind === "valid") return parsed.config;
	throw new Error(JSON.stringify(parsed.problems));
}
