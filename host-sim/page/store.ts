import type {
	DeviceView,
	FaultName,
	LinkView,
	Push,
	Rule,
	RuleView,
	Rung,
	Sample,
	Summary,
} from "../web/protocol.js";

/** How long a fault held; without `to` it still does. Milliseconds since 1970. */
export interface Spell {
	readonly name: FaultName;
	readonly from: number;
	readonly to?: number;
}

/** What the page knows, all of it from pushes. */
export interface State {
	/** Of the connection to the service: `lost` after it was `open`, until the next `hello`; `locked`: it asks for its key. */
	readonly connection: "waiting" | "open" | "lost" | "locked";
	readonly broker: string;
	readonly ownBroker: boolean;
	/** Whether it is an Azure IoT Hub: then there is no server. */
	readonly hub?: true;
	readonly rule: Rule;
	readonly server: LinkView;
	/** Of the rule file: all, or those that ask or command the device. */
	readonly rules: readonly RuleView[];
	/** How many devices there are. */
	readonly count: number;
	/** The service's clock less this browser's, in milliseconds. */
	readonly skew: number;
	readonly device?: DeviceView;
	/** The last hour, oldest first. */
	readonly samples: readonly Sample[];
	/** Readings of the last hour that came late, at the times at which they were measured, oldest first. */
	readonly late: readonly Sample[];
	/** The last 400, oldest first. */
	readonly rungs: readonly Rung[];
	readonly spells: readonly Spell[];
	readonly all: ReadonlyMap<string, Summary>;
}

/** How many rungs are kept, and for how long samples and spells. */
export const KEPT = { rungs: 400, time: 3_600_000 } as const;

/** What is known before the first push. */
export const START: State = {
	connection: "waiting",
	broker: "",
	ownBroker: true,
	rule: { threshold: 300, hysteresis: 0 },
	server: { state: "connecting", since: 0 },
	rules: [],
	count: 0,
	skew: 0,
	samples: [],
	late: [],
	rungs: [],
	spells: [],
	all: new Map(),
};

/**
 * What is known after a push. `hello` begins anew, so that a page that was
 * away knows the same as one that was just opened.
 *
 * @param now this browser's clock, milliseconds since 1970
 */
export function apply(state: State, push: Push, now: number): State {
	switch (push.type) {
		case "hello": {
			const { device, samples = [], late = [], rungs = [], all = [] } = push;
			return {
				connection: "open",
				broker: push.broker,
				ownBroker: push.ownBroker,
				rule: push.rule,
				server: push.server ?? START.server,
				rules: push.rules ?? [],
				...(push.hub && { hub: true as const }),
				count: push.count,
				skew: push.now - now,
				...(device === undefined ? {} : { device }),
				samples,
				late,
				rungs: rungs.slice(-KEPT.rungs),
				spells: spellsAfter(device?.id === state.device?.id ? state.spells : [], device, push.now),
				all: new Map(all.map((summary) => [summary.id, summary])),
			};
		}
		case "device":
			return {
				...state,
				device: push.device,
				spells: spellsAfter(state.spells, push.device, now + state.skew),
			};
		case "server":
			return { ...state, server: push.server };
		case "rules":
			return { ...state, rules: push.rules };
		case "count":
			return { ...state, count: push.count };
		case "sample":
			return { ...state, samples: withSample(state.samples, push.sample) };
		case "late":
			return { ...state, late: withSample(state.late, push.sample) };
		case "rungs":
			return { ...state, rungs: withRungs(state.rungs, push.rungs) };
		case "summaries": {
			const all = new Map(state.all);
			for (const summary of push.all) all.set(summary.id, summary);
			return { ...state, all, count: Math.max(state.count, all.size) };
		}
	}
}

/** The service cannot be reached: what is shown stays. */
export const lose = (state: State): State =>
	state.connection === "lost" ? state : { ...state, connection: "lost" };

/** The service asks for its key: who has none sees nothing. */
export const LOCKED: State = { ...START, connection: "locked" };

function withSample(before: readonly Sample[], sample: Sample): readonly Sample[] {
	// The service's clock may have been put back.
	const isBack = (before.at(-1)?.t ?? sample.t) > sample.t;
	const samples = isBack ? before.filter(({ t }) => t <= sample.t) : before;
	// A twentieth more is kept, so that not each new sample moves all others.
	const first = samples[0]?.t ?? sample.t;
	const old = sample.t - KEPT.time;
	const kept = first < old - KEPT.time / 20 ? samples.filter(({ t }) => t >= old) : samples;
	return [...kept, sample];
}

/** Rungs have numbers that rise; one that comes again replaces the earlier one. */
function withRungs(rungs: readonly Rung[], more: readonly Rung[]): readonly Rung[] {
	const last = rungs.at(-1)?.n ?? Number.NEGATIVE_INFINITY;
	const again = new Map(more.filter(({ n }) => n <= last).map((rung) => [rung.n, rung]));
	const before = again.size === 0 ? rungs : rungs.map((rung) => again.get(rung.n) ?? rung);
	return [...before, ...more.filter(({ n }) => n > last)].slice(-KEPT.rungs);
}

function spellsAfter(
	spells: readonly Spell[],
	device: DeviceView | undefined,
	now: number,
): readonly Spell[] {
	const on = device?.faults ?? [];
	const is = (spell: Spell): boolean =>
		on.some(({ name, since }) => name === spell.name && since === spell.from);
	const kept = spells
		.filter(({ to }) => to === undefined || to > now - KEPT.time)
		.map((spell) => (spell.to === undefined && !is(spell) ? { ...spell, to: now } : spell));
	const begun = on
		.filter(({ name, since }) => !kept.some((spell) => spell.name === name && spell.from === since))
		.map(({ name, since }) => ({ name, from: since }));
	const same =
		begun.length === 0 && kept.length === spells.length && kept.every((spell, at) => spell === spells[at]);
	return same ? spells : [...kept, ...begun];
}
