import type { Config } from "../../../firmware/config.js";
import { HOUR, type NamedFault, planFaults } from "../faults/plan.js";
import { NO_FAULTS } from "../faults/rates.js";
import { outboxesOf } from "../outboxes.js";
import { Random } from "../random.js";
import { named, type Outcome, runToEnd, type SeedOptions, targetsOf } from "../seed.js";
import { configOf, hasClock, over, type Settings, settingsOf } from "../variety.js";
import { type DeviceSpec, World, type WorldSpec } from "../world.js";
import { SCENARIOS, type Scenario, SEATS, STADIUM_RULES, stadiumRules } from "./scenarios.js";

/** A stadium that a seed chooses: seats that vote, masts that are commanded. */
export interface StadiumSeedOptions extends Omit<SeedOptions, "profile"> {
	readonly profile: "stadium";
}

/** How many devices a whole stadium has. */
export const STADIUM_DEVICES = SEATS.length + STADIUM_RULES.length;

/** What becomes of a seat. */
interface Fate {
	readonly id: string;
	/** What its sensor measures at first. */
	readonly light: number;
	/** What it measures later, from when, and until when. */
	readonly odd?: { readonly light: number; readonly at: number; readonly until: number | undefined };
	/** When it loses its power for good. */
	readonly dies?: number;
}

/** A stadium that a seed chose. */
export interface StadiumSpec extends WorldSpec {
	readonly scenario: Scenario;
	readonly fates: readonly Fate[];
	readonly faults: readonly NamedFault[];
	/** Virtual milliseconds. */
	readonly duration: number;
}

/** The scenario of a seed: all in turn. */
export const scenarioOf = (seed: number): Scenario => SCENARIOS[seed % SCENARIOS.length] as Scenario;

/**
 * The spec of a seed's stadium.
 * @throws RangeError when `only` names a fault that is not planned
 */
export function stadiumSpecOf(options: StadiumSeedOptions): StadiumSpec {
	const { seed, only, settings = {} } = options;
	const scenario = scenarioOf(seed);
	const { devices: ids, until } = targetsOf(options);
	const fates = fatesOf(seed, scenario, until).filter(({ id }) => ids.includes(id));
	const dead = new Set(fates.filter(({ dies }) => dies !== undefined).map(({ id }) => id));
	// A power cut that ends would bring the dead back.
	const targets = { devices: ids.filter((id) => !dead.has(id)), until };
	const planned = planFaults(seed, scenario.isKept ? NO_FAULTS : options.faults, targets);
	const faults = only === undefined ? planned : only.map((name) => named(planned, name));
	if (only !== undefined) faults.sort((one, other) => one.at - other.at);
	const devices = ids.map((id): DeviceSpec => {
		const wrap = faults.find(({ fault, target }) => fault === "tickWrap" && target === id);
		const ticks = wrap === undefined ? new Random(seed, `ticks ${id}`).below(2 ** 31) : 2 ** 32 - wrap.at;
		const own = over(settingsOf(seed, id), settings);
		const config = configOf(id, dead.has(id) ? over(own, MORTAL) : own);
		const [outbox = config.outbox] = outboxesOf(seed, config) as readonly Config["outbox"][];
		return { config: { ...config, outbox }, ticks, hasClock: hasClock(seed, id) };
	});
	const isWhole = ids.length === STADIUM_DEVICES;
	return {
		...{ seed, devices, faults, scenario, fates, duration: options.hours * HOUR },
		stadium: { rules: stadiumRules(), scenario: isWhole ? scenario : undefined },
	};
}

/** A seat that loses its power for good cannot keep what it has promised, so it promises nothing. */
const MORTAL: Settings = { telemetry: { qos: 0 }, outbox: { policy: "latest", delivery: "broker" } };

/** What becomes of each seat. @param until when all must have happened, in milliseconds */
function fatesOf(seed: number, { isNight, odd, dead, passes }: Scenario, until: number): Fate[] {
	const random = new Random(seed, "stadium");
	const order = [...SEATS];
	for (let index = order.length - 1; index > 0; index--) {
		const other = random.below(index + 1);
		[order[index], order[other]] = [order[other] as string, order[index] as string];
	}
	const dark = () => random.between(0, 150);
	const bright = () => random.between(750, 1023);
	// All have said something before it begins.
	const some = (from: number) => random.between(Math.min(from, until), until);
	// Clouds that pass come over all at once.
	const passing = some(EARLIEST);
	return order.map((id, index): Fate => {
		const light = isNight ? dark() : bright();
		const isOdd = index < odd;
		const at = passes ? Math.min(passing, until - LONGEST_PASSING) : some(EARLIEST);
		const end = passes ? at + random.between(5000, LONGEST_PASSING) : undefined;
		return {
			...{ id, light },
			...(isOdd && { odd: { light: isNight ? bright() : dark(), at: Math.max(0, at), until: end } }),
			...(index >= odd && index < odd + dead && { dies: some(EARLIEST) }),
		};
	});
}

const EARLIEST = 60_000;
const LONGEST_PASSING = 40_000;

/** What the sensors of masts measure: nobody asks them. */
const OF_MASTS = 500;

/** Runs a stadium to its end, or to the first thing that does not hold. */
export const runStadium = (spec: StadiumSpec): Outcome =>
	runToEnd(new World(spec, (begun) => live(begun, spec.fates)), spec.duration);

/** Lets happen what becomes of the seats. */
function live(world: World, fates: readonly Fate[]): void {
	for (const id of world.devices.keys()) if (!SEATS.includes(id)) world.setReading(id, "light", OF_MASTS);
	for (const { id, light, odd, dies } of fates) {
		const set = (value: number) => world.setReading(id, "light", value);
		set(light);
		if (odd !== undefined) world.clock.post(() => set(odd.light), odd.at);
		if (odd?.until !== undefined) world.clock.post(() => set(light), odd.until);
		if (dies !== undefined) world.clock.post(() => world.cutPower(id), dies);
	}
}
