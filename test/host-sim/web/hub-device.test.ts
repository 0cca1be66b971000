import { generate, type Packet } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { Trouble } from "../../../host-sim/trouble/trouble.js";
import { Model } from "../../../host-sim/web/model.js";
import type { Rung } from "../../../host-sim/web/protocol.js";

const NOW = 1_000_000;

const models: Model[] = [];
afterEach(() => {
	for (const model of models.splice(0)) model.stop();
});

/** The page's view of `lamp` at a hub, with one connection. */
function atHub() {
	const model = new Model({
		...{ broker: "mqtts://hub", ownBroker: false, isHub: true, rule: { threshold: 300, hysteresis: 0 } },
		...{ id: "lamp", topics: {}, now: () => NOW },
	});
	models.push(model);
	const trouble = new Trouble();
	const device = model.simulate(
		"lamp",
		{ minimum: 0, maximum: 1023 },
		{
			...{ engine: "node", clientId: "lamp", alertBelow: 300, source: "hand", sources: [], trouble },
			...{ measure: () => 900, setLight: () => {}, choose: () => {} },
		},
	);
	let wire = device.tap();
	const message = (topic: string, payload: string) =>
		generate({ cmd: "publish", topic, payload, qos: 0, dup: false, retain: false });
	return {
		...{ model, trouble },
		reconnect: () => {
			wire = device.tap();
		},
		packet: (packet: Packet) => wire.read(generate(packet)),
		asks: (packet: Packet) => wire.wrote(generate(packet)),
		says: (topic: string, payload = "") => wire.wrote(message(topic, payload)),
		hears: (topic: string, payload = "") => wire.read(message(topic, payload)),
		misses: (topic: string, payload = "") => wire.lost?.(message(topic, payload)),
		view: () => model.device("lamp")?.view,
		/** Who says what to whom, in the words of the page. */
		rungs: () =>
			(model.device("lamp")?.rungs ?? [])
				.filter((rung): rung is Extract<Rung, { kind: "packet" }> => rung.kind === "packet")
				.map(({ from, label }) => `${from}: ${label}`),
	};
}

const TWIN = '{"desired":{"ledOn":true,"$version":3},"reported":{"$version":7}}';

