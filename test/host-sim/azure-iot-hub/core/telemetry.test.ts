import { describe, expect, it } from "vitest";
import { EVENTS, Rig } from "../rig.js";

const OBSERVED = "%24.mid=msg%201&%24.ct=application%2Fjson&%24.ce=utf-8&temp%20alert=true&k2=";

/** Publishes to an events topic. Returns the message that the hub has, and what the client heard. */
function published(topic: string, { id = "dev1", qos = 0 as 0 | 1 | 2, payload = "x", retain = false } = {}) {
	const rig = new Rig();
	const client = rig.client(id);
	client.heard();
	const lines = client.publish(topic, payload, qos, { retain });
	return { rig, lines, message: rig.told("telemetry")[0], end: rig.told("disconnected")[0] };
}

describe("telemetry", () => {
	it.each([
		{ qos: 0, lines: [] },
		{ qos: 1, lines: ["puback 7"] },
	] as const)("[topics.telemetry] with QoS $qos is stored, and answered by $lines", ({ qos, lines }) => {
		const { lines: heard, message } = published(EVENTS, { qos });
		expect(heard).toEqual(lines);
		expect(message).toMatchObject({ device: "dev1", qos, system: {}, application: {}, isWill: false });
		expect(Buffer.from(message?.body ?? "").toString()).toBe("x");
	});

	it("[topics.module-telemetry] of a module has its module", () => {
		const { message } = published("devices/dev1/modules/mod1/messages/events/%24.on=out1&a=b/", {
			id: "dev1/mod1",
		});
		expect(message).toMatchObject({
			...{ device: "dev1", module: "mod1" },
			...{ system: { outputName: "out1" }, application: { a: "b" } },
		});
	});

	it.each([
		{
			rule: "bag.observed",
			bag: OBSERVED,
			system: { messageId: "msg 1", contentType: "application/json", contentEncoding: "utf-8" },
			application: { "temp alert": "true", k2: "" },
		},
		{ rule: "bag.encoding", bag: "a%26b=%3D%26", system: {}, application: { "a&b": "=&" } },
		{ rule: "bag.encoding", bag: "a=b=c", system: {}, application: { a: "b=c" } },
		{ rule: "bag.encoding", bag: "a=1&a=2", system: {}, application: { a: "2" } },
		{ rule: "bag.encoding", bag: "a+b=%2B", system: {}, application: { "a+b": "+" } },
		{ rule: "bag.null", bag: "key", system: {}, application: { key: null } },
		{ rule: "bag.null", bag: "key=", system: {}, application: { key: "" } },
		{ rule: "bag.question-mark", bag: "?a=b", system: {}, application: { a: "b" } },
		{
			rule: "bag.system",
			bag: "$.mid=1&$.cid=2&$.uid=3&$.ct=4&$.ce=5&$.exp=6&$.sub=7&$.to=8&$.on=9&$.cdid=10",
			system: {
				...{ messageId: "1", correlationId: "2", userId: "3", contentType: "4", contentEncoding: "5" },
				...{ absoluteExpiryTime: "6", componentName: "7", to: "8", outputName: "9", "$.cdid": "10" },
			},
			application: {},
		},
		{
			rule: "hub.pnp-component",
			bag: "$.sub=thermostat1",
			system: { componentName: "thermostat1" },
			application: {},
		},
	])("[$rule] has the properties of $bag", ({ bag, system, application }) => {
		expect(published(`${EVENTS}${bag}`).message).toMatchObject({ system, application });
	});

	it("[bag.encoding] whose properties are not URL-encoded closes the connection", () => {
		const { lines, end, message } = published(`${EVENTS}a=%zz`, { qos: 1 });
		expect([lines, end?.code, message]).toEqual([["closed"], "bad-properties", undefined]);
	});

	it("[hub.retain] with RETAIN is not retained; it gets a property", () => {
		const { message } = published(`${EVENTS}a=b`, { retain: true });
		expect(message?.application).toEqual({ a: "b", "mqtt-retain": "true" });
	});

	it.each([
		{ bytes: 262_144 - 6, isStored: true },
		{ bytes: 262_144 - 5, isStored: false },
	])(
		"[hub.telemetry-size] [hub.size-counted] of $bytes bytes beside 6 of properties is stored: $isStored",
		({ bytes, isStored }) => {
			const { lines, message, end } = published(`${EVENTS}abc=def`, { qos: 1, payload: "x".repeat(bytes) });
			expect(lines).toEqual([isStored ? "puback 7" : "closed"]);
			expect([message !== undefined, end?.code]).toEqual([
				isStored,
				isStored ? undefined : "message-too-large",
			]);
		},
	);

	it("[hub.qos-2] with QoS 2 closes the connection", () => {
		const { lines, end, message } = published(EVENTS, { qos: 2 });
		expect([lines, end?.code, message]).toEqual([["closed"], "qos-2", undefined]);
	});

	it("[hub.telemetry-throttle] that is throttled closes the connection without an answer", () => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		let left = 2;
		rig.hub.faults.throttleTelemetry = (id) => id === "dev1" && left-- === 0;
		client.publish(EVENTS, "1", 1);
		client.publish(EVENTS, "2", 1);
		expect(client.publish(EVENTS, "3", 1)).toEqual(["closed"]);
		expect(rig.told("telemetry")).toHaveLength(2);
		expect(rig.told("throttled")).toEqual([{ event: "throttled", device: "dev1", what: "telemetry" }]);
		expect(rig.told("disconnected")[0]?.code).toBe("throttled");
	});
});

