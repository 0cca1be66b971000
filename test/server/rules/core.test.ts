import { describe, expect, it } from "vitest";
import type { Action } from "../../../server/action.js";
import { ServerCore } from "../../../server/core.js";
import { rulesOf } from "./support.js";

const STADIUM = `{groups: {stand: [s-1..3]}, rules: {floodlights:
	{votes: stand, median: {below: 300}, minimumOn: 60, commands: [mast, s-1]}}}`;

/** A core with rules and the link up, and what it sends as `topic body`. */
function bench(text: string, options = {}) {
	const core = new ServerCore({ rules: rulesOf(text), ...options });
	core.connected(0);
	const publish = (topic: string, payload: unknown, now = 0, retain = false) =>
		core.receive(
			{
				topic,
				payload: new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload)),
				retain,
			},
			now,
			now,
		);
	const say = (device: string, payload: unknown, now = 0) =>
		sent(publish(`${device}/telemetry`, payload, now));
	return { core, publish, say };
}

const sent = (actions: readonly Action[]) =>
	actions.flatMap((action) => (action.kind === "send" ? [`${action.topic} ${action.body}`] : []));

const ON = '{"led_on":true}';
const OFF = '{"led_on":false}';

/** With the floodlights on. */
function dark() {
	const parts = bench(STADIUM);
	parts.say("s-1", { light: 0 });
	parts.say("s-2", { light: 0 });
	expect(parts.say("s-3", { light: 900 })).toEqual([
		...[`mast/commands ${ON}`, `s-1/commands ${ON}`],
		// No rule commands it: it has the server's threshold.
		`s-3/commands ${OFF}`,
	]);
	return parts;
}

describe("a core with rules", () => {
	it("says nothing to the rule's devices before the first decision, then all hear of it", () => {
		const { say } = bench(STADIUM);
		expect(say("s-1", { light: 0 })).toEqual([]);
		expect(say("mast", { light: 0 })).toEqual([]);
		expect(dark().core.counts).toEqual({ messages: 3, refused: 0, commands: 4 });
	});

	it("answers each reading of a commanded device with the decision, and tells it to one that comes online", () => {
		const { say, publish } = dark();
		expect(say("mast", { light: 900 }, 1000)).toEqual([`mast/commands ${ON}`]);
		expect(say("mast", { wind: 3 }, 1000)).toEqual([`mast/commands ${ON}`]);
		expect(say("s-1", { light: 900 }, 1000)).toEqual([`s-1/commands ${ON}`]);
		expect(sent(publish("mast/status", "online", 1000))).toEqual([`mast/commands ${ON}`]);
		expect(sent(publish("mast/status", "online", 1000, true))).toEqual([`mast/commands ${ON}`]);
		expect(sent(publish("mast/status", "offline", 1000))).toEqual([]);
		expect(sent(publish("other/status", "online", 1000))).toEqual([]);
	});

	it("decides a device that no rule commands by its own light, whether it votes or not", () => {
		const { say } = dark();
		expect(say("s-2", { light: 299 }, 1000)).toEqual([`s-2/commands ${ON}`]);
		expect(say("s-2", { light: 300 }, 1000)).toEqual([`s-2/commands ${OFF}`]);
		expect(say("lamp", { light: 299 }, 1000)).toEqual([`lamp/commands ${ON}`]);
	});

	it("tells what is decided, beside what came", () => {
		const { publish } = bench("{rules: {r: {votes: a, median: {below: 300}, commands: a}}}");
		expect(
			publish("a/telemetry", { light: 5 }).map((action) =>
				action.kind === "told" ? action.event : action.kind,
			),
		).toEqual([
			"received",
			{
				event: "decision",
				rule: "r",
				on: true,
				votes: { on: 1, off: 0, silent: 0 },
				median: 5,
				reason: "votes",
			},
			"send",
		]);
	});

	it("wakes for a minimum time, and has all hear what follows", () => {
		const { core, say } = dark();
		expect(say("s-2", { light: 900 }, 5000)).toEqual([`s-2/commands ${OFF}`]);
		let now = 5000;
		const all: string[] = [];
		while (core.alarm !== undefined && core.alarm <= 60_000) {
			now = core.alarm;
			all.push(...sent(core.tick(now)));
		}
		// Silent for ten seconds, none has a vote: it stays on.
		expect(all).toEqual([]);
		expect(say("s-1", { light: 900 }, 60_000)).toEqual([`mast/commands ${OFF}`, `s-1/commands ${OFF}`]);
	});

	it("takes no late reading, and none that the broker kept, for a vote", () => {
		const { core, publish } = bench(STADIUM);
		publish("s-1/telemetry", { light: 0 }, 0, true);
		publish("s-2/telemetry", { light: 0, late: true });
		expect(core.rulesView(0)[0]?.votes.map(({ value }) => value)).toEqual([undefined, undefined, undefined]);
	});

	it("lets a person's command go first, and says what the rule decided when that ends", () => {
		const { core, say } = dark();
		expect(sent(core.hold("mast", { led: false, until: 90_000 }))).toEqual([
			'mast/commands {"led_on":false,"by":"hand"}',
		]);
		expect(say("mast", { light: 1 }, 1000)).toEqual([]);
		for (const device of ["s-2", "s-3", "s-1"]) say(device, { light: 900 }, 59_999);
		expect(sent(core.tick(60_000))).toEqual([`s-1/commands ${OFF}`]);
		expect(sent(core.release("mast"))).toEqual([`mast/commands ${OFF}`]);
		expect(sent(core.release("nobody"))).toEqual([]);
	});

	it("that observes sends nothing, and still knows what is decided", () => {
		const { core, say } = bench("{rules: {r: {votes: a, median: {below: 300}, commands: a}}}", {
			observes: true,
		});
		expect(say("a", { light: 5 })).toEqual([]);
		expect(core.rulesView(0)[0]).toMatchObject({ on: true });
	});

	it("knows the devices of a group", () => {
		const { core } = bench(STADIUM);
		expect(core.members("stand")).toEqual(["s-1", "s-2", "s-3"]);
		expect(core.members("mast")).toBeUndefined();
	});

	it("goes over to other rules", () => {
		const { core, say } = dark();
		expect(sent(core.setRules(rulesOf("{rules: {}}"), 1000))).toEqual([]);
		expect(say("mast", { light: 900 }, 1000)).toEqual([`mast/commands ${OFF}`]);
		expect(core.rulesView(1000)).toEqual([]);
	});
});

