import type { ServerEvent } from "../../../server/events.js";
import {
	BRIGHT,
	DARK,
	type Scenario,
	SEATS,
	SOME,
	STADIUM_RULES,
	type StadiumRule,
} from "../stadium/scenarios.js";
import type { WorldEvent } from "../trace.js";
import { RECOVERY } from "./calm-devices.js";
import { type DeviceView, type Invariant, Violation, type WorldView } from "./invariant.js";

/** What the server has last told of a rule. */
interface Told {
	on: boolean | undefined;
	/** Since when; `undefined`: since before anything was decided. */
	since: number | undefined;
}

/**
 * The masts of a stadium are as the seats have voted. In a time of calm that is counted from the light itself. At any
 * time no mast is switched unless as many seats as it takes have ever been dark, or bright; it stays as it is for the
 * minimum time; and what a mast is sent is what was decided last.
 */
export class Voted implements Invariant {
	readonly name = "a rule decides as its sensors vote";
	readonly #scenario: Scenario | undefined;
	/** Seats at which it has ever been dark, and bright. */
	readonly #dark = new Set<string>();
	readonly #bright = new Set<string>();
	readonly #told = new Map<string, Told>(STADIUM_RULES.map(({ name }) => [name, fresh()]));
	#now = 0;

	/** @param scenario whose end is known, if all of its devices are there */
	constructor(scenario: Scenario | undefined) {
		this.#scenario = scenario;
	}

	onEvent(time: number, event: WorldEvent): void {
		this.#now = time;
		if (event.source === "light" && SEATS.includes(event.device)) {
			if (event.light < DARK) this.#dark.add(event.device);
			if (event.light >= DARK) this.#bright.add(event.device);
		}
		const isCrash = event.source === "fault" && event.fault === "serverCrash" && event.phase === "begin";
		if (isCrash) for (const { name } of STADIUM_RULES) this.#told.set(name, fresh());
	}

	onServerTold(event: ServerEvent, time: number): void {
		this.#now = time;
		if (event.event === "decision") this.#decided(event);
		if (event.event !== "sent") return;
		const rule = STADIUM_RULES.find(({ mast }) => mast === event.device);
		const { led_on: isOn } = event.payload;
		if (rule !== undefined && isOn !== this.#toldOf(rule).on)
			this.#fail(`${rule.mast} was sent ${isOn}, but ${rule.name} has decided ${this.#toldOf(rule).on}`);
	}

	check(world: WorldView): void {
		this.#now = world.time;
		const isCalm = ({ calmSince }: DeviceView) =>
			calmSince !== undefined && world.time - calmSince > RECOVERY;
		if (!world.devices.every(isCalm) || this.#scenario === undefined) return;
		const seats = world.devices.filter(({ id, hasPower }) => hasPower && SEATS.includes(id));
		for (const rule of STADIUM_RULES) {
			const wanted = rightOf(
				rule,
				seats.map(({ light }) => light),
			);
			const mast = world.devices.find(({ id }) => id === rule.mast);
			if (wanted === undefined || mast === undefined || mast.led === wanted) continue;
			this.#fail(`${rule.mast} is ${mast.led} with ${seats.length} seats, ${rule.name} wants ${wanted}`);
		}
	}

	end(world: WorldView): void {
		const { on, name } = this.#scenario ?? {};
		if (on === undefined) return;
		for (const rule of STADIUM_RULES) {
			const mast = world.devices.find(({ id }) => id === rule.mast);
			if (mast?.led === on[rule.name]) continue;
			this.#fail(`in the end ${rule.mast} is ${mast?.led}, by ${rule.name}; ${name}: ${on[rule.name]}`);
		}
	}

	#decided({ rule: name, on, votes, reason }: Extract<ServerEvent, { event: "decision" }>): void {
		const rule = STADIUM_RULES.find((one) => one.name === name);
		if (rule === undefined) return this.#fail(`a rule "${name}"`);
		const sum = votes.on + votes.off + votes.silent;
		if (sum !== SEATS.length) this.#fail(`${name} has ${sum} votes`);
		const told = this.#toldOf(rule);
		if (on === told.on) return;
		if (on === undefined) return this.#fail(`${name} has decided nothing any more`);
		const held = this.#now - (told.since ?? Number.NEGATIVE_INFINITY);
		if (held < rule.minimum) this.#fail(`${name} is ${on} after ${held} ms`);
		if (reason === "quorum" && on !== (rule.otherwise === "on"))
			this.#fail(`${name}: ${on} without a quorum`);
		const seats = (on ? this.#dark : this.#bright).size;
		if (reason === "votes" && seats < leastFor(rule, on))
			this.#fail(`${name} is ${on}, though at ${seats} seats only it was ever so`);
		this.#told.set(name, { on, since: this.#now });
	}

	#toldOf({ name }: StadiumRule): Told {
		return this.#told.get(name) as Told;
	}

	#fail(what: string): never {
		throw new Violation(this.name, `at ${this.#now} ms: ${what}`);
	}
}

const fresh = (): Told => ({ on: undefined, since: undefined });

/** So many seats at least must be dark for a mast to be switched on, or bright for off: half of the votes, or as many as are wanted. */
function leastFor({ name, quorum }: StadiumRule, on: boolean): number {
	if (name !== "some") return quorum / 2;
	return on ? SOME : quorum - SOME + 1;
}

/** How a mast is by the light at the seats; `undefined`: as it was, or either, between dark and bright. */
function rightOf({ name, quorum, otherwise }: StadiumRule, lights: readonly number[]): boolean | undefined {
	if (lights.length < quorum) return otherwise === "on" ? true : undefined;
	if (name === "some") {
		if (lights.filter((light) => light < DARK).length >= SOME) return true;
		return lights.filter((light) => light < BRIGHT).length < SOME ? false : undefined;
	}
	// Without the darkest and the brightest, again and again, what is left is the middle.
	const left = [...lights];
	while (left.length > 2) {
		left.splice(left.indexOf(Math.min(...left)), 1);
		left.splice(left.indexOf(Math.max(...left)), 1);
	}
	const middle = left.reduce((sum, light) => sum + light, 0) / left.length;
	if (middle < DARK) return true;
	return middle >= BRIGHT ? false : undefined;
}
