import { describe, expect, it } from "vitest";
import { hubBackoff } from "../../../../firmware/profiles/azure-iot-hub/backoff.js";
import { commandOf, readDesired, readTwin } from "../../../../firmware/profiles/azure-iot-hub/desired.js";
import { commandOfMethod } from "../../../../firmware/profiles/azure-iot-hub/methods.js";
import {
	clientIdOf,
	eventsTopic,
	inboxFilter,
	methodAnswer,
	readMethod,
	readTwinAnswer,
	twinGet,
	twinPatch,
	userNameOf,
} from "../../../../firmware/profiles/azure-iot-hub/topics.js";

const HUB = "contoso.azure-devices.net";
const device = { hub: HUB, device: "dev1", module: undefined };
const module = { ...device, module: "mod1" };

describe("who connects", () => {
	it.each([
		["a device", device, "dev1", `${HUB}/dev1/?api-version=2021-04-12&model-id=dtmi%3Aa%3Ab%3B1`],
		["a module", module, "dev1/mod1", `${HUB}/dev1/mod1/?api-version=2021-04-12&model-id=dtmi%3Aa%3Ab%3B1`],
	])("is said for %s", (_what, identity, clientId, userName) => {
		expect(clientIdOf(identity)).toBe(clientId);
		expect(userNameOf(identity, "dtmi:a:b;1")).toBe(userName);
	});
});

describe("topics", () => {
	const json = "%24.ct=application%2Fjson&%24.ce=utf-8";
	it.each([
		["of telemetry", eventsTopic(device, []), `devices/dev1/messages/events/${json}`],
		[
			"of telemetry with properties",
			eventsTopic(device, [
				["$.mid", "msg 1"],
				["temp alert", "true"],
				["k2", ""],
			]),
			`devices/dev1/messages/events/${json}&%24.mid=msg%201&temp%20alert=true&k2=`,
		],
		["of a module's telemetry", eventsTopic(module, []), `devices/dev1/modules/mod1/messages/events/${json}`],
		["of messages from the cloud", inboxFilter(device), "devices/dev1/messages/devicebound/#"],
		["of a module's inputs", inboxFilter(module), "devices/dev1/modules/mod1/inputs/#"],
		["that ask for the twin", twinGet(7), "$iothub/twin/GET/?$rid=7"],
		["that report", twinPatch(8), "$iothub/twin/PATCH/properties/reported/?$rid=8"],
		["that answer a method", methodAnswer(404, "a1"), "$iothub/methods/res/404/?$rid=a1"],
	])("%s are the documented ones", (_what, topic, expected) => expect(topic).toBe(expected));

	it.each([
		["$iothub/methods/POST/setLed/?$rid=1", { name: "setLed", rid: "1" }],
		["$iothub/methods/POST/a.b/?x=y&$rid=0f-", { name: "a.b", rid: "0f-" }],
		["$iothub/methods/POST//?$rid=1", undefined],
		["$iothub/methods/POST/setLed/", undefined],
		["$iothub/methods/POST/setLed?$rid=1", undefined],
		["$iothub/twin/res/200/?$rid=1", undefined],
	])("%s is the call %j", (topic, call) => expect(readMethod(topic)).toEqual(call));

	it.each([
		["$iothub/twin/res/200/?$rid=1", { status: 200, rid: 1 }],
		["$iothub/twin/res/204/?$rid=12&$version=6", { status: 204, rid: 12 }],
		["$iothub/twin/res/204/", undefined],
		["$iothub/twin/PATCH/properties/desired/?$version=1", undefined],
	])("%s is the answer %j", (topic, answer) => expect(readTwinAnswer(topic)).toEqual(answer));
});

describe("a direct method", () => {
	it.each([
		["setLed", "true", '{"id":"i","led_on":true}'],
		["setLed", " false\n", '{"id":"i","led_on":false}'],
		["setLed", "", '{"id":"i","led_on":null}'],
		["sample", "", '{"id":"i","sample":true}'],
		["sample", '{"any":1}', '{"id":"i","sample":true}'],
		["reboot", "null", '{"id":"i","reboot":true}'],
		["configure", '{"interval":500}', '{"id":"i","configure":{"interval":500}}'],
	])("%s with %j is the command %s", (name, body, text) => {
		expect(commandOfMethod(name, body, "i")).toEqual({ kind: "command", text });
	});

	it.each([
		["explode", "{}", 404],
		["__proto__", "{}", 404],
		["setLed", "tru", 400],
		["setLed", 'true,"reboot":true', 400],
		["setLed", 'true}{"', 400],
		["sample", "{", 400],
		["setLed", undefined, 400],
	])("%s with %j is answered with %i", (name, body, status) => {
		expect(commandOfMethod(name, body, "i")).toMatchObject({ kind: "refused", status });
	});
});

describe("desired properties", () => {
	it.each([
		["of a twin", readTwin, '{"reported":{"$version":4},"desired":{"ledOn":true,"$version":3}}'],
		["of a change", readDesired, '{"$version":3,"ledOn":true}'],
		["among others", readDesired, '{"x":{"y":[1]},"ledOn":true,"threshold":null,"$version":3}'],
	])("%s are read", (_what, read, text) => {
		expect(read(text)).toEqual({ version: 3, properties: [{ name: "ledOn", value: "true" }] });
	});

	it.each([
		["{}", readTwin],
		['{"desired":1}', readTwin],
		['{"ledOn":true}', readDesired],
		["[]", readDesired],
		["", readDesired],
		['{"$version":"x"}', readDesired],
	])("are not in %s", (text, read) => expect(read(text)).toBeUndefined());

	it("are read in a twin as deep as the hub allows", () => {
		const deep = `${'{"a":'.repeat(9)}1${"}".repeat(9)}`;
		expect(readTwin(`{"desired":{"x":${deep},"$version":1}}`)?.version).toBe(1);
	});

	it.each([
		["telemetryInterval", "500", '{"id":"i","configure":{"interval":500}}'],
		["threshold", '"high"', '{"id":"i","configure":{"threshold":"high"}}'],
		["ledOn", "false", '{"id":"i","led_on":false}'],
	])("%s %s is the command %s", (name, value, text) => expect(commandOf({ name, value }, "i")).toBe(text));
});

describe("the waiting time", () => {
	it.each([
		[0, 0, 0, 100],
		[1, 0, 0, 150],
		[1, 1, 0, 175],
		[2, 0, 1, 250],
		[5, 0, 2, 1650],
		[12, 0, 0, 10_000],
		[1000, 1, 2, 10_000],
		[2, 0, 3, 30_250],
		[9, 0, 7, 40_000],
	])("after %i failures, with chance %f and %i closings, is %i ms", (attempt, jitter, closings, delay) => {
		expect(hubBackoff(attempt, jitter, closings)).toBe(delay);
	});
});