describe("a reading", () => {
	const THERMOSTAT =
		"{rules: {heating: {votes: {device: t, sensors: [hall, bedroom]}, median: {below: 19}, commands: h}}}";
	it.each([
		{ device: "t", payload: { hall: 18 }, reason: undefined },
		{ device: "t", payload: { hall: null, bedroom: 18 }, reason: undefined },
		{
			device: "t",
			payload: { hall: "18", bedroom: null },
			reason: "none of hall, bedroom, light is a number",
		},
		{ device: "t", payload: "{}", reason: "none of hall, bedroom, light is a number" },
		{ device: "t", payload: '{"hall":1e999}', reason: "none of hall, bedroom, light is a number" },
		{ device: "t", payload: { light: 3 }, reason: undefined },
		{ device: "h", payload: { wind: 3 }, reason: undefined },
		{ device: "h", payload: { wind: "3" }, reason: "no member is a number" },
		{ device: "other", payload: { hall: 18 }, reason: "light is missing" },
		{ device: "other", payload: { light: "18" }, reason: "light is not a number" },
	])("of $device, $payload: $reason", ({ device, payload, reason }) => {
		const [action] = bench(THERMOSTAT).publish(`${device}/telemetry`, payload);
		if (reason === undefined) expect(action).toMatchObject({ kind: "received", payload });
		else expect(action).toMatchObject({ kind: "refused", code: "wrong-reading", reason });
	});

	it("that is refused gives its sensor no vote, and takes none from it before it is stale", () => {
		const { core, publish } = bench("{rules: {r: {votes: a, median: {below: 300}, commands: a}}}");
		publish("a/telemetry", { light: 5 });
		publish("a/telemetry", '{"light":NaN}', 5000);
		publish("a/telemetry", { light: null }, 9999);
		expect(core.rulesView(9999)[0]?.votes).toEqual([
			{ device: "a", sensor: "light", value: 5, at: 0, on: true },
		]);
		expect(core.rulesView(10_000)[0]?.votes[0]).toMatchObject({ absence: "stale" });
	});
});
