import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

/** How a connection ends, and how many milliseconds after it was online; `refused`: it never is. */
type Ending = readonly [way: "closed" | "reset" | "refused", after?: number];

const STABLE = 1000;
const YOUNG: Ending = ["closed", STABLE - 10];
const OLD: Ending = ["closed", STABLE + 10];

/** The failures, counted from 1, whose reason says that another client may have this id. */
function suspicious(endings: readonly Ending[]): number[] {
	const rig = new Rig({ reconnect: { initial: 100, maximum: 100, stable: STABLE } }).start();
	for (const [way, after = 0] of endings) {
		rig.broker.returnCode = way === "refused" ? 3 : 0;
		const known = rig.host.links.length;
		while (!["online", "backoff"].includes(rig.host.links.slice(known).at(-1) ?? "")) rig.clock.advance(1);
		if (way === "refused") continue;
		rig.clock.advance(after);
		const peer = rig.broker.clients.at(-1)?.peer;
		if (way === "closed") peer?.end();
		else peer?.reset();
		while (rig.state !== "backoff") rig.clock.advance(1);
	}
	const failures = rig.host.eventsOf("link").filter(({ state }) => state === "backoff");
	expect(failures).toHaveLength(endings.length);
	return failures.flatMap(({ reason }, index) =>
		reason?.endsWith("; perhaps another client has this id") ? index + 1 : [],
	);
}

describe("another client with the same id is suspected, when the broker closes connections", () => {
	it.each<{ name: string; endings: readonly Ending[]; expected: readonly number[] }>([
		{
			name: "that are not yet stable: at the third in a row",
			endings: [YOUNG, YOUNG, YOUNG, YOUNG],
			expected: [3, 4],
		},
		{ name: "that are stable: never", endings: [OLD, OLD, OLD, OLD, OLD], expected: [] },
		{
			name: "that are not yet stable after one that was: at the third of them",
			endings: [YOUNG, YOUNG, OLD, YOUNG, YOUNG, YOUNG],
			expected: [6],
		},
		{
			name: "with resets, as no broker does for that: never",
			endings: new Array(4).fill(["reset"]),
			expected: [],
		},
		{
			name: "but has another trouble in between: not before the third after it",
			endings: [YOUNG, YOUNG, ["reset"], YOUNG, YOUNG, ["refused"], YOUNG, YOUNG, YOUNG],
			expected: [9],
		},
	])("$name", ({ endings, expected }) => {
		expect(suspicious(endings)).toEqual(expected);
	});
});
