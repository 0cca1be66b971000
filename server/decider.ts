import { DeviceSet } from "./device-set.js";
import type { DecisionEvent } from "./events.js";
import { type Command, decide, type Rule } from "./rule.js";
import type { RuleSet } from "./rules/rule-set.js";
import { type Decided, Rules } from "./rules/rules.js";
import { measuredBy, type Telemetry } from "./telemetry.js";

/** A person's command to a device, in the place of the rule. */
export interface Hold {
	readonly led: boolean;
	/** When the rule decides again, by the clock of who set it, in milliseconds. */
	readonly until: number;
}

/** What is decided: a command to a device, or something to tell. */
export type Verdict =
	| { readonly kind: "command"; readonly device: string; readonly payload: Command }
	| { readonly kind: "told"; readonly event: DecisionEvent };

const LIGHT: readonly string[] = Object.freeze(["light"]);

/**
 * Who decides about a device's LED: a person's command while it holds, else the rule of the rule file that commands the
 * device, else the server's threshold, by the device's own light. No IO and no time of its own.
 */
export class Decider {
	readonly rules = new Rules();
	readonly #rule: Rule;
	readonly #lit = new DeviceSet();
	/** A person's commands that hold, and the reading that came last meanwhile. */
	readonly #holds = new Map<string, Hold & { reading?: Telemetry }>();

	/** @param rule of devices that no rule of `set` commands */
	constructor(rule: Rule, set: RuleSet | undefined) {
		this.#rule = rule;
		if (set !== undefined) this.rules.replace(set, 0);
	}

	/** The sensors of a device of which a message must have one; none: whichever. */
	sensorsOf(device: string): readonly string[] {
		const asked = this.rules.sensorsOf(device);
		if (this.rules.commands(device)) return asked;
		return asked.length === 0 ? LIGHT : [...new Set([...asked, ...LIGHT])];
	}

	/** Has the LED of a device as a person wants it, and the rules say nothing to it, until a time. */
	hold(device: string, hold: Hold): Verdict {
		this.#holds.set(device, { ...hold });
		return this.#command(device, { led_on: hold.led, by: "hand" });
	}

	/** Ends a hold. Returns what the rules say of what came meanwhile, if anything came; no hold is no mistake. */
	release(device: string): Verdict[] {
		const reading = this.#holds.get(device)?.reading;
		this.#holds.delete(device);
		return this.#answer(device, reading ?? {});
	}

	/** Takes a reading, which is the newest of its device: what is decided of this device comes last. */
	take(device: string, reading: Telemetry, now: number): Verdict[] {
		const decided = this.#verdicts(this.rules.take(device, reading, now), now);
		const others = decided.filter((verdict) => verdict.kind === "told" || verdict.device !== device);
		const hold = this.#holdOf(device, now);
		if (hold === undefined) return [...others, ...this.#answer(device, reading)];
		hold.reading = reading;
		return others;
	}

	/** A device has come online: it hears what its rule has decided. */
	online(device: string, now: number): Verdict[] {
		const on = this.rules.decisionFor(device);
		return on === undefined || this.#holdOf(device, now) ? [] : [this.#command(device, { led_on: on })];
	}

	/** The link to the broker is online. */
	connected(now: number): Verdict[] {
		return this.#verdicts(this.rules.connected(now), now);
	}

	/** It is as late as the rules' alarm. */
	tick(now: number): Verdict[] {
		return this.#verdicts(this.rules.tick(now), now);
	}

	/** Works by other rules from now on. */
	replace(set: RuleSet, now: number): Verdict[] {
		return this.#verdicts(this.rules.replace(set, now), now);
	}

	#holdOf(device: string, now: number) {
		const hold = this.#holds.get(device);
		if (hold !== undefined && now < hold.until) return hold;
		this.#holds.delete(device);
		return undefined;
	}

	#answer(device: string, reading: Telemetry): Verdict[] {
		const on = this.rules.decisionFor(device);
		if (on !== undefined) return [this.#command(device, { led_on: on })];
		const light = this.rules.commands(device) ? undefined : measuredBy(reading, "light");
		return light === undefined
			? []
			: [this.#command(device, decide(light, this.#rule, this.#lit.has(device)))];
	}

	#verdicts({ events, commands }: Decided, now: number): Verdict[] {
		return [
			...events.map((event) => ({ kind: "told", event }) as const),
			...commands
				.filter(({ device }) => this.#holdOf(device, now) === undefined)
				.map(({ device, on }) => this.#command(device, { led_on: on })),
		];
	}

	#command(device: string, payload: Command): Verdict {
		if (this.#rule.hysteresis > 0) this.#lit.set(device, payload.led_on);
		return { kind: "command", device, payload };
	}
}
