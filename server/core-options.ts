import { DEFAULT_THRESHOLD, type Rule } from "./rule.js";
import type { RuleSet } from "./rules/rule-set.js";
import type { Store } from "./store/store.js";
import { type DeviceIds, isDeviceId, type TopicTemplates } from "./topics.js";

/** How many messages came, how many of them were refused, how many commands followed. */
export interface Counts {
	readonly messages: number;
	readonly refused: number;
	readonly commands: number;
}

/** What the core is made for. */
export interface CoreOptions {
	/** The device's id, or those of several; left out or `+`: all devices. */
	readonly id?: DeviceIds;
	/** The LED is on below it; 300 if left out. */
	readonly threshold?: number | undefined;
	/** How far above the threshold the LED goes off again; 0 if left out. */
	readonly hysteresis?: number | undefined;
	/** Which devices are decided together; if left out, each by its own light. */
	readonly rules?: RuleSet | undefined;
	/** `{id}/telemetry`, `{id}/commands` and so on if left out. */
	readonly topics?: TopicTemplates | undefined;
	/** Where readings and orders go; if left out, a store that remembers orders and readings' numbers until the server ends. */
	readonly store?: Store | undefined;
	/** 1 to 32 of letters, digits, `.`, `_`, `-`; `nightlight` if left out. */
	readonly name?: string | undefined;
	/** When it began, in milliseconds since 1970; 0 if left out. */
	readonly since?: number | undefined;
	/** Whether it neither commands nor acknowledges, and only takes what comes. */
	readonly observes?: boolean | undefined;
	/** Uniform, 0 up to 1, for the names of streams; Math.random if left out. */
	readonly random?: (() => number) | undefined;
}

/** The devices that are meant; `undefined`: all. @throws RangeError for an id that is none */
export function idsOf({ id }: CoreOptions): DeviceIds {
	const ids = id === "+" ? undefined : id;
	const each = typeof ids === "string" ? [ids] : ids;
	if (each !== undefined && !(each.length > 0 && each.every(isDeviceId)))
		throw new RangeError("id: 1 to 64 of letters, digits, -, _, . (or + for all devices)");
	return ids;
}

/** The rule of devices that are decided each by its own light. @throws RangeError for numbers that it cannot have */
export function ruleOf({ threshold = DEFAULT_THRESHOLD, hysteresis = 0 }: CoreOptions): Rule {
	if (!Number.isFinite(threshold)) throw new RangeError("threshold: a finite number");
	if (!Number.isFinite(hysteresis) || hysteresis < 0)
		throw new RangeError("hysteresis: a finite number, 0 or more");
	return { threshold, hysteresis };
}
