import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Config, describeProblem, parseConfig } from "../../firmware/config.js";
import { encodeConnect, encodePublish, encodeSubscribe } from "../../firmware/mqtt/encode.js";
import { MqttProfile } from "../../firmware/profiles/mqtt.js";

const HOST = "1 to 253 characters, a host name or an IP address alone: no scheme, port, brackets or spaces";
/** What is no host: nobody normalises it on a board. */
const HOSTS = [
	...[undefined, "", 5, "mqtt://h", "127.0.0.1:1883", "[::1]", "[::1]:1883", "h/mqtt", "u@h", "h%eth0"],
	...[" h", "h ", "a b", "h\n", "b\u00fccher.example", "broker.example.", ".", "h\u0000", "a".repeat(254)],
];

/** The least that a configuration has to say. */
const LEAST = { id: "d1", broker: { host: "broker.test" } };

/** What is wrong with a configuration, a line for each. */
function problemsOf(source: unknown): string[] {
	const parsed = parseConfig(source);
	return parsed.kind === "valid" ? [] : parsed.problems.map(describeProblem);
}

it("fills in the defaults", () => {
	expect(parseConfig(LEAST)).toEqual({
		kind: "valid",
		config: {
			id: "d1",
			broker: { protocol: "mqtt", host: "broker.test", port: 1883, path: "/mqtt" },
			mqtt: {
				username: undefined,
				password: undefined,
				keepAlive: 60_000,
				cleanSession: true,
				receiveBuffer: 1024,
				inFlight: 4,
				maximumPacket: 262_144,
				attempts: 10,
				responseTimeout: 10_000,
			},
			reconnect: { initial: 1000, maximum: 60_000, stable: 30_000, timeout: 10_000 },
			telemetry: {
				interval: 2000,
				sample: undefined,
				threshold: undefined,
				qos: 0,
				minimumInterval: 0,
				maximumInterval: 60_000,
				time: "none",
				sensors: [{ name: "light", pin: "light", minimum: 0, maximum: 1023, deadband: 0 }],
			},
			outbox: expect.any(Object),
			fallback: { after: undefined, threshold: 300, hysteresis: 0, whenSilent: false },
			...{ wifi: { timeServer: "pool.ntp.org" }, commands: { qos: 0 }, groups: [] },
			azure: { connectionString: undefined, tokenLifetime: 3_600_000 },
			topics: expect.any(Object),
		},
	});
});

it.each([
	{ protocol: "mqtt", port: 1883 },
	{ protocol: "mqtts", port: 8883 },
	{ protocol: "ws", port: 80 },
	{ protocol: "wss", port: 443 },
])("takes port $port for $protocol when none is given", ({ protocol, port }) => {
	const source = { id: "d1", broker: { protocol, host: "broker.test" } };
	expect(parseConfig(source)).toMatchObject({ config: { broker: { protocol, port } } });
	const other = { id: "d1", broker: { protocol, host: "broker.test", port: 9001 } };
	expect(parseConfig(other)).toMatchObject({ config: { broker: { port: 9001 } } });
});

const whole = (least: number, most: number) => `a whole number from ${least} to ${most}`;
const name = (most: number) => `1 to ${most} of letters, digits, "-", "_", "."`;
const text = (most: number) => `1 to ${most} characters, none a control character or a lone surrogate`;

