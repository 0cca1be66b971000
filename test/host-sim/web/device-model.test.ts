import { generate } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { DeviceEvent } from "../../../firmware/events.js";
import { Trouble } from "../../../host-sim/trouble/trouble.js";
import { type Change, Model } from "../../../host-sim/web/model.js";

const NOW = 1_000_000;
const RANGE = { minimum: 0, maximum: 1023 };

const models: Model[] = [];
afterEach(() => {
	for (const model of models.splice(0)) model.stop();
});

/** A model at a time that does not pass, and `lamp`, which is simulated. */
function started() {
	const model = new Model({
		...{ broker: "mqtt://127.0.0.1:1883", ownBroker: true, rule: { threshold: 300, hysteresis: 0 } },
		...{ id: "+", topics: {}, now: () => NOW },
	});
	models.push(model);
	const changes: Change[] = [];
	model.listen((change) => changes.push(change));
	const trouble = new Trouble();
	const device = model.simulate("lamp", RANGE, {
		...{ engine: "node", clientId: "lamp", stateTopic: "lamp/state", source: "hand", sources: [], trouble },
		...{ measure: () => 900, setLight: () => {}, choose: () => {} },
	});
	const view = () => model.device("lamp")?.view;
	const notes = () =>
		(model.device("lamp")?.rungs ?? []).flatMap((rung) =>
			rung.kind === "note" ? [`${rung.tone}: ${rung.text}`] : [],
		);
	return { model, changes, trouble, device, view, notes };
}

const outbox = (pending: number, dropped = 0) =>
	({ event: "outbox", pending, bytes: 13 * pending, dropped, setAside: 1, lost: 2 }) as const;
const fallback = (active: boolean, reason: "offline" | "silent" | "command") =>
	({ event: "fallback", active, reason }) as const;
const late = (payload: object) =>
	({
		event: "received",
		device: "lamp",
		topic: "lamp/telemetry",
		payload: { light: 42, late: true, ...payload },
	}) as const;

describe("a device with an outbox", () => {
	it("has what waits and what is gone, as it was told last", () => {
		const { device, view, notes, changes } = started();
		expect(view()).not.toHaveProperty("outbox");
		device.event(outbox(14));
		device.event(outbox(3, 4));
		expect(view()?.outbox).toEqual({ pending: 3, dropped: 4, setAside: 1, lost: 2 });
		expect(changes.at(-1)).toEqual({ kind: "device", id: "lamp" });
		expect(notes()).toEqual([]);
	});

	it("counts down what waits while it is sent late, to one: the device says when none is left", () => {
		const { device, view } = started();
		const sent = (payload: { late?: true }) =>
			device.event({ event: "telemetry", payload: { light: 42, ...payload } });
		const pending = () => view()?.outbox?.pending;
		sent({ late: true });
		expect(pending()).toBeUndefined();
		device.event(outbox(3));
		const seen = [{}, { late: true }, { late: true }, { late: true }].map((payload) => {
			sent(payload as { late?: true });
			return pending();
		});
		device.event(outbox(0));
		expect([...seen, pending()]).toEqual([3, 2, 1, 1, 0]);
	});

	it.each<[what: string, payload: object, marked: number[]]>([
		["with a time", { time: "1970-01-01T00:16:00Z" }, [960_000]],
		["with a time in milliseconds", { time: 970_000 }, [970_000]],
		["measured now", { time: NOW }, [NOW]],
		["of a clock that is ahead", { time: NOW + 1 }, []],
		["without a time", {}, []],
		["with a time that says nothing", { time: "noon" }, []],
	])("has readings that came late where they were measured: %s", (_, payload, marked) => {
		const { model, view, changes } = started();
		model.serverEvent(late(payload));
		const samples = marked.map((t) => ({ t, light: 42 }));
		expect(model.hello("lamp")).toMatchObject({ late: samples, samples: [] });
		expect(changes.filter(({ kind }) => kind === "late")).toEqual(
			samples.map((sample) => ({ kind: "late", id: "lamp", sample })),
		);
		expect(view()).toMatchObject({ light: 900, believed: {} });
	});
});

