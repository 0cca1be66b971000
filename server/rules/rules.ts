import type { DecisionEvent } from "../events.js";
import type { Ballot } from "./ballot.js";
import { Decision, type RuleView } from "./decision.js";
import type { RuleSet } from "./rule-set.js";

/** What rules have come to: what to tell, and which devices' LEDs are to be on or off from now on. */
export interface Decided {
	readonly events: readonly DecisionEvent[];
	readonly commands: readonly { readonly device: string; readonly on: boolean }[];
}

const NO_RULES: RuleSet = Object.freeze({ rules: [], groups: new Map() });

/** The rules of a server at work. No IO and no time of its own: times are milliseconds of a clock that is never set. */
export class Rules {
	#set = NO_RULES;
	#decisions: readonly Decision[] = [];
	/** By device, the rules that ask it, the sensors that they ask, and the rule that commands it. */
	#asking = new Map<string, readonly Decision[]>();
	#sensors = new Map<string, readonly string[]>();
	#commanding = new Map<string, Decision>();
	#isPaused = true;

	/** The devices of a group, in the file's order; `undefined` for a group that is not known. */
	members(group: string): readonly string[] | undefined {
		return this.#set.groups.get(group);
	}

	/** The sensors of a device that rules ask. */
	sensorsOf(device: string): readonly string[] {
		return this.#sensors.get(device) ?? [];
	}

	/** Whether a rule commands a device. */
	commands(device: string): boolean {
		return this.#commanding.has(device);
	}

	/** Whether a device's LED is to be on; `undefined` if no rule commands it, or before its first decision. */
	decisionFor(device: string): boolean | undefined {
		return this.#commanding.get(device)?.on;
	}

	/** When to call `tick`; `undefined` when nothing is waited for. */
	get alarm(): number | undefined {
		let alarm: number | undefined;
		for (const decision of this.#decisions)
			if (decision.alarm !== undefined && !(alarm !== undefined && alarm <= decision.alarm))
				alarm = decision.alarm;
		return alarm;
	}

	/**
	 * Works by other rules from now on. A rule of the same name goes on with its decision and its minimum time, and what
	 * sensors have said is not forgotten.
	 * @returns also commands for devices that were not commanded by a decision before
	 */
	replace(set: RuleSet, now: number): Decided {
		const earlier = new Map(this.#decisions.map((decision) => [decision.rule.name, decision]));
		const ballots = new Map<string, Ballot>(this.#decisions.flatMap((decision) => [...decision.ballots]));
		const commanding = this.#commanding;
		this.#set = set;
		this.#decisions = set.rules.map(
			(rule) => new Decision(rule, now, this.#isPaused, earlier.get(rule.name), ballots),
		);
		this.#index();
		const { events, commands } = this.#look(this.#decisions, now);
		const told = new Set(commands.map(({ device }) => device));
		const added = [...this.#commanding].flatMap(([device, { on }]) =>
			on === undefined || told.has(device) || commanding.get(device)?.on === on ? [] : [{ device, on }],
		);
		return { events, commands: [...commands, ...added] };
	}

	/** Takes a reading of a device, which is the newest of it. */
	take(device: string, reading: Readonly<Record<string, unknown>>, now: number): Decided {
		const asking = this.#asking.get(device) ?? [];
		for (const decision of asking) decision.take(device, reading, now);
		return this.#look(asking, now);
	}

	/** It is as late as `alarm`. */
	tick(now: number): Decided {
		return this.#look(
			this.#decisions.filter(({ alarm }) => alarm !== undefined && alarm <= now),
			now,
		);
	}

	/** The link to the broker is online. */
	connected(now: number): Decided {
		this.#isPaused = false;
		for (const decision of this.#decisions) decision.resume(now);
		return this.#look(this.#decisions, now);
	}

	/** The link to the broker is lost. */
	disconnected(now: number): void {
		this.#isPaused = true;
		for (const decision of this.#decisions) decision.pause(now);
		this.#look(this.#decisions, now);
	}

	/** How each rule is now. */
	view(now: number): readonly RuleView[] {
		return this.#decisions.map((decision) => decision.view(now));
	}

	#look(decisions: readonly Decision[], now: number): Decided {
		const looks = decisions.map((decision) => ({ decision, ...decision.look(now) }));
		return {
			events: looks.flatMap(({ event }) => event ?? []),
			commands: looks.flatMap(({ decision: { on, rule }, isNew }) =>
				isNew && on !== undefined ? rule.commands.map((device) => ({ device, on })) : [],
			),
		};
	}

	#index(): void {
		this.#asking = new Map();
		this.#sensors = new Map();
		this.#commanding = new Map();
		for (const decision of this.#decisions) {
			const { voters, commands } = decision.rule;
			for (const device of new Set(voters.map((voter) => voter.device)))
				this.#asking.set(device, [...(this.#asking.get(device) ?? []), decision]);
			for (const { device, sensor } of voters)
				this.#sensors.set(device, [...new Set([...(this.#sensors.get(device) ?? []), sensor])]);
			for (const device of commands) this.#commanding.set(device, decision);
		}
	}
}
