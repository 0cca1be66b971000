import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterWords, type HubTopic, readHubTopic } from "../../../host-sim/web/azure-topics.js";

describe("a topic of Azure IoT Hub", () => {
	it.each<[string, string, HubTopic | undefined]>([
		["telemetry", "devices/lamp/messages/events/", { kind: "telemetry", properties: [] }],
		[
			"telemetry with properties of the system and its own",
			"devices/lamp/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&light%20alert=true&k2=&k3",
			{
				kind: "telemetry",
				properties: [
					["$.ct", "application/json"],
					["$.ce", "utf-8"],
					["light alert", "true"],
					["k2", ""],
					["k3", undefined],
				],
			},
		],
		[
			"telemetry of a module's output, with a slash at its end",
			"devices/lamp/modules/camera/messages/events/%24.on=out1&a=b/",
			{
				kind: "telemetry",
				properties: [
					["$.on", "out1"],
					["a", "b"],
				],
			},
		],
		[
			"a message to the device, with a question mark",
			"devices/lamp/messages/devicebound/?%24.mid=7&a=%F0%9F%92%A1",
			{
				kind: "cloud-to-device",
				properties: [
					["$.mid", "7"],
					["a", "💡"],
				],
			},
		],
		[
			"a message to an input of a module",
			"devices/lamp/modules/camera/inputs/in1/a=b",
			{ kind: "cloud-to-device", properties: [["a", "b"]] },
		],
		[
			"an escape that is no UTF-8",
			"devices/lamp/messages/events/a=%ff&b=%",
			{
				kind: "telemetry",
				properties: [
					["a", "%ff"],
					["b", "%"],
				],
			},
		],
		["a request for the twin", "$iothub/twin/GET/?$rid=1", { kind: "twin-get", rid: "1" }],
		[
			"reported properties",
			"$iothub/twin/PATCH/properties/reported/?$rid=2",
			{ kind: "twin-report", rid: "2" },
		],
		["the twin", "$iothub/twin/res/200/?$rid=1", { kind: "twin-answer", status: 200, rid: "1" }],
		[
			"that reported properties are accepted",
			"$iothub/twin/res/204/?$rid=2&$version=6",
			{ kind: "twin-answer", status: 204, rid: "2", version: 6 },
		],
		[
			"a change of desired properties",
			"$iothub/twin/PATCH/properties/desired/?$version=8",
			{ kind: "twin-desired", version: 8 },
		],
		[
			"a call of a method",
			"$iothub/methods/POST/set%20Led/?$rid=a1",
			{ kind: "method-call", name: "set Led", rid: "a1" },
		],
		[
			"the answer to a call",
			"$iothub/methods/res/404/?$rid=a1",
			{ kind: "method-answer", status: 404, rid: "a1" },
		],
		["the lesson's topic", "lamp/telemetry", undefined],
		["another topic of the hub", "$iothub/other/1", undefined],
		["nothing behind devices", "devices/lamp", undefined],
	])("is %s", (_, topic, wanted) => {
		expect(readHubTopic(topic)).toEqual(wanted);
	});

	it("may be any text", () => {
		const topic = fc.oneof(
			fc.string(),
			fc
				.tuple(
					fc.constantFrom(
						"$iothub/",
						"$iothub/twin/res/",
						"$iothub/methods/POST/",
						"devices/a/messages/events/",
					),
					fc.string({ unit: "binary" }),
				)
				.map((parts) => parts.join("")),
		);
		fc.assert(
			fc.property(topic, (text) => {
				readHubTopic(text);
			}),
		);
	});
});

describe("a subscription at Azure IoT Hub", () => {
	it.each([
		["$iothub/twin/res/#", "answers about the twin"],
		["$iothub/twin/PATCH/properties/desired/#", "desired properties"],
		["$iothub/methods/POST/#", "direct methods"],
		["devices/lamp/messages/devicebound/#", "messages to the device"],
		["devices/lamp/modules/camera/inputs/#", "messages to the module"],
		["devices/lamp/modules/camera/#", "messages to the module"],
		["lamp/commands", "lamp/commands"],
	])("to %s is for %s", (filter, words) => {
		expect(filterWords(filter)).toBe(words);
	});
});
