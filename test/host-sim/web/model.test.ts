import { generate } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { Trouble } from "../../../host-sim/trouble/trouble.js";
import { type Change, Model } from "../../../host-sim/web/model.js";
import { perform } from "../../../host-sim/web/perform.js";
import type { FaultName, Rung } from "../../../host-sim/web/protocol.js";

const cleanups: (() => unknown)[] = [];
afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A model at a time that the test sets. */
function started() {
	const clock = { now: 1_000_000 };
	const model = new Model({
		...{ broker: "mqtt://127.0.0.1:1883", ownBroker: true, rule: { threshold: 300, hysteresis: 0 } },
		...{ id: "+", topics: {}, now: () => clock.now },
	});
	cleanups.push(() => model.stop());
	const changes: Change[] = [];
	model.listen((change) => changes.push(change));
	const light = { now: 900 };
	const simulate = (id: string, trouble?: Trouble, range = { minimum: 0, maximum: 1023 }) =>
		model.simulate(id, range, {
			...{
				engine: "node" as const,
				clientId: `${id}nightlight_client`,
				source: "hand" as const,
				sources: [],
			},
			trouble,
			...{ measure: () => light.now, setLight: () => {}, choose: () => {} },
		});
	return { clock, model, changes, light, simulate };
}

const textsOf = (rungs: readonly Rung[] = []) =>
	rungs.map((rung) => (rung.kind === "note" ? `${rung.lane} ${rung.tone}: ${rung.text}` : rung.type));

const reading = (device: string, light: number) =>
	({ event: "received", device, topic: `${device}/telemetry`, payload: { light } }) as const;
const publish = (topic: string, payload: string) =>
	({ cmd: "publish", topic, payload: Buffer.from(payload), qos: 0, dup: false, retain: false }) as const;

