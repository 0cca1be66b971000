import { describe, expect, it } from "vitest";
import { apply, KEPT, LOCKED, lose, START, type State } from "../../host-sim/page/store.js";
import type { Push, Rung } from "../../host-sim/web/protocol.js";
import { deviceWith } from "./views.js";

const NOW = 1_000_000;
const HELLO: Push = {
	type: "hello",
	version: 1,
	broker: "127.0.0.1:1883",
	ownBroker: true,
	rule: { threshold: 300, hysteresis: 20 },
	server: { state: "online", since: 0 },
	count: 1,
	now: NOW + 500,
	device: deviceWith(),
	samples: [],
	rungs: [],
};
const note = (n: number, text = `note ${n}`): Rung => ({
	n,
	t: n,
	kind: "note",
	lane: "device",
	text,
	tone: "plain",
});
const after = (...pushes: readonly Push[]): State =>
	pushes.reduce((state, push) => apply(state, push, NOW), START);
const texts = ({ rungs }: State): string[] =>
	rungs.map((rung) => (rung.kind === "note" ? rung.text : rung.type));

describe("apply", () => {
	it("knows the service's clock after hello", () => {
		expect(after(HELLO)).toMatchObject({
			connection: "open",
			skew: 500,
			count: 1,
			device: { id: "my-lamp" },
		});
	});

	it("knows by hello that the broker is a hub, which has no server", () => {
		const { server: _, ...hello } = HELLO as Extract<Push, { type: "hello" }>;
		expect(after({ ...hello, hub: true })).toMatchObject({ hub: true, server: START.server });
		expect(after(HELLO)).not.toHaveProperty("hub");
	});

	it("begins anew with each hello: after a reconnect nothing is there twice", () => {
		const before = after(HELLO, { type: "rungs", rungs: [note(1), note(2)] });
		const again = apply(lose(before), { ...HELLO, rungs: [note(1), note(2)] }, NOW);
		expect(again.connection).toBe("open");
		expect(texts(again)).toEqual(["note 1", "note 2"]);
	});

	it("knows nothing while the service asks for its key, and all after its next hello", () => {
		expect(LOCKED).toEqual({ ...START, connection: "locked" });
		expect(apply(LOCKED, HELLO, NOW)).toEqual(after(HELLO));
	});

	it("keeps what is shown while the service is lost", () => {
		const state = lose(after(HELLO));
		expect(state).toMatchObject({ connection: "lost", device: { light: 820 } });
		expect(lose(state)).toBe(state);
	});

	it("adds rungs, and replaces one that comes again", () => {
		const state = after(
			{ ...HELLO, rungs: [note(1), note(2)] },
			{ type: "rungs", rungs: [note(2, "refused"), note(3)] },
		);
		expect(texts(state)).toEqual(["note 1", "refused", "note 3"]);
	});

	it("keeps the last 400 rungs", () => {
		const rungs = Array.from({ length: KEPT.rungs + 50 }, (_, n) => note(n));
		const state = after({ ...HELLO, rungs }, { type: "rungs", rungs: [note(1000)] });
		expect(state.rungs).toHaveLength(KEPT.rungs);
		expect(state.rungs.at(-1)?.n).toBe(1000);
	});

	it("drops the samples that are later than a new one: the service's clock was put back", () => {
		const sample = (t: number): Push => ({ type: "sample", sample: { t, light: 1 } });
		const state = after(HELLO, sample(1000), sample(2000), sample(3000), sample(1500), sample(1800));
		expect(state.samples.map(({ t }) => t)).toEqual([1000, 1500, 1800]);
	});

	it("has readings that came late beside the samples, and those of hello alone after it", () => {
		const late = (t: number): Push => ({ type: "late", sample: { t, light: 1 } });
		const state = after({ ...HELLO, late: [{ t: 1, light: 1 }] } as Push, late(500), late(900));
		expect(state.late.map(({ t }) => t)).toEqual([1, 500, 900]);
		expect(state.samples).toEqual([]);
		expect(apply(state, HELLO, NOW).late).toEqual([]);
	});

	it("keeps an hour of samples, and a twentieth more at most", () => {
		let state = after(HELLO);
		for (let t = 0; t <= 3 * KEPT.time; t += 30_000)
			state = apply(state, { type: "sample", sample: { t, light: 1 } }, NOW);
		const first = state.samples[0]?.t ?? 0;
		expect(3 * KEPT.time - first).toBeGreaterThanOrEqual(KEPT.time);
		expect(3 * KEPT.time - first).toBeLessThanOrEqual(KEPT.time * 1.06);
		expect(state.samples.at(-1)?.t).toBe(3 * KEPT.time);
	});

	it("remembers how long a fault held", () => {
		const faults = [{ name: "wifi-off", since: NOW } as const];
		const on = after(HELLO, { type: "device", device: deviceWith({ faults }) });
		expect(on.spells).toEqual([{ name: "wifi-off", from: NOW }]);
		const still = apply(on, { type: "device", device: deviceWith({ faults, light: 1 }) }, NOW + 5);
		expect(still.spells).toBe(on.spells);
		const off = apply(on, { type: "device", device: deviceWith() }, NOW + 7000);
		expect(off.spells).toEqual([{ name: "wifi-off", from: NOW, to: NOW + 7500 }]);
	});

	it("keeps past spells over a reconnect to the same device only", () => {
		const faults = [{ name: "latency", since: NOW } as const];
		const past = after(
			HELLO,
			{ type: "device", device: deviceWith({ faults }) },
			{ type: "device", device: deviceWith() },
		);
		expect(apply(past, HELLO, NOW).spells).toHaveLength(1);
		expect(apply(past, { ...HELLO, device: deviceWith({ id: "other" }) }, NOW).spells).toEqual([]);
	});

	it("changes the summaries that are told, and no others", () => {
		const one = { id: "one", trouble: false };
		const two = { id: "two", trouble: false };
		const { device: _, ...hello } = HELLO as Extract<Push, { type: "hello" }>;
		const state = after({ ...hello, all: [one, two] }, { type: "summaries", all: [{ ...two, led: true }] });
		expect(state.all.get("one")).toBe(one);
		expect(state.all.get("two")).toEqual({ id: "two", trouble: false, led: true });
		expect(state.count).toBe(2);
	});

	it("takes how many devices there are by now", () => {
		expect(after(HELLO, { type: "count", count: 7 }).count).toBe(7);
	});

	it("takes the server's link", () => {
		const server = { state: "backoff", since: 1 };
		expect(after(HELLO, { type: "server", server }).server).toBe(server);
	});
});
