import type { Config } from "../../../firmware/config.js";
import type { Random } from "../random.js";

/** An order, as it is published. */
export interface DrawnOrder {
	/** Its id, if it has a usable one: without one nothing is said of it. */
	readonly id: string | undefined;
	readonly text: string;
	/** Milliseconds after which it is published again, whatever was said of it. */
	readonly again: number | undefined;
}

/** How the id of an order begins that is malformed; those of others are hexadecimal. */
export const MALFORMED = "wrong-";

/** The command with which is asked how a confirmed order stands: nobody may obey it. */
export const PROBE = "probe";

/** The policies of orders. */
const POLICIES = Object.freeze(["newest", "ordered"] as const);

/** Seconds until an order expires; most never do. */
const LIFETIMES = Object.freeze([undefined, undefined, undefined, 2, 10, 60, 600]);

/** Draws what somebody orders of a device at once: one order, or several. */
export function drawOrders(random: Random, config: Config): DrawnOrder[] {
	const count = random.chance(0.5) ? 1 : random.between(2, 4);
	return Array.from({ length: count }, () => draw(random, config));
}

/** An order that only asks how the one with its id stands, if that is known. */
export const probeOf = (id: string): string =>
	JSON.stringify({ id, policy: "ordered", command: { [PROBE]: true } });

function draw(random: Random, config: Config): DrawnOrder {
	const number = random.below(2 ** 32).toString(16);
	const again = random.chance(0.2) ? random.between(0, 60_000) : undefined;
	if (random.chance(0.08)) return { ...malformed(random, `${MALFORMED}${number}`), again };
	const expires = random.pick(LIFETIMES);
	const order = { id: number, policy: random.pick(POLICIES), command: commandOf(random, config) };
	return { id: number, text: JSON.stringify(expires === undefined ? order : { ...order, expires }), again };
}

/** What a device is to do; nothing that changes how it reports. */
function commandOf(random: Random, { telemetry }: Config): object {
	const led_on = random.chance(0.5);
	switch (random.below(12)) {
		case 0:
		case 1:
		case 2:
			return { sample: true };
		case 3:
			return { reboot: true };
		case 4:
			return { configure: random.chance(0.3) ? null : { interval: telemetry.interval } };
		case 5:
			return { configure: { fallback: { threshold: random.between(0, 1023) } } };
		case 6:
			return { configure: { interval: random.pick([0, -5, "soon"]) } };
		case 7:
			return { [`blink${random.below(1000)}`]: true };
		case 8:
			return random.chance(0.5) ? { led_on: "yes" } : { led_on, sample: true };
		default:
			return { led_on };
	}
}

/** What is no order. */
function malformed(random: Random, id: string): Pick<DrawnOrder, "id" | "text"> {
	const order = { id, policy: "ordered", command: { led_on: true } };
	const wrong = random.pick([
		{ policy: "oldest" },
		{ expires: -1 },
		{ expires: "soon" },
		{ command: {} },
		{ command: { led_on: true, seq: 1 } },
		{ priority: 1 },
	]);
	if (random.chance(0.7)) return { id, text: JSON.stringify({ ...order, ...wrong }) };
	const nothing = random.pick(["", "{", "[]", '{"led_on":true}', JSON.stringify({ ...order, id: "a b" })]);
	return { id: undefined, text: nothing };
}