describe("a device that is simulated", () => {
	it("has its link, with the reason and the time of the next try", () => {
		const { model, simulate } = started();
		const device = simulate("lamp");
		const why = { code: "connection-refused", reason: "nobody listens", delay: 7400 } as const;
		device.event({ event: "link", state: "backoff", ...why });
		expect(model.device("lamp")?.view.link).toEqual({
			...{ state: "backoff", code: "connection-refused", reason: "nobody listens" },
			...{ since: 1_000_000, nextTry: 1_007_400 },
		});
		expect(model.device("lamp")?.summary.trouble).toBe(true);
		device.event({ event: "link", state: "resolving" });
		expect(model.device("lamp")?.summary).toMatchObject({ link: "resolving", trouble: true });
		device.event({ event: "link", state: "online" });
		expect(model.device("lamp")?.summary).toMatchObject({ link: "online", trouble: false });
		expect(textsOf(model.device("lamp")?.rungs)).toEqual([
			"device bad: nobody listens; next try in 7.4 s",
			"device plain: online",
		]);
	});

	it.each([
		[
			{ event: "storage", code: "storage-unwritable", reason: "it is full" },
			"device bad: storage failed: it is full",
		],
		[
			{ event: "refused", topic: "lamp/telemetry", code: "given-up", reason: "ten times", payload: "" },
			"device bad: gave up a message on lamp/telemetry: ten times",
		],
		[
			{ event: "refused", topic: "lamp/commands", code: "too-large", reason: "2000 bytes", payload: "" },
			"device bad: refused a message on lamp/commands: 2000 bytes",
		],
		[{ event: "led", on: true }, "device led: LED on"],
	] as const)("tells in a note what has no packet: %o", (event, text) => {
		const { model, simulate } = started();
		simulate("lamp").event(event);
		expect(textsOf(model.device("lamp")?.rungs)).toEqual([text]);
	});

	it("has the message refused that it means, of several that came together", () => {
		const { model, simulate } = started();
		const device = simulate("lamp");
		const payloads = ['{"led_on":', '{"led_on":1}', "", "x".repeat(300)];
		const came = payloads.map((payload) => generate(publish("lamp/commands", payload)));
		device.tap().read(Buffer.concat(came));
		for (const [index, payload] of payloads.entries()) {
			const refused = { topic: "lamp/commands", code: "not-json", payload: payload.slice(0, 200) } as const;
			device.event({ event: "refused", ...refused, reason: `reason ${index}` });
		}
		expect(model.device("lamp")?.rungs).toMatchObject(
			["", "", "", `${"x".repeat(199)}…`].map((long, index) => ({
				payload: long || payloads[index],
				refused: `reason ${index}`,
			})),
		);
	});

	it("has a sample when light or LED change, and each second otherwise", () => {
		const { clock, model, light, simulate } = started();
		const device = simulate("lamp");
		const looks = (count: number) => {
			for (let look = 0; look < count; look++) {
				clock.now += 250;
				model.look();
			}
		};
		looks(8);
		expect(model.device("lamp")?.samples.all).toHaveLength(2);
		light.now = 100;
		looks(1);
		device.event({ event: "led", on: true });
		looks(1);
		expect(model.device("lamp")?.samples.all.slice(2)).toEqual([
			{ t: clock.now - 250, light: 100, led: false },
			{ t: clock.now, light: 100, led: true },
		]);
	});

	it("goes on with its samples when the clock is put back", () => {
		const { clock, model, light, simulate } = started();
		simulate("lamp");
		const times = () => model.device("lamp")?.samples.all.map(({ t }) => t);
		for (let count = 0; count < 3; count++) {
			model.look();
			clock.now += 1000;
		}
		clock.now = 1_001_500;
		light.now = 800;
		model.look();
		expect(times()).toEqual([1_000_000, 1_001_000, 1_001_500]);
		clock.now = 500_000;
		model.look();
		clock.now = 501_000;
		model.look();
		expect(times()).toEqual([500_000, 501_000]);
	});

	it("has its light as a share of its own sensor's range", () => {
		const { model, light, simulate } = started();
		light.now = 15;
		simulate("lamp", undefined, { minimum: -20, maximum: 50 });
		expect(model.device("lamp")?.summary).toMatchObject({ light: 15, share: 0.5 });
	});

	it("has the trouble that a person switches on, and dies with its power", () => {
		const { model, changes, simulate } = started();
		const trouble = new Trouble();
		const device = simulate("lamp", trouble);
		simulate("other");
		device.event({ event: "led", on: true });
		const act = (fault: FaultName, on: boolean, id = "lamp") =>
			perform({ act: "fault", device: id, fault, on }, model, undefined);
		expect(model.device("lamp")?.view).toMatchObject({ faults: [], possible: trouble.possible });
		act("latency", true);
		expect(model.device("lamp")?.view.faults).toEqual([{ name: "latency", since: expect.any(Number) }]);
		expect(changes.at(-1)).toEqual({ kind: "device", id: "lamp" });
		expect(model.device("lamp")?.summary.trouble).toBe(true);
		act("latency", false);
		expect(model.device("lamp")?.summary.trouble).toBe(false);
		act("power-cut", true);
		expect(model.device("lamp")?.view).toMatchObject({
			...{ led: false, link: { state: "offline", reason: "no power" } },
		});
		expect(textsOf(model.device("lamp")?.rungs).slice(1)).toEqual([
			"device plain: each packet comes late",
			"device plain: packets come in time again",
			"device plain: power cut",
		]);
		expect(() => act("broker-down", true)).toThrow(/"broker-down" cannot be switched for this device/);
		expect(() => act("latency", true, "other")).toThrow(/cannot be switched/);
	});

	it("is let go of a hold when its time has come", () => {
		const { clock, model, simulate } = started();
		simulate("lamp");
		model.device("lamp")?.held({ led: true, until: clock.now + 500 });
		model.look();
		expect(model.device("lamp")?.view.hold).toBeDefined();
		clock.now += 500;
		model.look();
		expect(model.device("lamp")?.view.hold).toBeUndefined();
	});

	it("is told of what the broker closed, and of the server's link", () => {
		const { model, simulate } = started();
		simulate("lamp");
		simulate("other");
		model.serverIs("server-1", () => []);
		const gone = { event: "disconnected", code: "keep-alive-expired", reason: "it was silent" } as const;
		model.brokerEvent({ ...gone, client: "lampnightlight_client" });
		model.brokerEvent({ ...gone, client: "server-1" });
		model.brokerEvent({ ...gone, client: "stranger" });
		model.serverEvent({ event: "link", state: "online" });
		expect(textsOf(model.device("lamp")?.rungs)).toEqual([
			"broker bad: closed the device: it was silent",
			"broker bad: closed the server: it was silent",
			"server plain: online",
		]);
		expect(model.server).toEqual({ state: "online", since: 1_000_000 });
	});
});

