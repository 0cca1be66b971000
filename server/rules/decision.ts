import type { DecisionEvent } from "../events.js";
import { type Absence, Ballot } from "./ballot.js";
import { type Count, countVotes, type Vote } from "./count.js";
import type { RuleDefinition, Test } from "./rule-set.js";

/** A sensor that a rule asks, as it is now. */
export interface VoteView {
	readonly device: string;
	readonly sensor: string;
	/** What it said last, and when. */
	readonly value?: number;
	readonly at?: number;
	/** Its vote; absent if it has none, and why it has none. */
	readonly on?: boolean;
	readonly absence?: Absence;
}

/** A rule as it is now. Times in milliseconds, by the clock of whoever asks. */
export interface RuleView {
	readonly name: string;
	readonly test: Test;
	/** How many votes it needs, and what happens with fewer. */
	readonly quorum: number;
	readonly otherwise: RuleDefinition["otherwise"];
	/** The devices that it commands. */
	readonly commands: readonly string[];
	readonly votes: readonly VoteView[];
	/** Of those who have a vote; absent without votes. */
	readonly median?: number;
	/** What it has decided, and since when; absent before the first decision. */
	readonly on?: boolean;
	readonly since?: number;
	/** What the decision rests on. */
	readonly reason: DecisionEvent["reason"];
	/** What keeps it from deciding otherwise: the link, votes that have not come, or a minimum time; and until when. */
	readonly waits?: { readonly for: "link" | "votes" | "minimum-on" | "minimum-off"; readonly until?: number };
}

/**
 * One rule at work: takes what sensors say, and decides. No IO and no time of its own; times are milliseconds of a
 * clock that is never set. Before its first decision, and after the link came back, it waits for each sensor that may
 * have a vote, for as long as one may be silent.
 */
export class Decision {
	readonly rule: RuleDefinition;
	readonly #ballots: readonly Ballot[];
	readonly #byDevice = new Map<string, Ballot[]>();
	#on: boolean | undefined;
	#since = Number.NEGATIVE_INFINITY;
	/** Whether nothing can be heard or said. */
	#isPaused: boolean;
	#settled: number;
	#count: Count;
	/** When to look again. */
	#alarm: number | undefined;
	/** Who had no vote when that was told last. */
	#told: string | undefined;

