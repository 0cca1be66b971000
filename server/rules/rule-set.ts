/** A sensor of a device that a rule asks. */
export interface Voter {
	readonly device: string;
	readonly sensor: string;
}

/** What votes are made of, in the unit of the sensors. */
export type Test =
	/** The LED is on while the median is below `below`, and once on until it is `below + hysteresis`. */
	| { readonly kind: "median"; readonly below: number; readonly hysteresis: number }
	/** The LED is on while `count` sensors at least are below `below`; each one's hysteresis is its own. */
	| { readonly kind: "atLeast"; readonly count: number; readonly below: number; readonly hysteresis: number };

/** What happens when too few sensors have a vote: the LED stays as it is, or goes on or off. */
export type Otherwise = "keep" | "on" | "off";

/** A rule of a rule file. Times in milliseconds. */
export interface RuleDefinition {
	readonly name: string;
	/** Whom it asks: one at least, none twice. */
	readonly voters: readonly Voter[];
	readonly test: Test;
	/** How long the LED stays on, and off, at least. */
	readonly minimumOn: number;
	readonly minimumOff: number;
	/** A sensor that is silent for so long has no vote. */
	readonly stale: number;
	/** Nor has one that says exactly the same for so long; `undefined`: it may do so for ever. */
	readonly stuck: number | undefined;
	/** How many votes are needed. */
	readonly quorum: number;
	readonly otherwise: Otherwise;
	/** The devices that are told: one at least, none of them told by another rule. */
	readonly commands: readonly string[];
}

/** A rule file, as read. */
export interface RuleSet {
	readonly rules: readonly RuleDefinition[];
	/** The devices of each group, in the file's order; those of groups in it are among them. */
	readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** 1 to 64 of letters, digits, `-`, `_`, `.`: what a rule, a group and a device may be called. */
export const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** What a sensor may be called, in characters. */
export const MOST_SENSOR_NAME = 32;

/** Members of a message that no sensor has measured. */
export const NO_SENSORS: readonly string[] = Object.freeze(["time", "stream", "seq", "base", "late"]);

/** The longest time, a year, in seconds. */
export const MOST_SECONDS = 31_536_000;

/** Sensors that a rule asks at most, and all rules together. */
export const MOST_VOTERS = 1000;
export const MOST_VOTERS_IN_ALL = 10_000;

/** Devices of a group at most, and of all groups together. */
export const MOST_MEMBERS = 10_000;
export const MOST_MEMBERS_IN_ALL = 100_000;
