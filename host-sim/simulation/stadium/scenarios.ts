import { readRules } from "../../../server/rules/read-rules.js";
import type { RuleSet } from "../../../server/rules/rule-set.js";

/** The seats are `d1` to `d20`; each rule has a mast that it commands. */
export const SEATS: readonly string[] = Object.freeze(
	Array.from({ length: 20 }, (_, index) => `d${index + 1}`),
);

/** A rule of the stadium, in the words of those who look whether it is kept. */
export interface StadiumRule {
	readonly name: "median" | "some" | "strict";
	/** The device that it commands. */
	readonly mast: string;
	/** Votes that are needed, and what happens without them. */
	readonly quorum: number;
	readonly otherwise: "keep" | "on";
	/** Milliseconds for which the mast stays on, and off, at least. */
	readonly minimum: number;
}

/** `median`, at least five of all (`some`), and a median that wants nearly all (`strict`). */
export const STADIUM_RULES: readonly StadiumRule[] = Object.freeze([
	{ name: "median", mast: "d21", quorum: 13, otherwise: "keep", minimum: 60_000 },
	{ name: "some", mast: "d22", quorum: 5, otherwise: "keep", minimum: 0 },
	{ name: "strict", mast: "d23", quorum: 19, otherwise: "on", minimum: 20_000 },
]);

/** The light below which it is dark, and above which it is bright whatever it was before. */
export const DARK = 300;
export const BRIGHT = 350;

/** How many seats `some` wants to be dark. */
export const SOME = 5;

const FILE = `
groups:
  seats: [d1..20]
rules:
  median:
    votes: seats
    median: {below: 300, hysteresis: 50}
    minimumOn: 60
    minimumOff: 60
    quorum: 13
    commands: d21
  some:
    votes: seats
    atLeast: {count: 5, below: 300, hysteresis: 50}
    commands: d22
  strict:
    votes: seats
    median: {below: 300, hysteresis: 50}
    minimumOn: 20
    minimumOff: 20
    quorum: 19
    otherwise: on
    commands: d23
`;

/** The rule file of the stadium, as the server reads it. */
export function stadiumRules(): RuleSet {
	const read = readRules(FILE);
	if (read.kind === "rules") return read.set;
	throw new Error(read.mistakes.map(({ line, what }) => `line ${line}: ${what}`).join("\n"));
}

/** What happens in a stadium, and how its masts are in the end. */
export interface Scenario {
	readonly name: string;
	/** Whether it is night: dark at each seat that no lamp lights. */
	readonly isNight: boolean;
	/** Seats at which it becomes otherwise: dark by day, bright at night. */
	readonly odd: number;
	/** Whether that passes again, after 5 to 40 s. */
	readonly passes?: true;
	/** Seats that lose their power for good. */
	readonly dead: number;
	/** Whether each mast is on in the end. */
	readonly on: Readonly<Record<StadiumRule["name"], boolean>>;
	/**
	 * Whether a decision is kept of which the sensors that are left say nothing any more: a server that forgets it has
	 * nothing to decide by, so nothing goes wrong there.
	 */
	readonly isKept?: true;
}

const scenario = (
	name: string,
	time: "day" | "night",
	{ odd = 0, dead = 0, ...rest }: Partial<Pick<Scenario, "odd" | "dead" | "passes" | "isKept">>,
	[median, some, strict]: readonly [median: 0 | 1, some: 0 | 1, strict: 0 | 1],
): Scenario => ({
	...{ name, isNight: time === "night", odd, dead, ...rest },
	on: { median: median === 1, some: some === 1, strict: strict === 1 },
});

/** All scenarios. `strict` has too few votes, and is on, where two are dead. */
export const SCENARIOS: readonly Scenario[] = Object.freeze([
	scenario("a clear day", "day", {}, [0, 0, 0]),
	scenario("a bird on one", "day", { odd: 1 }, [0, 0, 0]),
	scenario("clouds over five", "day", { odd: 5 }, [0, 1, 0]),
	scenario("two dead", "day", { dead: 2 }, [0, 0, 1]),
	scenario("a bird on one, two dead", "day", { odd: 1, dead: 2 }, [0, 0, 1]),
	scenario("a bird on one, clouds over five, two dead", "day", { odd: 6, dead: 2 }, [0, 1, 1]),
	scenario("one dead", "day", { dead: 1 }, [0, 0, 0]),
	scenario("clouds over ten", "day", { odd: 10 }, [0, 1, 0]),
	scenario("clouds over eleven", "day", { odd: 11 }, [1, 1, 1]),
	scenario("clouds over eleven that pass", "day", { odd: 11, passes: true }, [0, 0, 0]),
	scenario("clouds over nine, two dead", "day", { odd: 9, dead: 2 }, [0, 1, 1]),
	scenario("clouds over ten, two dead", "day", { odd: 10, dead: 2 }, [1, 1, 1]),
	scenario("night", "night", {}, [1, 1, 1]),
	scenario("night, a lamp at one", "night", { odd: 1 }, [1, 1, 1]),
	scenario("night, a lamp at one, two dead", "night", { odd: 1, dead: 2 }, [1, 1, 1]),
	scenario("night, lamps at ten", "night", { odd: 10 }, [0, 1, 0]),
	scenario("night, lamps at sixteen", "night", { odd: 16 }, [0, 0, 0]),
	scenario("a day, and two are left", "day", { dead: 18, isKept: true }, [0, 0, 1]),
	scenario("night, and two are left", "night", { dead: 18, isKept: true }, [1, 1, 1]),
	scenario("night, and none is left", "night", { dead: 20, isKept: true }, [1, 1, 1]),
]);