describe("a message of a client", () => {
	it.each([
		"nightlight/telemetry",
		"devices/dev2/messages/events/",
		"devices/DEV1/messages/events/",
		"devices/dev1/modules/mod1/messages/events/",
		"devices/dev1/messages/eventsx/",
		"devices/dev1/messages/devicebound/",
		"$iothub/twin/GET/",
		"$iothub/twin/GET/?rid=1",
		"$iothub/twin/res/200/?$rid=1",
		"$iothub/twin/PATCH/properties/desired/?$rid=1",
		"$iothub/methods/res/ok/?$rid=1",
		"$iothub/methods/res/200/",
		"$iothub/methods/POST/reboot/?$rid=1",
	])("[hub.documented-topics] [hub.error-closes] to %s closes the connection", (topic) => {
		const { lines, end } = published(topic, { qos: 1 });
		expect([lines, end?.code]).toEqual([["closed"], "topic-not-allowed"]);
		expect(end?.reason).toContain(topic);
	});
});

describe("a will", () => {
	const will = { topic: `${EVENTS}a=b`, payload: Buffer.from("gone"), qos: 1 as const, retain: true };

	it.each([
		{ how: "the connection is lost", code: "connection-lost", sent: true },
		{ how: "the client says goodbye", code: "disconnect", sent: false },
		{ how: "the client is silent too long", code: "keep-alive-expired", sent: true },
		{ how: "the client breaks the protocol", code: "topic-not-allowed", sent: true },
		{ how: "another connection takes over", code: "replaced", sent: true },
		{ how: "the hub stops", code: "hub-stopped", sent: false },
	])("[hub.will-property] is sent when $how: $sent", ({ code, sent }) => {
		const rig = new Rig();
		const client = rig.client("dev1", { will, keepalive: 10 });
		const ends: Record<string, () => void> = {
			"connection-lost": () => client.connection.closed(),
			disconnect: () => client.send({ cmd: "disconnect" }),
			"keep-alive-expired": () => rig.advance(15_000),
			"topic-not-allowed": () => client.publish("x"),
			replaced: () => rig.client(),
			"hub-stopped": () => rig.hub.stop(),
		};
		ends[code]?.();
		expect(rig.told("disconnected")).toMatchObject([{ code, will: sent }]);
		const wills = rig.told("telemetry");
		expect(wills).toHaveLength(sent ? 1 : 0);
		if (!sent) return;
		const application = { a: "b", "mqtt-retain": "true", "iothub-MessageType": "Will" };
		expect(wills[0]).toMatchObject({ isWill: true, qos: 1, application });
		expect(Buffer.from(wills[0]?.body ?? "").toString()).toBe("gone");
	});

	it.each([
		{ what: "to another topic", wrong: { topic: "devices/dev1/gone" } },
		{ what: "to another device's events", wrong: { topic: "devices/dev2/messages/events/" } },
		{ what: "with broken properties", wrong: { topic: `${EVENTS}a=%zz` } },
		{ what: "with QoS 2", wrong: { qos: 2 as const } },
	])("[hub.will-topic] [hub.will-refused] $what closes the connection without CONNACK", ({ wrong }) => {
		const rig = new Rig();
		const client = rig.client("dev1", { will: { ...will, ...wrong } });
		expect(client.heard()).toEqual(["closed"]);
		expect(rig.told("refused")).toMatchObject([{ code: "bad-will" }]);
	});
});