const PATH = '1 to 4096 visible ASCII characters, the first "/"';
/** One bad value for every key; what is wanted instead. */
const BAD: [key: string, value: unknown, wants: string][] = [
	["id", undefined, name(64)],
	["id", "a/b", name(64)],
	["id", "x".repeat(65), name(64)],
	["broker", "localhost", "an object"],
	...HOSTS.map((host): [string, unknown, string] => ["broker.host", host, HOST]),
	["broker.protocol", "tcp", '"mqtt" or "mqtts" or "ws" or "wss"'],
	["broker.path", "mqtt", PATH],
	["broker.path", "/a b", PATH],
	["broker.path", "/a\r\nb", PATH],
	["broker.port", 0, whole(1, 65_535)],
	["broker.port", 65_536, whole(1, 65_535)],
	["broker.port", "1883", whole(1, 65_535)],
	["mqtt", null, "an object"],
	["mqtt.username", "", text(1024)],
	["mqtt.username", "\ud800", text(1024)],
	["mqtt.keepAlive", -1, whole(0, 65_535_000)],
	["mqtt.keepAlive", 65_535_001, whole(0, 65_535_000)],
	["mqtt.cleanSession", 1, "true or false"],
	["mqtt.receiveBuffer", 63, whole(64, 65_536)],
	["mqtt.receiveBuffer", 65_537, whole(64, 65_536)],
	["mqtt.inFlight", 0, whole(1, 64)],
	["mqtt.inFlight", 65, whole(1, 64)],
	["mqtt.responseTimeout", 99, whole(100, 600_000)],
	["mqtt.responseTimeout", 600_001, whole(100, 600_000)],
	["reconnect", [], "an object"],
	["reconnect.initial", 9, whole(10, 86_400_000)],
	["reconnect.maximum", 86_400_001, whole(10, 86_400_000)],
	["reconnect.stable", -1, whole(0, 86_400_000)],
	["reconnect.timeout", 99, whole(100, 600_000)],
	["telemetry", 5, "an object"],
	["telemetry.interval", 9, whole(10, 86_400_000)],
	["telemetry.interval", 2000.5, whole(10, 86_400_000)],
	["mqtt.maximumPacket", 1023, whole(1024, 268_435_455)],
	["mqtt.maximumPacket", 268_435_456, whole(1024, 268_435_455)],
	["mqtt.attempts", -1, whole(0, 1000)],
	["mqtt.attempts", 1001, whole(0, 1000)],
	["telemetry.qos", 3, "0 or 1 or 2"],
	["telemetry.sample", 9, whole(10, 86_400_000)],
	["telemetry.threshold", 0.5, whole(-1_000_000, 1_000_000)],
	["telemetry.threshold", 1_000_001, whole(-1_000_000, 1_000_000)],
	["telemetry.minimumInterval", -1, whole(0, 86_400_000)],
	["telemetry.maximumInterval", null, whole(0, 86_400_000)],
	["telemetry.time", "now", '"none" or "iso-8601" or "unix"'],
	["telemetry.sensors", [], "a list of 1 to 16"],
	["telemetry.sensors", Array(17).fill({}), "a list of 1 to 16"],
	["commands", false, "an object"],
	["commands.qos", "0", "0 or 1 or 2"],
];

it.each(BAD)("refuses a bad %s: %j", (key, value, wants) => {
	const json = value === undefined ? "nothing" : JSON.stringify(value);
	const got = json.length > 60 ? `${json.slice(0, 57)}...` : json;
	expect(problemsOf(withValue(key, value))).toEqual([`${key}: got ${got}, wants ${wants}`]);
});

/** The least configuration with a value put where a dotted key says. */
function withValue(key: string, value: unknown): Record<string, unknown> {
	const source: Record<string, unknown> = structuredClone(LEAST);
	const names = key.split(".");
	const last = names.pop() as string;
	let room = source;
	for (const one of names) {
		room[one] ??= {};
		room = room[one] as Record<string, unknown>;
	}
	room[last] = value;
	return source;
}

it("never shows a password", () => {
	const source = withValue("mqtt", { username: "u", password: "secret".repeat(200) });
	expect(problemsOf(source)).toEqual([
		"mqtt.password: got something else, wants 1 to 1024 characters, none a lone surrogate",
	]);
});

it("names every problem at once", () => {
	const source = {
		id: "",
		broker: { port: 0 },
		color: "red",
		mqtt: { inFlight: 0 },
		telemetry: { intervall: 1 },
	};
	expect(problemsOf(source)).toEqual([
		"color: got a value, wants no such key, only id, groups, broker, mqtt, wifi, reconnect, telemetry, outbox, fallback, commands, azure, topics",
		`id: got "", wants ${name(64)}`,
		`broker.host: got nothing, wants ${HOST}`,
		"broker.port: got 0, wants a whole number from 1 to 65535",
		"mqtt.inFlight: got 0, wants a whole number from 1 to 64",
		"telemetry.intervall: got a value, wants no such key, only interval, sample, threshold, qos, minimumInterval, maximumInterval, time, sensors",
	]);
});

it("names the sensor that is wrong", () => {
	const sensors = [{ name: "a", pin: "light" }, { name: "b c", pin: "light" }, "light", { name: "d" }];
	expect(problemsOf(withValue("telemetry.sensors", sensors))).toEqual([
		`telemetry.sensors.1.name: got "b c", wants ${name(32)}`,
		'telemetry.sensors.2: got "light", wants an object',
		`telemetry.sensors.3.pin: got nothing, wants ${name(32)}`,
	]);
});

