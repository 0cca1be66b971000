import type { WorldOptions } from "./world-settings.js";

/** What the command line of `nightlight simulate` says. */
export interface SimulateOptions extends WorldOptions {
	readonly profile: "mqtt" | "azure-iot-hub" | "stadium";
	readonly seed: number;
	readonly seeds?: number;
	readonly hours: number;
	readonly devices?: number | readonly string[];
	readonly faults: string;
	readonly only?: readonly string[];
	readonly trace?: string;
	readonly record?: string;
	readonly force?: true;
	readonly keepGoing?: true;
	readonly json?: true;
}