	/**
	 * @param isPaused whether there is no link yet
	 * @param earlier the rule that it replaces, whose decision goes on
	 * @param ballots of the sensors that are known already
	 */
	constructor(
		rule: RuleDefinition,
		now: number,
		isPaused: boolean,
		earlier?: Decision,
		ballots: ReadonlyMap<string, Ballot> = new Map(),
	) {
		this.rule = rule;
		this.#isPaused = isPaused;
		const own = earlier?.ballots;
		this.#ballots = rule.voters.map((voter) => {
			const ballot = new Ballot(voter);
			const known = own?.get(keyOf(ballot)) ?? ballots.get(keyOf(ballot));
			if (known !== undefined) ballot.inherit(known, rule.test);
			return ballot;
		});
		for (const ballot of this.#ballots) {
			const { device } = ballot.voter;
			const others = this.#byDevice.get(device);
			if (others === undefined) this.#byDevice.set(device, [ballot]);
			else others.push(ballot);
		}
		this.#count = countVotes(rule, [], false);
		this.#settled = now + rule.stale;
		if (earlier === undefined) return;
		// The file again does not begin the wait anew, unless there is somebody else to wait for.
		if (this.#ballots.every((ballot) => own?.has(keyOf(ballot))))
			this.#settled = Math.min(this.#settled, earlier.#settled);
		this.#on = earlier.#on;
		this.#since = earlier.#since;
		this.#told = earlier.#told;
	}

	/** What it has decided; `undefined` before the first decision. */
	get on(): boolean | undefined {
		return this.#on;
	}

	/** When to call `look`; `undefined`: not before something happens. */
	get alarm(): number | undefined {
		return this.#alarm;
	}

	/** What is known of its sensors, by device and sensor. */
	get ballots(): ReadonlyMap<string, Ballot> {
		return new Map(this.#ballots.map((ballot) => [keyOf(ballot), ballot]));
	}

	/** Takes a reading of a device: its members. Those of sensors that are no finite number say nothing. */
	take(device: string, reading: Readonly<Record<string, unknown>>, now: number): void {
		for (const ballot of this.#byDevice.get(device) ?? []) {
			const { sensor } = ballot.voter;
			const value = Object.hasOwn(reading, sensor) ? reading[sensor] : undefined;
			if (typeof value === "number" && Number.isFinite(value)) ballot.take(value, now, this.rule.test);
		}
	}

	/** The link is there: sensors that had a vote when it was lost may have said something meanwhile. */
	resume(now: number): void {
		this.#isPaused = false;
		this.#settled = now + this.rule.stale;
	}

	/** The link is lost: nothing is decided without it. */
	pause(now: number): void {
		if (this.#isPaused) return;
		for (const ballot of this.#ballots) ballot.isAwaited ||= ballot.absence(now, this.rule) === undefined;
		this.#isPaused = true;
	}

	/**
	 * Decides anew, after something came or it is as late as `alarm`.
	 * @returns whether the decision is another one, and what there is to tell
	 */
	look(now: number): { readonly isNew: boolean; readonly event: DecisionEvent | undefined } {
		const { rule } = this;
		const absences = this.#ballots.map((ballot) => ballot.absence(now, rule));
		this.#count = this.#countNow(now);
		if (this.#isPaused || this.#isSettling(now)) {
			this.#alarm = this.#isPaused ? undefined : this.#settled;
			return { isNew: false, event: undefined };
		}
		for (const ballot of this.#ballots) ballot.isAwaited = false;
		const isNew = this.#wants && now >= this.#free;
		if (isNew) {
			this.#on = this.#count.wanted;
			this.#since = now;
			// By the other limit now.
			this.#count = this.#countNow(now);
		}
		this.#alarm = this.#nextLook(now);
		const absent = absences.map((absence) => (absence === undefined ? "." : "x")).join("");
		const isTold = !isNew && absent === this.#told;
		this.#told = absent;
		return { isNew, event: isTold ? undefined : this.#event() };
	}

	/** How it is now. */
	view(now: number): RuleView {
		const { name, test, quorum, otherwise, commands } = this.rule;
		const { median } = this.#countNow(now);
		const waits = this.#waits(now);
		return {
			...{ name, test, quorum, otherwise, commands },
			votes: this.#ballots.map((ballot) => this.#viewOf(ballot, now)),
			...(median !== undefined && { median }),
			...(this.#on !== undefined && { on: this.#on, since: this.#since }),
			reason: this.#reason,
			...(waits !== undefined && { waits }),
		};
	}

	/** Whether the votes want another decision than there is. */
	get #wants(): boolean {
		return this.#count.wanted !== undefined && this.#count.wanted !== this.#on;
	}

	/** From when it may be decided otherwise. */
	get #free(): number {
		return this.#since + (this.#on === true ? this.rule.minimumOn : this.rule.minimumOff);
	}

	get #reason(): DecisionEvent["reason"] {
		if (this.#wants && this.#on !== undefined) return "minimum-time";
		return this.#count.isQuorate ? "votes" : "quorum";
	}

	#countNow(now: number): Count {
		const isLit = this.#on === true;
		const votes = this.#ballots.flatMap((ballot): readonly Vote[] =>
			ballot.absence(now, this.rule) === undefined
				? [{ value: ballot.value as number, isOn: ballot.isOn(this.rule.test, isLit) }]
				: [],
		);
		return countVotes(this.rule, votes, isLit);
	}

	#isSettling(now: number): boolean {
		return now < this.#settled && this.#ballots.some(({ isAwaited }) => isAwaited);
	}

	#nextLook(now: number): number | undefined {
		const times = this.#ballots
			.filter((ballot) => ballot.absence(now, this.rule) === undefined)
			.map((ballot) => ballot.expires(this.rule));
		if (this.#wants) times.push(this.#free);
		return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
	}

	#waits(now: number): RuleView["waits"] {
		if (this.#isPaused) return { for: "link" };
		if (this.#isSettling(now)) return { for: "votes", until: this.#settled };
		if (!this.#wants || this.#on === undefined) return undefined;
		return { for: this.#on ? "minimum-on" : "minimum-off", until: this.#free };
	}

	#event(): DecisionEvent {
		const { on, off, median } = this.#count;
		return {
			...{ event: "decision", rule: this.rule.name },
			...(this.#on !== undefined && { on: this.#on }),
			votes: { on, off, silent: this.#ballots.length - on - off },
			...(median !== undefined && { median }),
			reason: this.#reason,
		};
	}

	#viewOf(ballot: Ballot, now: number): VoteView {
		const { voter, value, at } = ballot;
		const absence = ballot.absence(now, this.rule);
		return {
			...voter,
			...(value !== undefined && { value, at }),
			...(absence === undefined ? { on: ballot.isOn(this.rule.test, this.#on === true) } : { absence }),
		};
	}
}

const keyOf = ({ voter: { device, sensor } }: Ballot): string => `${device} ${sensor}`;

/** A view by another clock, which is ahead by so many milliseconds. */
export const datedView = (view: RuleView, ahead: number): RuleView => ({
	...view,
	votes: view.votes.map((vote) => (vote.at === undefined ? vote : { ...vote, at: vote.at + ahead })),
	...(view.since !== undefined && { since: view.since + ahead }),
	...(view.waits?.until !== undefined && { waits: { ...view.waits, until: view.waits.until + ahead } }),
});
