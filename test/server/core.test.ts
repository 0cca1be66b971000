import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServerCore } from "../../server/core.js";
import { MAX_DEPTH, MAX_PAYLOAD } from "../../server/json-object.js";
import { anyText } from "./support.js";

const utf8 = (text: string) => new TextEncoder().encode(text);

const message = (payload: string | Uint8Array, topic = "lamp/telemetry") => ({
	topic,
	payload: typeof payload === "string" ? utf8(payload) : payload,
	retain: false,
});

const nested = (levels: number) => `{"light":1,"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);

describe("the rule", () => {
	it.each([
		{ light: 299, threshold: undefined, on: true },
		{ light: 299.9, threshold: undefined, on: true },
		{ light: 300, threshold: undefined, on: false },
		{ light: 301, threshold: undefined, on: false },
		{ light: 0, threshold: 0, on: false },
		{ light: -5, threshold: 0, on: true },
		{ light: 1023, threshold: 1024, on: true },
	])("light $light, threshold $threshold: LED on $on", ({ light, threshold, on }) => {
		const core = new ServerCore({ threshold });
		expect(core.receive(message(`{"light":${light}}`))).toEqual([
			{
				kind: "received",
				device: "lamp",
				topic: "lamp/telemetry",
				payload: { light },
			},
			{
				kind: "send",
				device: "lamp",
				topic: "lamp/commands",
				payload: { led_on: on },
				body: `{"led_on":${on}}`,
			},
		]);
	});
});

describe("accepts", () => {
	it.each([
		{ name: "spaces", payload: '{"light": 400}' },
		{ name: "other fields", payload: '{"light":400,"a":[1,{}],"light_on":""}' },
		{ name: "an exponent", payload: '{"light":4e2}' },
		{ name: "a byte order mark", payload: '\uFEFF{"light":400}' },
		{ name: "the longest payload", payload: '{"light":400}'.padEnd(MAX_PAYLOAD) },
		{ name: "the deepest nesting", payload: nested(MAX_DEPTH) },
		{ name: "a name of Object", payload: '{"light":1,"__proto__":{"light":2}}' },
	])("$name", ({ payload }) => {
		const actions = new ServerCore().receive(message(payload));
		expect(actions.map(({ kind }) => kind)).toEqual(["received", "send"]);
	});
});

describe("refuses", () => {
	it.each([
		{ name: "an empty payload", payload: "", code: "empty", reason: "the payload is empty" },
		{ name: "no JSON", payload: "400 lux", code: "not-json", reason: "the payload is not JSON" },
		{ name: "cut JSON", payload: '{"light":4', code: "not-json", reason: "the payload is not JSON" },
		{ name: "NaN", payload: '{"light":NaN}', code: "not-json", reason: "the payload is not JSON" },
		{ name: "a number", payload: "400", code: "not-an-object", reason: "the payload is not a JSON object" },
		{ name: "null", payload: "null", code: "not-an-object", reason: "the payload is not a JSON object" },
		{
			name: "an array",
			payload: '[{"light":4}]',
			code: "not-an-object",
			reason: "the payload is not a JSON object",
		},
		{ name: "no light", payload: '{"Light":4}', code: "wrong-reading", reason: "light is missing" },
		{
			name: "inherited light",
			payload: '{"__proto__":{"light":2}}',
			code: "wrong-reading",
			reason: "light is missing",
		},
		{
			name: "light as text",
			payload: '{"light":"4"}',
			code: "wrong-reading",
			reason: "light is not a number",
		},
		{ name: "light null", payload: '{"light":null}', code: "wrong-reading", reason: "light is not a number" },
		{
			name: "infinite light",
			payload: '{"light":1e999}',
			code: "wrong-reading",
			reason: "light is not finite",
		},
		{
			name: "ill-formed UTF-8",
			payload: Uint8Array.of(0x7b, 0xff),
			code: "not-utf-8",
			reason: "the payload is not UTF-8",
		},
		{
			name: "a surrogate in UTF-8",
			payload: Uint8Array.of(0xed, 0xa0, 0x80),
			code: "not-utf-8",
			reason: "the payload is not UTF-8",
		},
		{
			name: "a huge payload",
			payload: " ".repeat(MAX_PAYLOAD + 1),
			code: "too-large",
			reason: "the payload is longer than 65536 bytes",
		},
		{
			name: "deep nesting",
			payload: nested(MAX_DEPTH + 1),
			code: "too-deep",
			reason: "the payload is nested deeper than 32 levels",
		},
		{
			name: "the deepest nesting that fits",
			payload: nested(32_000),
			code: "too-deep",
			reason: "the payload is nested deeper than 32 levels",
		},
	])("$name", ({ payload, code, reason }) => {
		expect(new ServerCore().receive(message(payload))).toMatchObject([
			{ kind: "refused", topic: "lamp/telemetry", code, reason },
		]);
	});

	it.each([
		"telemetry",
		"/telemetry",
		"lamp/telemetry/",
		"a/b/telemetry",
		"lamp/commands",
		"+/telemetry",
		"la mp/telemetry",
		"$SYS/telemetry",
		"l\u0000/telemetry",
		"\uFFFD/telemetry",
		"Lampe-ä/telemetry",
		`${"x".repeat(65)}/telemetry`,
		"",
	])("the topic %j", (topic) => {
		expect(new ServerCore().receive(message('{"light":4}', topic))).toEqual([
			{
				kind: "refused",
				topic,
				code: "unsubscribed-topic",
				reason: "the topic is not <id>/telemetry",
				payload: '{"light":4}',
			},
		]);
	});

	it("another device than its own", () => {
		const core = new ServerCore({ id: "lamp" });
		expect(core.receive(message('{"light":4}', "lamp2/telemetry"))).toMatchObject([
			{ kind: "refused", code: "unsubscribed-topic", reason: "the topic was not subscribed to" },
		]);
	});

	it("a retained message, whose reading may be old", () => {
		const core = new ServerCore();
		expect(core.receive({ ...message('{"light":4}'), retain: true })).toEqual([
			{
				kind: "refused",
				device: "lamp",
				topic: "lamp/telemetry",
				code: "retained-reading",
				reason: "retained: the reading may be old",
				payload: '{"light":4}',
			},
		]);
	});
});

describe("what it shows of a refused message", () => {
	it.each([
		{ name: "200 characters whole", payload: utf8("x".repeat(200)), shown: "x".repeat(200) },
		{ name: "201 characters cut", payload: utf8("x".repeat(201)), shown: "x".repeat(200) },
		{ name: "characters of four bytes", payload: utf8("💡".repeat(300)), shown: "💡".repeat(200) },
		{
			name: "a cut inside a character",
			payload: utf8(`x${"💡".repeat(300)}`),
			shown: `x${"💡".repeat(199)}`,
		},
		{ name: "ill-formed bytes replaced", payload: Uint8Array.of(0xff, 0x41), shown: "\uFFFDA" },
	])("$name", ({ payload, shown }) => {
		expect(new ServerCore().receive(message(payload))).toMatchObject([{ payload: shown }]);
	});

	it("a long topic, cut", () => {
		const core = new ServerCore();
		expect(core.receive(message("", "t".repeat(60_000)))).toMatchObject([{ topic: "t".repeat(200) }]);
	});
});

describe("what it subscribes to", () => {
	it.each([
		{ id: undefined, filter: "+/telemetry" },
		{ id: "+", filter: "+/telemetry" },
		{ id: "lamp", filter: "lamp/telemetry" },
		{ id: ["a", "b"], filter: "a/telemetry b/telemetry" },
	])("id $id: $filter", ({ id, filter }) => {
		expect(new ServerCore({ id }).filters).toEqual(filter.split(" "));
	});

	it.each([
		{ id: "" },
		{ id: "#" },
		{ id: "a/b" },
		{ id: "a b" },
		{ id: "x".repeat(65) },
		{ id: "lamp\n" },
		{ id: [] },
		{ id: ["lamp", "a/b"] },
		{ threshold: Number.NaN },
		{ threshold: Number.POSITIVE_INFINITY },
	])("throws on %j", (options) => {
		expect(() => new ServerCore(options)).toThrow(RangeError);
	});
});

it("counts messages, refusals and commands", () => {
	const core = new ServerCore();
	core.receive(message('{"light":4}'));
	core.receive(message('{"light":4}'));
	core.receive(message("?"));
	expect(core.counts).toEqual({ messages: 3, refused: 1, commands: 2 });
});

describe("whatever comes", () => {
	it("neither throws nor sends more than one command", () => {
		const core = new ServerCore();
		const payload = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc.json().map(utf8),
			fc.record({ light: fc.anything() }).map((v) => {
				try {
					return utf8(JSON.stringify(v) ?? "");
				} catch {
					return utf8("");
				}
			}),
		);
		const topic = fc.oneof(
			anyText,
			fc.string().map((text) => `${text}/telemetry`),
			id.map((text) => `${text}/telemetry`),
		);
		fc.assert(
			fc.property(topic, payload, fc.boolean(), (topic, payload, retain) => {
				const kinds = core.receive({ topic, payload, retain }).map(({ kind }) => kind);
				expect([["received", "send"], ["refused"]]).toContainEqual(kinds);
			}),
			{ numRuns: 300 },
		);
	});

	it("answers each valid reading with exactly one command, by the rule", () => {
		const number = fc.double({ noNaN: true, noDefaultInfinity: true });
		fc.assert(
			fc.property(id, number, number, fc.object(), (id, light, threshold, others) => {
				const payload = JSON.stringify({ ...others, light });
				const core = new ServerCore({ id, threshold });
				const actions = core.receive(message(payload, `${id}/telemetry`));
				expect(actions.slice(1)).toEqual([
					{
						kind: "send",
						device: id,
						topic: `${id}/commands`,
						payload: { led_on: light < threshold },
						body: light < threshold ? '{"led_on":true}' : '{"led_on":false}',
					},
				]);
			}),
		);
	});
});

describe("with a hysteresis", () => {
	const answers = (core: ServerCore, lights: readonly number[], id = "lamp") =>
		lights.map((light) => {
			const payload = new TextEncoder().encode(JSON.stringify({ light }));
			const actions = core.receive({ topic: `${id}/telemetry`, payload, retain: false });
			return actions.some((action) => action.kind === "send" && action.payload.led_on);
		});

	it.each([
		{ hysteresis: 0, lights: [299, 300, 301, 299], on: [true, false, false, true] },
		{
			hysteresis: 20,
			lights: [310, 299, 300, 319, 320, 319, 300, 299],
			on: [false, true, true, true, false, false, false, true],
		},
		{ hysteresis: 0.5, lights: [299, 300, 300.4, 300.5], on: [true, true, true, false] },
		{ hysteresis: 1e9, lights: [300, 299, 1023], on: [false, true, true] },
	])("of $hysteresis, lights $lights: LED on $on", ({ hysteresis, lights, on }) => {
		expect(answers(new ServerCore({ hysteresis }), lights)).toEqual(on);
	});

	it("a light that trembles around the threshold does not switch the LED", () => {
		const lights = Array.from({ length: 24 }, (_, index) => 300 + ((index * 7) % 5) - 2);
		const switches = (core: ServerCore) => {
			const on = answers(core, lights);
			return on.filter((one, index) => index > 0 && one !== on[index - 1]).length;
		};
		expect(switches(new ServerCore({}))).toBeGreaterThan(9);
		expect(switches(new ServerCore({ hysteresis: 10 }))).toBeLessThanOrEqual(1);
	});

	it("each device has its own state", () => {
		const core = new ServerCore({ hysteresis: 20 });
		expect(answers(core, [100], "a")).toEqual([true]);
		expect(answers(core, [310], "b")).toEqual([false]);
		expect(answers(core, [310], "a")).toEqual([true]);
	});

	it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("%d is none", (hysteresis) => {
		expect(() => new ServerCore({ hysteresis })).toThrow(RangeError);
	});
});

describe("a person's command", () => {
	const HOUR = 3_600_000;
	const send = (payload: object) => ({
		...{ kind: "send", device: "lamp", topic: "lamp/commands", payload },
		body: JSON.stringify(payload),
	});
	const held = (on: boolean) => send({ led_on: on, by: "hand" });
	const kinds = (core: ServerCore, light: number, now: number) =>
		core
			.receive(message(`{"light":${light}}`), now)
			.map((action) => (action.kind === "send" ? action.payload.led_on : action.kind));

	it("is sent at once, and the rule says nothing until its time has come", () => {
		const core = new ServerCore();
		expect(core.hold("lamp", { led: true, until: HOUR })).toEqual([held(true)]);
		expect(kinds(core, 900, 1)).toEqual(["received"]);
		expect(kinds(core, 900, HOUR - 1)).toEqual(["received"]);
		expect(kinds(core, 900, HOUR)).toEqual(["received", false]);
		expect(kinds(core, 900, 1)).toEqual(["received", false]);
		expect(core.counts).toEqual({ messages: 4, refused: 0, commands: 3 });
	});

	it("holds for its device only", () => {
		const core = new ServerCore();
		core.hold("other", { led: true, until: HOUR });
		expect(kinds(core, 900, 1)).toEqual(["received", false]);
	});

	it("ends when it is released, and the rule answers the light that came meanwhile", () => {
		const core = new ServerCore();
		core.hold("lamp", { led: true, until: HOUR });
		kinds(core, 900, 1);
		kinds(core, 301, 2);
		expect(core.release("lamp")).toEqual([send({ led_on: false })]);
		expect(core.release("lamp")).toEqual([]);
		expect(kinds(core, 900, 3)).toEqual(["received", false]);
	});

	it("is released in silence when no light came meanwhile", () => {
		const core = new ServerCore();
		core.hold("lamp", { led: true, until: HOUR });
		expect(core.release("lamp")).toEqual([]);
		expect(core.release("nobody")).toEqual([]);
	});

	it.each([
		{ led: true, light: 310, on: true },
		{ led: true, light: 320, on: false },
		{ led: false, light: 310, on: false },
		{ led: false, light: 299, on: true },
	])("$led is what the hysteresis begins from: light $light, LED on $on", ({ led, light, on }) => {
		const core = new ServerCore({ hysteresis: 20 });
		core.hold("lamp", { led, until: HOUR });
		kinds(core, light, 1);
		expect(core.release("lamp")).toEqual([send({ led_on: on })]);
	});

	it("replaces an earlier one", () => {
		const core = new ServerCore();
		core.hold("lamp", { led: true, until: HOUR });
		expect(core.hold("lamp", { led: false, until: 2 * HOUR })).toEqual([held(false)]);
		expect(kinds(core, 1, HOUR)).toEqual(["received"]);
	});
});
