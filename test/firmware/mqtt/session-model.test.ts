import fc from "fast-check";
import { describe, it } from "vitest";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import { type Step, World } from "./session-world.js";

const STEPS: readonly (readonly [Step["kind"], number])[] = [
	["publish", 8],
	["subscribe", 2],
	["pump", 6],
	["up", 8],
	["down", 8],
	["command", 5],
	["wait", 4],
	["lose", 1],
	["crash", 1],
	["connect", 4],
	["forget", 1],
	["disconnect", 1],
];

const anyStep: fc.Arbitrary<Step> = fc.record({
	kind: fc.oneof(...STEPS.map(([kind, weight]) => ({ arbitrary: fc.constant(kind), weight }))),
	amount: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(200)),
	qos: fc.constantFrom<QoS>(0, 1, 2, 2),
});

const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 150, size: "max" });
const anyStart = fc.constantFrom(0, 2 ** 31 - 20_000, 2 ** 32 - 20_000);

describe("a session with a broker, whatever happens on the way", () => {
	it.each([
		{
			name: "a persistent session loses nothing that was stored, and doubles nothing with QoS 2 [MQTT-4.4.0-1] [MQTT-4.3.3-1]",
			clean: false,
		},
		{ name: "a clean session begins anew each time [MQTT-3.1.2-6]", clean: true },
	])("$name", ({ clean }) => {
		fc.assert(
			fc.property(anySteps, anyStart, (steps, start) => {
				const world = new World(clean, start);
				for (const step of steps) world.do(step);
				world.heal();
			}),
			{ numRuns: 150 },
		);
	});
});
