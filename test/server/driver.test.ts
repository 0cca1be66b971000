import { expect, it } from "vitest";
import { ServerCore } from "../../server/core.js";
import { Driver } from "../../server/driver.js";
import type { ServerEvent } from "../../server/events.js";
import { rulesOf } from "./rules/support.js";

/** A driver with a connection whose messages leave when a test says so. */
function bench(rules: string) {
	const told: ServerEvent["event"][] = [];
	const leaving: (() => void)[] = [];
	const sent: string[] = [];
	const outlet = {
		publish: (topic: string, body: string, _qos: 0 | 1, done: (isSent: boolean) => void) => {
			sent.push(`${topic} ${body}`);
			leaving.push(() => done(true));
		},
		listen: () => {},
	};
	let now = 0;
	const timers = new Set<{ due: number; callback: () => void }>();
	const clock = {
		now: () => now,
		date: () => now,
		after: (delay: number, callback: () => void) => {
			const timer = { due: now + delay, callback };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
	};
	/** Lets time go by to the next timer. */
	const wake = () => {
		const [next] = [...timers].sort((one, other) => one.due - other.due);
		if (next === undefined) return;
		timers.delete(next);
		now = next.due;
		next.callback();
	};
	const core = new ServerCore({ rules: rulesOf(rules) });
	const driver = new Driver(
		core,
		({ event }) => told.push(event),
		() => {},
		clock,
	);
	driver.changed({ state: "online" }, outlet);
	let nexts = 0;
	const receive = (device: string, light: number) => {
		const payload = new TextEncoder().encode(`{"light":${light}}`);
		driver.receive({ topic: `${device}/telemetry`, payload, retain: false }, outlet, () => nexts++);
	};
	return { told, sent, leaving, receive, wake, now: clock.now, nexts: () => nexts };
}

const RULES = "rules: {r: {votes: a, median: {below: 300}, minimumOff: 5, stale: 60, commands: [a, m, n]}}";

it("asks for the following message once, when all that one led to has left", () => {
	const { sent, leaving, receive, nexts } = bench(RULES);
	receive("a", 5);
	expect(sent.map((line) => line.split("/")[0])).toEqual(["m", "n", "a"]);
	expect(nexts()).toBe(0);
	leaving[0]?.();
	leaving[1]?.();
	expect(nexts()).toBe(0);
	leaving[2]?.();
	expect(nexts()).toBe(1);
});

it("asks for it at once where nothing is to be sent", () => {
	const { sent, receive, nexts } = bench(RULES.replace("votes: a", "votes: [a, b]"));
	receive("a", 5);
	expect([sent, nexts()]).toEqual([[], 1]);
});

it("sends what is decided later, without a message", () => {
	const { told, sent, receive, wake, now } = bench(RULES);
	receive("a", 900);
	receive("a", 5);
	expect(sent.at(-1)).toBe('a/commands {"led_on":false}');
	sent.length = 0;
	// Others wait for less.
	for (let tries = 0; tries < 5 && sent.length === 0; tries++) wake();
	expect(now()).toBe(5000);
	expect(sent).toEqual(["a", "m", "n"].map((id) => `${id}/commands {"led_on":true}`));
	expect(told.filter((event) => event === "decision")).toHaveLength(2);
});
