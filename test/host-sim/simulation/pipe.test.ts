import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Pipe } from "../../../host-sim/simulation/network/pipe.js";
import { Override } from "../../../host-sim/simulation/override.js";
import { Random } from "../../../host-sim/simulation/random.js";

/** A pipe, what came out of it, and when. */
function pipe(seed = 1) {
	const clock = new Clock();
	const conditions = { latency: new Override(5), jitter: new Override(0), split: new Override(0) };
	const arrived: { time: number; bytes: number[] }[] = [];
	const way = new Pipe(clock, new Random(seed, "pipe"), conditions, (bytes) =>
		arrived.push({ time: clock.elapsed, bytes: [...bytes] }),
	);
	return { clock, conditions, arrived, way, bytes: () => arrived.flatMap(({ bytes }) => bytes) };
}

describe("a way through the network", () => {
	it("takes its time", () => {
		const { clock, way, arrived } = pipe();
		way.send(Uint8Array.of(1, 2));
		clock.runTo(100);
		expect(arrived).toEqual([{ time: 5, bytes: [1, 2] }]);
	});

	it("keeps all bytes in order, whatever it does to them", () => {
		const step = fc.record({
			length: fc.integer({ min: 1, max: 5 }),
			pause: fc.nat({ max: 40 }),
			stall: fc.option(fc.integer({ min: 1, max: 100 })),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, seed) => {
				const { clock, conditions, way, bytes } = pipe(seed);
				conditions.jitter.replace(50);
				conditions.split.replace(0.5);
				let next = 0;
				for (const { length, pause, stall } of steps) {
					if (stall !== null) way.stall(stall);
					way.send(Uint8Array.from({ length }, () => next++));
					clock.runTo(clock.elapsed + pause);
				}
				clock.runTo(clock.elapsed + 10_000);
				expect(bytes()).toEqual(Array.from({ length: next }, (_, index) => index & 0xff));
			}),
			{ numRuns: 200 },
		);
	});

	it("stalls in the middle of what is sent, and goes on", () => {
		const { clock, way, bytes } = pipe();
		way.stall(1000);
		way.send(Uint8Array.of(1, 2, 3, 4));
		way.send(Uint8Array.of(5));
		clock.runTo(900);
		expect(bytes().length).toBeGreaterThan(0);
		expect(bytes().length).toBeLessThan(4);
		clock.runTo(1100);
		expect(bytes()).toEqual([1, 2, 3, 4, 5]);
	});

	it("lets nothing through once it is cut, nor what was under way", () => {
		const { clock, way, arrived } = pipe();
		way.send(Uint8Array.of(1));
		way.cut();
		way.send(Uint8Array.of(2));
		way.after(() => expect.fail("it got through"));
		clock.runTo(100);
		expect(arrived).toEqual([]);
	});
});