describe("a device that is known by its messages", () => {
	it("appears with its first message, and its light is its last reading", () => {
		const { clock, model, changes } = started();
		model.serverPacket("received", publish("lamp/telemetry", '{"light":42}'));
		model.serverEvent(reading("lamp", 42));
		model.serverPacket("sent", publish("lamp/commands", '{"led_on":true}'));
		model.serverEvent({
			...{ event: "sent", device: "lamp", topic: "lamp/commands", payload: { led_on: true } },
		});
		expect(model.device("lamp")?.view).toEqual({
			...{ id: "lamp", kind: "remote", light: 42, range: { minimum: 0, maximum: 1023 }, sources: [] },
			...{ believed: { light: 42, at: clock.now, led: true }, faults: [], possible: [] },
		});
		expect(textsOf(model.device("lamp")?.rungs)).toEqual(["PUBLISH", "PUBLISH"]);
		expect(changes[0]).toEqual({ kind: "new", id: "lamp" });
	});

	it("is not as a reading says that was sent late", () => {
		const { model } = started();
		model.serverEvent(reading("lamp", 42));
		model.serverEvent({ ...reading("lamp", 900), payload: { light: 900, late: true } });
		model.serverEvent({ event: "duplicate", device: "lamp", stream: "a", seq: 1, through: 1 });
		expect(model.device("lamp")?.view).toMatchObject({ light: 42, believed: { light: 42 } });
	});

	it("hears the server's acknowledgements as it does its commands", () => {
		const { model } = started();
		model.serverEvent(reading("lamp", 42));
		model.serverPacket("sent", publish("lamp/acks", '{"stream":"a","through":1}'));
		model.serverPacket("received", publish("lamp/acks", '{"stream":"a","through":1}'));
		expect(textsOf(model.device("lamp")?.rungs)).toEqual(["PUBLISH"]);
	});

	it("has a message refused that the server refuses", () => {
		const { model } = started();
		model.serverPacket("received", publish("lamp/telemetry", "{"));
		const refused = { topic: "lamp/telemetry", code: "not-json", reason: "no JSON", payload: "{" } as const;
		model.serverEvent({ event: "refused", device: "lamp", ...refused });
		expect(model.device("lamp")?.rungs).toMatchObject([{ type: "PUBLISH", refused: "no JSON" }]);
		model.serverEvent({ event: "refused", device: "lamp", ...refused });
		expect(textsOf(model.device("lamp")?.rungs).at(-1)).toBe(
			"server bad: refused a message on lamp/telemetry: no JSON",
		);
	});

	it("is what its status and state say, also if they came before it", () => {
		const { model } = started();
		model.state("lamp", { led: true });
		model.status("lamp", false);
		expect(model.device("lamp")).toBeUndefined();
		model.serverEvent(reading("lamp", 42));
		expect(model.device("lamp")?.view.led).toBe(true);
		model.state("lamp", { led: false });
		model.status("lamp", true);
		expect(model.device("lamp")?.view).toMatchObject({ led: false, link: { state: "online" } });
	});

	it("is one of a thousand at most: anybody can make up ids", () => {
		const { model } = started();
		for (let count = 0; count < 1100; count++) {
			model.state(`other${count}`, { led: true });
			model.serverEvent(reading(`lamp${count}`, 1));
		}
		expect(model.hello()).toMatchObject({ count: 1000 });
	});
});
