import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../../host-sim/io/byte-queue.js";
import { bytes } from "./support.js";

const step = fc.oneof(
	fc.record({ kind: fc.constant("arrive" as const), data: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
	fc.record({ kind: fc.constant("take" as const), count: fc.integer({ min: 1, max: 50 }) }),
	fc.record({ kind: fc.constant("takeInto" as const), count: fc.integer({ min: 0, max: 50 }) }),
	fc.record({ kind: fc.constant("takeByte" as const) }),
	fc.record({ kind: fc.constant("keep" as const) }),
);

describe("ByteQueue", () => {
	it("gives back in order what came in, though the lent memory is used again", () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const queue = new ByteQueue();
				const landing = new Uint8Array(40);
				const model: number[] = [];
				for (const each of steps) {
					if (each.kind === "arrive") {
						queue.keep();
						landing.fill(0xee);
						landing.set(each.data);
						queue.lend(landing, each.data.length);
						model.push(...each.data);
					} else if (each.kind === "take") {
						expect(bytes(queue.take(each.count))).toEqual(model.splice(0, each.count));
					} else if (each.kind === "takeInto") {
						const target = new Uint8Array(each.count);
						const taken = queue.takeInto(target);
						expect(Array.from(target.subarray(0, taken))).toEqual(model.splice(0, each.count));
					} else if (each.kind === "takeByte") {
						if (model.length > 0) expect(queue.takeByte()).toBe(model.shift());
					} else {
						queue.keep();
					}
					expect(queue.length).toBe(model.length);
				}
			}),
		);
	});

	it("is empty after clear, and can be used again", () => {
		const queue = new ByteQueue();
		queue.lend(Uint8Array.of(1, 2), 2);
		queue.clear();
		queue.keep();
		expect(queue.length).toBe(0);
		queue.lend(Uint8Array.of(3, 4), 1);
		expect(bytes(queue.take(9))).toEqual([3]);
	});
});