describe("a device at a hub", () => {
	it("tells what goes over the wire in words, answers with what they are to", () => {
		const lamp = atHub();
		lamp.asks({
			cmd: "subscribe",
			messageId: 1,
			subscriptions: [
				{ topic: "$iothub/twin/res/#", qos: 0 },
				{ topic: "$iothub/methods/POST/#", qos: 0 },
			],
		} as Packet);
		lamp.says("$iothub/twin/GET/?$rid=1");
		lamp.hears("$iothub/twin/res/200/?$rid=1", TWIN);
		lamp.says("$iothub/twin/PATCH/properties/reported/?$rid=2", "{}");
		lamp.hears("$iothub/twin/res/204/?$rid=2&$version=8");
		lamp.says("$iothub/twin/PATCH/properties/reported/?$rid=3", "{}");
		lamp.hears("$iothub/twin/res/429/?$rid=3", "{}");
		lamp.hears("$iothub/twin/PATCH/properties/desired/?$version=4", '{"$version":4}');
		lamp.hears("$iothub/methods/POST/sample/?$rid=a");
		lamp.says("$iothub/methods/res/200/?$rid=a", "{}");
		lamp.says("$iothub/methods/res/200/?$rid=a", "{}");
		lamp.hears("devices/lamp/messages/devicebound/%24.mid=1&a=b", "{}");
		lamp.says("devices/lamp/messages/events/%24.ct=a&lightAlert=true", '{"light":3}');
		expect(lamp.rungs()).toEqual([
			"device: answers about the twin, direct methods",
			"device: twin? (1)",
			"hub: twin: 200 (1)",
			"device: reported (2)",
			"hub: reported: 204, version 8 (2)",
			"device: reported (3)",
			"hub: reported: 429 (3)",
			"hub: desired, version 4",
			"hub: method sample (a)",
			"device: method sample: 200 (a)",
			"device: method: 200 (a)",
			"hub: message a=b",
			"device: telemetry lightAlert=true",
		]);
		expect(lamp.model.device("lamp")?.rungs.at(-1)).toMatchObject({
			topic: "devices/lamp/messages/events/%24.ct=a&lightAlert=true",
			properties: ["$.ct=a", "lightAlert=true"],
		});
	});

	it.each<[string, Packet, string]>([
		["CONNACK", { cmd: "connack", returnCode: 5, sessionPresent: false }, "the hub refuses this client"],
		["SUBACK", { cmd: "suback", messageId: 1, granted: [128] } as Packet, "the hub refuses the subscription"],
	])("is refused by the hub in %s", (_, packet, refused) => {
		const lamp = atHub();
		lamp.packet(packet);
		expect(lamp.model.device("lamp")?.rungs.at(-1)).toMatchObject({ refused });
	});

	it("has the twin that it was answered, and what the hub has accepted since", () => {
		const lamp = atHub();
		expect(lamp.view()?.hub).toEqual({ alertBelow: 300, twin: {} });
		lamp.says("$iothub/twin/GET/?$rid=1");
		lamp.hears("$iothub/twin/res/200/?$rid=1", TWIN);
		lamp.hears("$iothub/twin/PATCH/properties/desired/?$version=4", '{"threshold":"x","$version":4}');
		lamp.says("$iothub/twin/PATCH/properties/reported/?$rid=2", '{"led":{"on":true,"decidedBy":"server"}}');
		expect(lamp.view()?.hub?.twin.reported?.properties).toEqual([]);
		expect(lamp.view()).not.toHaveProperty("decidedBy");
		lamp.hears("$iothub/twin/res/204/?$rid=2&$version=8");
		expect(lamp.view()?.hub?.twin).toEqual({
			desired: {
				version: 4,
				properties: [
					{ name: "ledOn", value: "true" },
					{ name: "threshold", value: '"x"' },
				],
			},
			reported: { version: 8, properties: [{ name: "led", value: '{"on":true,"decidedBy":"server"}' }] },
		});
		expect(lamp.view()?.decidedBy).toBe("server");
	});

	it.each([
		["was refused", (lamp: ReturnType<typeof atHub>) => lamp.hears("$iothub/twin/res/400/?$rid=2")],
		["got no answer", () => {}],
		[
			"got an answer that was lost",
			(lamp: ReturnType<typeof atHub>) => lamp.misses("$iothub/twin/res/204/?$rid=2"),
		],
		[
			"got an answer on another connection",
			(lamp: ReturnType<typeof atHub>) => {
				lamp.reconnect();
				lamp.hears("$iothub/twin/res/204/?$rid=2");
			},
		],
	])("has not reported what %s", (_, then) => {
		const lamp = atHub();
		lamp.says("$iothub/twin/PATCH/properties/reported/?$rid=2", '{"a":1}');
		then(lamp);
		expect(lamp.view()?.hub?.twin).toEqual({});
	});

	it.each([
		["its own", { value: 250, ac: 203, av: 0 }, 250],
		["a desired one", { value: 400, ac: 200, av: 2 }, 400],
		["one that it refused", { value: 99_999_999, ac: 400, av: 2 }, 300],
		["no number", { value: "x", ac: 200, av: 2 }, 300],
	])("has its alert below the threshold that it reports: %s", (_, threshold, alertBelow) => {
		const lamp = atHub();
		lamp.says("$iothub/twin/PATCH/properties/reported/?$rid=2", JSON.stringify({ threshold }));
		lamp.hears("$iothub/twin/res/204/?$rid=2&$version=8");
		expect(lamp.view()?.hub?.alertBelow).toBe(alertBelow);
	});

	it("has told the hub its light, unless the message was lost or came late", () => {
		const lamp = atHub();
		const topic = "devices/lamp/messages/events/";
		lamp.says(topic, '{"light":42}');
		expect(lamp.view()?.believed).toEqual({ light: 42, at: NOW });
		lamp.says(topic, '{"light":7,"late":true,"time":999000}');
		lamp.says(topic, '{"id":"c","status":200}');
		expect(lamp.view()?.believed).toEqual({ light: 42, at: NOW });
		expect(lamp.model.device("lamp")?.late.all).toEqual([{ t: 999_000, light: 7 }]);
		lamp.trouble.attach({ swallows: true, changed: () => {}, release: () => {} });
		lamp.says(topic, '{"light":8}');
		expect(lamp.view()?.believed).toEqual({ light: 42, at: NOW });
	});

	it("is told of in a hello that has no server", () => {
		const hello = atHub().model.hello("lamp");
		expect(hello).toMatchObject({ hub: true });
		expect(hello).not.toHaveProperty("server");
	});
});