it.each([
	["minimum", -1_000_001, whole(-1_000_000, 1_000_000)],
	["minimum", 0.5, whole(-1_000_000, 1_000_000)],
	["maximum", 1_000_001, whole(-1_000_000, 1_000_000)],
	["maximum", "100", whole(-1_000_000, 1_000_000)],
	["deadband", -1, whole(0, 2_000_000)],
	["deadband", 2_000_001, whole(0, 2_000_000)],
	["deadband", null, whole(0, 2_000_000)],
])("refuses a sensor's bad %s: %j", (key, value, wants) => {
	const sensors = [
		{ name: "light", pin: "light" },
		{ name: "a", pin: "a", [key]: value },
	];
	expect(problemsOf(withValue("telemetry.sensors", sensors))).toEqual([
		`telemetry.sensors.1.${key}: got ${JSON.stringify(value)}, wants ${wants}`,
	]);
});

describe("refuses together", () => {
	const sensor = (of: string) => ({ name: of, pin: "light" });
	it.each([
		{
			name: "a password without a user name",
			source: { mqtt: { password: "p" } },
			problem: "mqtt.username: got nothing, wants a user name, for there is a password",
		},
		{
			name: "a longest waiting time below the first",
			source: { reconnect: { initial: 2000, maximum: 1999 } },
			problem: "reconnect.maximum: got 1999, wants reconnect.initial (2000) or more",
		},
		{
			name: "a maximum interval below the minimum",
			source: { telemetry: { minimumInterval: 60_001 } },
			problem: "telemetry.maximumInterval: got 60000, wants telemetry.minimumInterval (60001) or more",
		},
		{
			name: "a sample longer than the interval",
			source: { telemetry: { interval: 1000, sample: 1001 } },
			problem: "telemetry.sample: got 1001, wants telemetry.interval (1000) or less",
		},
		{
			name: "a sample longer than the interval's default",
			source: { telemetry: { sample: 2001 } },
			problem: "telemetry.sample: got 2001, wants telemetry.interval (2000) or less",
		},
		{
			name: "a sensor's maximum that is its minimum",
			source: { telemetry: { sensors: [sensor("a"), { ...sensor("b"), minimum: -5, maximum: -5 }] } },
			problem: "telemetry.sensors.1.maximum: got -5, wants more than the minimum, -5",
		},
		{
			name: "a sensor's minimum above the maximum's default",
			source: { telemetry: { sensors: [{ ...sensor("a"), minimum: 2000 }] } },
			problem: "telemetry.sensors.0.maximum: got 1023, wants more than the minimum, 2000",
		},
		{
			name: "two sensors of one name",
			source: { telemetry: { sensors: [sensor("a"), sensor("b"), sensor("a")] } },
			problem: 'telemetry.sensors.2.name: got "a", wants a name that no other sensor has',
		},
		{
			name: "a sensor named like the time field",
			source: { telemetry: { time: "unix", sensors: [sensor("time")] } },
			problem: 'telemetry.sensors.0.name: got "time", wants another name, for there is a time field',
		},
		{
			name: "a sensor with a name that JavaScript claims",
			source: { telemetry: { sensors: [sensor("__proto__")] } },
			problem: 'telemetry.sensors.0.name: got "__proto__", wants a name that JavaScript does not claim',
		},
		{
			name: "a keep-alive below a second",
			source: { mqtt: { keepAlive: 999 } },
			problem: "mqtt.keepAlive: got 999, wants 0, or 1000 or more: MQTT counts in whole seconds",
		},
	])("$name", ({ source, problem }) => {
		expect(problemsOf({ ...LEAST, ...source })).toEqual([problem]);
	});

	it.each([
		{ name: "a user name without a password", source: { mqtt: { username: "u" } } },
		{ name: "equal waiting times", source: { reconnect: { initial: 500, maximum: 500 } } },
		{ name: "a keep-alive of a second", source: { mqtt: { keepAlive: 1000 } } },
		{ name: "no keep-alive", source: { mqtt: { keepAlive: 0 } } },
		{ name: "a sample as long as the interval", source: { telemetry: { sample: 2000 } } },
		{
			name: "a range below nothing, of two values",
			source: { telemetry: { sensors: [{ ...sensor("a"), minimum: -6, maximum: -5 }] } },
		},
		{ name: "equal intervals", source: { telemetry: { minimumInterval: 5, maximumInterval: 5 } } },
		{
			name: "a sensor called time when there is no such field",
			source: { telemetry: { sensors: [sensor("time")] } },
		},
		{ name: "two sensors on one pin", source: { telemetry: { sensors: [sensor("a"), sensor("b")] } } },
	])("but not $name", ({ source }) => {
		expect(problemsOf({ ...LEAST, ...source })).toEqual([]);
	});
});

it.each([undefined, null, {}])("wants an id and a broker of %j", (source) => {
	expect(problemsOf(source)).toEqual([
		`id: got nothing, wants ${name(64)}`,
		`broker.host: got nothing, wants ${HOST}`,
	]);
});

