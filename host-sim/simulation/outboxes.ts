import { type Config, parseConfig } from "../../firmware/config.js";
import { Random } from "./random.js";

type Outbox = Config["outbox"];

/** How often a device has what its configuration says, and how often another outbox at each start. */
const USUAL = 0.4;
const CHANGES = 0.25;

/** Policies, and whose answer they wait for; each as often as it is here. */
const SURE = Object.freeze([
	...Array<readonly ["latest", "broker"]>(4).fill(["latest", "broker"]),
	...Array<readonly ["keep", "broker"]>(3).fill(["keep", "broker"]),
	...Array<readonly ["keep", "server"]>(4).fill(["keep", "server"]),
	["latest", "server"] as const,
	["drop", "broker"] as const,
]);

/** What goes with QoS 0, which nobody answers. */
const UNSURE = Object.freeze([["latest", "broker"] as const, ["drop", "broker"] as const]);

/**
 * What a seed chooses for a device's readings while there is no connection: for its starts in turn, or one for all of
 * them. What does not go with the rest of the configuration is left out.
 */
export function outboxesOf(seed: number, config: Config): readonly Outbox[] {
	const random = new Random(seed, `outbox ${config.id}`);
	if (random.chance(USUAL)) return [config.outbox];
	const isSure = config.telemetry.qos > 0;
	const count = isSure && random.chance(CHANGES) ? 3 : 1;
	const drawn = Array.from({ length: count }, () => draw(random, isSure ? SURE : UNSURE));
	const possible = drawn.filter((outbox) => parseConfig({ ...config, outbox }).kind === "valid");
	return possible.length > 0 ? possible : [config.outbox];
}

function draw(random: Random, kinds: readonly (readonly [Outbox["policy"], Outbox["delivery"]])[]): Outbox {
	const [policy, delivery] = random.pick(kinds);
	return {
		...{ policy, delivery, server: "nightlight" },
		messages: random.pick([8, 32, 256]),
		bytes: random.pick([256, 4096, 32_768]),
		full: random.pick(["oldest", "newest"] as const),
		drainInterval: random.pick([0, 10, 100]),
		expires: random.chance(0.3) ? random.pick([10_000, 60_000, 600_000]) : undefined,
		ackTimeout: random.pick([1000, 5000]),
	};
}
