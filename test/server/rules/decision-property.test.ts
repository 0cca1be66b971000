import fc from "fast-check";
import { expect, it } from "vitest";
import { Bench } from "./support.js";

const SENSORS = ["a", "b", "c", "d", "e"];

/** What a rule of five sensors says; times in seconds. */
interface Numbers {
	readonly count: number | undefined;
	readonly hysteresis: number;
	readonly minimumOn: number;
	readonly minimumOff: number;
	readonly stale: number;
	readonly stuck: number | undefined;
	readonly quorum: number;
	readonly otherwise: "keep" | "on" | "off";
}

const BELOW = 300;

const fileOf = ({ count, hysteresis, stuck, ...numbers }: Numbers) => {
	const limits = { below: BELOW, hysteresis };
	const test = count === undefined ? { median: limits } : { atLeast: { count, ...limits } };
	const rule = { votes: SENSORS, commands: "m", ...test, ...numbers, ...(stuck !== undefined && { stuck }) };
	return JSON.stringify({ rules: { r: rule } });
};

/**
 * A rule that remembers all that was said, and counts it anew each second: slow, and simple enough to be seen to be
 * right.
 */
class Ledger {
	readonly #numbers: Numbers;
	readonly #said = new Map<string, { at: number; value: number }[]>(SENSORS.map((id) => [id, []]));
	#awaited = new Set(SENSORS);
	#settled: number;
	#isUp = true;
	now = 0;
	on: boolean | undefined;
	since = 0;

	constructor(numbers: Numbers) {
		this.#numbers = numbers;
		this.#settled = numbers.stale;
	}

	say(id: string, value: number): void {
		this.#said.get(id)?.push({ at: this.now, value });
		this.#awaited.delete(id);
		this.#count();
	}

	wait(seconds: number): void {
		for (const end = this.now + seconds; this.now < end; ) {
			this.now++;
			this.#count();
		}
	}

	outage(seconds: number): void {
		for (const id of this.voters()) this.#awaited.add(id);
		this.#isUp = false;
		this.wait(seconds);
		this.#isUp = true;
		this.#settled = this.now + this.#numbers.stale;
		this.#count();
	}

	/** Who has a vote. */
	voters(): string[] {
		const { stale, stuck = Number.POSITIVE_INFINITY } = this.#numbers;
		return SENSORS.filter((id) => {
			const said = this.#said.get(id) ?? [];
			const last = said.at(-1);
			if (last === undefined || this.now - last.at >= stale) return false;
			const other = said.map(({ value }) => value === last.value).lastIndexOf(false);
			return this.now - (said[other + 1]?.at ?? 0) < stuck;
		});
	}

	#count(): void {
		if (!this.#isUp || (this.#awaited.size > 0 && this.now < this.#settled)) return;
		this.#awaited.clear();
		const wanted = this.#wanted();
		const { minimumOn, minimumOff } = this.#numbers;
		const least = this.on ? minimumOn : minimumOff;
		if (wanted === undefined || wanted === this.on) return;
		if (this.on !== undefined && this.now - this.since < least) return;
		this.on = wanted;
		this.since = this.now;
	}

	#wanted(): boolean | undefined {
		const { count, hysteresis, quorum, otherwise } = this.#numbers;
		const voters = this.voters();
		if (voters.length < quorum) return otherwise === "keep" ? undefined : otherwise === "on";
		if (count !== undefined) {
			const isBelow = (id: string) =>
				(this.#said.get(id) ?? []).reduce(
					(was, { value }) => value < BELOW || (was && value < BELOW + hysteresis),
					false,
				);
			return voters.filter(isBelow).length >= count;
		}
		const values = voters
			.map((id) => this.#said.get(id)?.at(-1)?.value ?? Number.NaN)
			.sort((one, other) => one - other);
		const [low, high] = [values[Math.ceil(values.length / 2) - 1], values[Math.floor(values.length / 2)]];
		return ((low ?? 0) + (high ?? 0)) / 2 < BELOW + (this.on ? hysteresis : 0);
	}
}

const numbers: fc.Arbitrary<Numbers> = fc.record({
	count: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
	hysteresis: fc.constantFrom(0, 20, 100),
	minimumOn: fc.constantFrom(0, 3, 10),
	minimumOff: fc.constantFrom(0, 2, 15),
	stale: fc.constantFrom(1, 4, 10, 60),
	stuck: fc.option(fc.constantFrom(1, 6, 20), { nil: undefined }),
	quorum: fc.integer({ min: 1, max: 5 }),
	otherwise: fc.constantFrom("keep" as const, "on" as const, "off" as const),
});
const value = fc.constantFrom(0, 290, 299, 300, 310, 320, 399, 400, 1000);
const step = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ say: fc.constantFrom(...SENSORS), value }) },
	{ weight: 3, arbitrary: fc.record({ all: fc.array(value, { minLength: 5, maxLength: 5 }) }) },
	{ weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 12 }) }) },
	{ weight: 1, arbitrary: fc.record({ outage: fc.integer({ min: 0, max: 70 }) }) },
	{ weight: 1, arbitrary: fc.constant({ reload: true as const }) },
);

it("decides at every time as one that counts all anew each second", () => {
	let changes = 0;
	fc.assert(
		fc.property(numbers, fc.array(step, { maxLength: 40 }), (rule, steps) => {
			const text = fileOf(rule);
			const [bench, ledger] = [new Bench(text), new Ledger(rule)];
			for (const one of steps) {
				if ("say" in one) {
					bench.say(`${one.say}=${one.value}`);
					ledger.say(one.say, one.value);
				} else if ("all" in one) {
					for (const [index, id] of SENSORS.entries()) {
						bench.say(`${id}=${one.all[index]}`);
						ledger.say(id, one.all[index] as number);
					}
				} else if ("wait" in one) {
					bench.wait(one.wait);
					ledger.wait(one.wait);
				} else if ("outage" in one) {
					bench.outage(one.outage);
					ledger.outage(one.outage);
				} else if (ledger.on !== undefined) bench.load(text);
				const { on, since, votes } = bench.view();
				const voters = votes.filter((vote) => vote.on !== undefined).map(({ device }) => device);
				expect([on, voters]).toEqual([ledger.on, ledger.voters()]);
				if (on !== undefined) expect(since).toBe(ledger.since * 1000);
			}
			changes += bench.commands().length;
		}),
		{ numRuns: 2000 },
	);
	expect(changes).toBeGreaterThan(1000);
});
