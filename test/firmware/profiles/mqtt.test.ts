import { describe, expect, it } from "vitest";
import { MqttProfile } from "../../../firmware/profiles/mqtt.js";
import { configOf } from "../../support/virtual/config.js";

const profile = new MqttProfile(configOf({ id: "X" }));

describe("how to connect", () => {
	it("as the lesson does, with a will", () => {
		expect(profile.connect).toEqual({
			clientId: "Xnightlight_client",
			cleanSession: true,
			keepAlive: 60_000,
			username: undefined,
			password: undefined,
			will: { topic: "X/status", payload: "offline", qos: 0, retain: true },
		});
	});

	it("as the configuration says", () => {
		const mqtt = { username: "u", password: "p", cleanSession: false, keepAlive: 5000 };
		expect(new MqttProfile(configOf({ mqtt })).connect).toMatchObject(mqtt);
	});
});

it.each([
	{ name: "birth", message: profile.birth, topic: "X/status", payload: "online", retain: true },
	{ name: "farewell", message: profile.farewell, topic: "X/status", payload: "offline", retain: true },
	{
		name: "telemetry",
		message: profile.telemetry({ light: 400 }),
		topic: "X/telemetry",
		payload: '{"light":400}',
		retain: false,
	},
	{
		name: "telemetry with several values",
		message: profile.telemetry({ a: 1, b: 2, time: "2024-05-01T12:00:00.000Z" }),
		topic: "X/telemetry",
		payload: '{"a":1,"b":2,"time":"2024-05-01T12:00:00.000Z"}',
		retain: false,
	},
	{
		name: "the LED on",
		message: profile.state({ led_on: true }),
		topic: "X/state",
		payload: '{"led_on":true}',
		retain: true,
	},
	{
		name: "the LED off",
		message: profile.state({ led_on: false }),
		topic: "X/state",
		payload: '{"led_on":false}',
		retain: true,
	},
])("says $name as $payload on $topic", ({ message, topic, payload, retain }) => {
	expect(message).toEqual({ topic, payload, qos: 0, retain });
});

it.each([0, 1] as const)("sends telemetry, and nothing else, with the QoS %i of the configuration", (qos) => {
	const other = new MqttProfile(configOf({ telemetry: { qos } }));
	expect(other.telemetry({ light: 1 }).qos).toBe(qos);
	expect([other.birth, other.farewell, other.state({ led_on: true })].map((one) => one.qos)).toEqual([
		0, 0, 0,
	]);
});

it.each([0, 1] as const)("listens for commands, with the QoS %i of the configuration", (qos) => {
	const other = new MqttProfile(configOf({ id: "X", commands: { qos } }));
	expect(other.subscriptions).toEqual([{ filter: "X/commands", qos }]);
});