describe("who decides about the LED", () => {
	it("is the device, from its fallback until a command comes", () => {
		const { device, view, notes } = started();
		device.event(fallback(true, "offline"));
		expect(view()).toMatchObject({ fallback: "offline", decidedBy: "device" });
		device.event({ event: "led", on: true });
		device.event(fallback(false, "command"));
		expect(view()).not.toHaveProperty("fallback");
		expect(view()).not.toHaveProperty("decidedBy");
		device.event({ event: "led", on: false });
		device.event(fallback(true, "silent"));
		expect(view()?.fallback).toBe("silent");
		expect(notes()).toEqual([
			"plain: the device decides itself: it is offline",
			"led: LED on, by the device",
			"plain: a command came: the device no longer decides itself",
			"led: LED off",
			"plain: the device decides itself: it hears no server",
		]);
	});

	it("is nobody when the device starts again: its RAM is empty, and its LED dark", () => {
		const { device, view } = started();
		device.event(fallback(true, "offline"));
		device.event({ event: "led", on: true });
		device.event({ event: "restart" });
		expect(view()?.led).toBe(false);
		expect(view()).not.toHaveProperty("fallback");
		expect(view()).not.toHaveProperty("decidedBy");
	});

	it.each<[topic: string, payload: string, by: string | undefined]>([
		["lamp/state", '{"led_on":true,"decided_by":"hand"}', "hand"],
		["lamp/state", '{"led_on":true,"decided_by":"server"}', "server"],
		["lamp/state", '{"led_on":true,"decided_by":"device"}', "device"],
		["lamp/state", '{"led_on":true}', undefined],
		["lamp/state", '{"led_on":true,"decided_by":"moon"}', undefined],
		["lamp/state", "{", "hand"],
		["lamp/telemetry", '{"led_on":true,"decided_by":"server"}', "hand"],
	])("is whom its state names: %s %s", (topic, payload, by) => {
		const { model, device, view } = started();
		const wire = device.tap();
		for (const [on, text] of [
			["lamp/state", '{"led_on":true,"decided_by":"hand"}'],
			[topic, payload],
		] as const)
			wire.wrote(generate({ cmd: "publish", topic: on, payload: text, qos: 0, dup: false, retain: true }));
		expect(view()?.decidedBy).toBe(by);
		model.state("attic", { led: true, ...(by !== undefined && { decidedBy: by as "hand" }) });
		model.status("attic", true);
		expect(model.device("attic")?.view.decidedBy).toBe(by);
	});

	it("and what waits is not known of a device without power", () => {
		const { device, view, trouble } = started();
		device.event(outbox(14));
		device.event(fallback(true, "offline"));
		trouble.set("power-cut", true);
		expect(view()).not.toHaveProperty("outbox");
		expect(view()).not.toHaveProperty("fallback");
	});
});

describe("an answer to a command", () => {
	it.each<[answer: Omit<Extract<DeviceEvent, { event: "response" }>, "event">, note: string]>([
		[{ id: "a1", status: 200 }, 'plain: answered "a1": 200'],
		[{ id: "a1", status: 200, payload: { light: 42 } }, 'plain: answered "a1": 200 {"light":42}'],
		[
			{ id: "a1", status: 409, payload: { reason: "an older number" } },
			'bad: answered "a1": 409, an older number',
		],
		[{ id: '\n"', status: 400, payload: { reason: 1 } }, 'bad: answered "\\n\\"": 400 {"reason":1}'],
		[
			{ id: "a1", status: 500, payload: { reason: "x".repeat(300) } },
			`bad: answered "a1": 500, ${"x".repeat(180)}…`,
		],
	])("is a note: %o", (answer, note) => {
		const { device, notes } = started();
		device.event({ event: "response", ...answer });
		expect(notes()).toEqual([note]);
	});
});
