import fc from "fast-check";
import { expect, it } from "vitest";
import type { Sample } from "../../../host-sim/web/protocol.js";
import { Series } from "../../../host-sim/web/series.js";

const sample: fc.Arbitrary<Sample> = fc.record(
	{ t: fc.double({ noNaN: true }), light: fc.double({ noNaN: true }), led: fc.boolean() },
	{ requiredKeys: ["t", "light"] },
);

it("a series holds what an array would", () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof({ weight: 9, arbitrary: sample }, fc.nat(100), fc.constant("back")), {
				maxLength: 400,
			}),
			(steps) => {
				const series = new Series();
				const array: Sample[] = [];
				for (const step of steps) {
					if (step === "back") {
						const time = array.at(-2)?.t ?? 0;
						series.dropAfter(time);
						while (array.length > 0 && (array.at(-1) as Sample).t > time) array.pop();
					} else if (typeof step !== "number") {
						series.push(step);
						array.push(step);
					} else {
						const count = Math.min(step, array.length);
						series.drop(count);
						array.splice(0, count);
					}
				}
				expect([...series]).toEqual(array);
				expect([series.at(0), series.at(-1), series.at(array.length)]).toEqual([
					array[0],
					array.at(-1),
					undefined,
				]);
				const time = array[0]?.t ?? 0;
				const later = array.findIndex(({ t }) => !(t < time));
				expect(series.before(time)).toBe(later < 0 ? array.length : later);
			},
		),
	);
});