it.each([5, "x", true, [], [LEAST]])("refuses %j, which is no object", (source) => {
	expect(problemsOf(source)).toEqual([`configuration: got ${JSON.stringify(source)}, wants an object`]);
});

const LARGEST = 1_000_000;
const validSensor = (name: fc.Arbitrary<string>) =>
	fc.record(
		{
			name,
			pin: name,
			minimum: fc.integer({ min: -LARGEST, max: -1 }),
			maximum: fc.integer({ min: 1, max: LARGEST }),
			deadband: fc.integer({ min: 0, max: 2 * LARGEST }),
		},
		{ requiredKeys: ["name", "pin"] },
	);

const identifier = (maxLength: number) =>
	fc.stringMatching(new RegExp(`^[-\\w.]{1,${Math.min(maxLength, 20)}}$`)).filter((one) => one !== "time");

/** Sources that are valid, with any of the keys left out. */
const validSource = fc.record(
	{
		id: identifier(64),
		broker: fc.record(
			{
				protocol: fc.constantFrom("mqtt", "mqtts", "ws", "wss"),
				host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[\w-]{1,40}$/)),
				port: fc.integer({ min: 1, max: 65_535 }),
				path: fc.stringMatching(/^\/[!-~]{0,40}$/),
			},
			{ requiredKeys: ["host"] },
		),
		mqtt: fc.record(
			{
				username: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
				keepAlive: fc.oneof(fc.constant(0), fc.integer({ min: 1000, max: 65_535_000 })),
				cleanSession: fc.boolean(),
				receiveBuffer: fc.integer({ min: 64, max: 65_536 }),
				inFlight: fc.integer({ min: 1, max: 64 }),
				maximumPacket: fc.integer({ min: 1024, max: 268_435_455 }),
				attempts: fc.integer({ min: 0, max: 1000 }),
			},
			{ requiredKeys: [] },
		),
		telemetry: fc.record(
			{
				interval: fc.integer({ min: 5000, max: 86_400_000 }),
				sample: fc.integer({ min: 10, max: 2000 }),
				qos: fc.constantFrom(0, 1, 2),
				threshold: fc.integer({ min: -1_000_000, max: 1_000_000 }),
				time: fc.constantFrom("none", "unix", "iso-8601"),
				sensors: fc.uniqueArray(validSensor(identifier(32)), {
					minLength: 1,
					maxLength: 16,
					selector: ({ name }) => name,
				}),
			},
			{ requiredKeys: [] },
		),
		commands: fc.record({ qos: fc.constantFrom(0, 1, 2) }, { requiredKeys: [] }),
	},
	{ requiredKeys: ["id", "broker"] },
);

describe("whatever comes", () => {
	it("takes a valid configuration, keeps what it says, and takes its own result again", () => {
		fc.assert(
			fc.property(validSource, (source) => {
				const parsed = parseConfig(source);
				expect(parsed).toMatchObject({ kind: "valid", config: source });
				const { config } = parsed as { config: Config };
				expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(parsed);
			}),
		);
	});

	it("gives a valid configuration that MQTT can express", () => {
		// With lone surrogates, and now and then with a pair.
		const unit = fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }));
		const anyText = fc
			.array(unit, { minLength: 1, maxLength: 4 })
			.map((units) => String.fromCharCode(...units));
		fc.assert(
			fc.property(validSource, anyText, anyText, (source, username, password) => {
				const parsed = parseConfig({ ...source, mqtt: { ...source.mqtt, username, password } });
				if (parsed.kind === "invalid") return;
				const profile = new MqttProfile(parsed.config, { obey: () => undefined, answer: () => undefined });
				encodeConnect(profile.connect);
				if (profile.subscriptions.length > 0) encodeSubscribe(profile.subscriptions, 1);
				const messages = [...profile.online(), ...profile.state({ led_on: true }), ...profile.telemetry({})];
				for (const message of messages) encodePublish(message, 1);
			}),
		);
	});

	it("never throws, and tells each problem in a line", () => {
		const key = fc.constantFrom(...BAD.map(([one]) => one));
		const json = fc.jsonValue({ stringUnit: fc.constantFrom("a", "\n", "\u0000", "😀", '"') });
		const badValue = fc.tuple(key, json).map(([one, value]) => withValue(one, value));
		const anything = fc.oneof(json, badValue);
		fc.assert(
			fc.property(anything, (source) => {
				for (const line of problemsOf(source)) {
					expect(line).toMatch(/^[^\n]{1,300}$/);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
