import type { Feature, Verdict } from "./features.js";
import type { Stage } from "./rig/stage.js";

/** What a scenario saw of each feature that it is about. */
export type Verdicts = Readonly<Partial<Record<Feature, Verdict>>>;

/**
 * Something that happens between a device and its broker. It returns what the broker does; what our
 * side must do on any broker it expects, and throws otherwise.
 */
export interface Scenario {
	readonly features: readonly Feature[];
	readonly run: (stage: Stage) => Promise<Verdicts>;
}
