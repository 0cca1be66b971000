import { describe, expect, it } from "vitest";
import { MqttProfile } from "../../../firmware/profiles/mqtt.js";
import { configOf, type Settings } from "../../support/virtual/config.js";

/** What the program was asked to obey. */
const obeyed: [text: string | undefined, retained: boolean, topic: string | undefined][] = [];

const EMPTY = { code: "empty", reason: "empty" } as const;

const profileOf = (settings: Settings): MqttProfile =>
	new MqttProfile(configOf(settings), {
		obey: (text, retained, topic) => {
			obeyed.push([text, retained, topic]);
			return text === "" ? EMPTY : undefined;
		},
		answer: () => undefined,
	});

const profile = profileOf({ id: "X" });

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
		const mqtt = { clientId: "lamp-1", username: "u", password: "p", cleanSession: false, keepAlive: 5000 };
		expect(profileOf({ mqtt }).connect).toMatchObject(mqtt);
	});
});

it.each([
	{ name: "birth", message: profile.online(), topic: "X/status", payload: "online", retain: true },
	{ name: "farewell", message: profile.farewell(), topic: "X/status", payload: "offline", retain: true },
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
	expect(message).toEqual([{ topic, payload, qos: 0, retain }]);
});

it.each([0, 1] as const)("sends telemetry, and nothing else, with the QoS %i of the configuration", (qos) => {
	const other = profileOf({ telemetry: { qos } });
	expect(other.telemetry({ light: 1 })).toMatchObject([{ qos }]);
	const others = [...other.online(), ...other.farewell(), ...other.state({ led_on: true })];
	expect(others.map((one) => one.qos)).toEqual([0, 0, 0]);
});

it.each([0, 1] as const)("listens for commands, with the QoS %i of the configuration", (qos) => {
	const other = profileOf({ id: "X", commands: { qos } });
	expect(other.subscriptions).toMatchObject([{ filter: "X/commands", qos }]);
});

it.each([
	{ payload: Uint8Array.of(0x7b, 0x7d), retain: true, text: "{}", refused: undefined },
	{ payload: Uint8Array.of(0xff), retain: false, text: undefined, refused: undefined },
	{ payload: new Uint8Array(0), retain: false, text: "", refused: EMPTY },
])("hands a command on as text: $text", ({ payload, retain, text, refused }) => {
	obeyed.length = 0;
	expect(profile.subscriptions[0]?.receive("X/commands", payload, retain)).toBe(refused);
	expect(obeyed).toEqual([[text, retain, "X/commands"]]);
});

describe("a device in groups", () => {
	const groups = ["garden", "lamps"];
	const commands = { qos: 1 } as const;

	it("listens for what each of them is told, too", () => {
		const member = profileOf({ id: "X", groups, commands });
		expect(member.subscriptions).toMatchObject([
			{ filter: "X/commands", qos: 1 },
			{ filter: "groups/garden/commands", qos: 1 },
			{ filter: "groups/lamps/commands", qos: 1 },
		]);
		obeyed.length = 0;
		member.subscriptions[1]?.receive("groups/garden/commands", Uint8Array.of(0x7b, 0x7d), true);
		expect(obeyed).toEqual([["{}", true, "groups/garden/commands"]]);
	});

	it("may have no topic of its own", () => {
		const member = profileOf({ groups, topics: { commands: null } });
		expect(member.subscriptions.map(({ filter }) => filter)).toEqual([
			"groups/garden/commands",
			"groups/lamps/commands",
		]);
	});

	it("listens for a server's answers besides", () => {
		const outbox = { delivery: "server" } as const;
		const member = profileOf({ id: "X", groups, outbox, telemetry: { qos: 1 } });
		expect(member.subscriptions.map(({ filter }) => filter).at(-1)).toBe("X/acks");
	});
});

it("connects at once, always in the same way", () => {
	const { broker } = configOf({ id: "X" });
	for (const attempt of [0, 7]) {
		const answers: unknown[] = [];
		profile.prepare(attempt, 0, undefined, (answer) => answers.push(answer));
		expect(answers).toEqual([{ broker, connect: profile.connect }]);
	}
});

describe("another layout of topics", () => {
	const topics = {
		telemetry: "home/{id}/light",
		commands: "home/lamp-{id}",
		status: "home/there",
		state: "{id}",
	};
	const other = profileOf({ id: "X", topics });

	it("is that of all messages", () => {
		expect(other.connect.will?.topic).toBe("home/there");
		expect(other.subscriptions).toMatchObject([{ filter: "home/lamp-X", qos: 0 }]);
		const messages = [
			other.telemetry({ light: 1 }),
			other.online(),
			other.state({ led_on: true }),
			other.farewell(),
		];
		expect(messages.map(([message]) => message?.topic)).toEqual([
			"home/X/light",
			"home/there",
			"X",
			"home/there",
		]);
	});

	it.each([
		{ name: "telemetry", said: (one: MqttProfile) => one.telemetry({ light: 1 }) },
		{ name: "commands", said: (one: MqttProfile) => one.subscriptions },
		{ name: "status", said: (one: MqttProfile) => [...one.online(), ...one.farewell()] },
		{ name: "state", said: (one: MqttProfile) => one.state({ led_on: true }) },
	])("without a topic says nothing of $name, and all else", ({ name, said }) => {
		const without = profileOf({ topics: { [name]: null } });
		expect(said(without)).toEqual([]);
		expect(without.connect.will === undefined).toBe(name === "status");
		const all = [without.telemetry({ light: 1 }), without.subscriptions, without.online(), without.state({ led_on: true })]; // biome-ignore format: a row
		expect(all.filter(({ length }) => length === 0)).toHaveLength(1);
	});
});
