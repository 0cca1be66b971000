import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startNightlight } from "../../firmware/app.js";
import type { RefusalCode } from "../../firmware/events.js";
import { configOf } from "../support/virtual/config.js";
import { VirtualHost } from "../support/virtual/host.js";
import { VirtualStorage } from "../support/virtual/storage.js";
import { Nightlight } from "./nightlight.js";

const GREETINGS = [
	"connect Xnightlight_client",
	"subscribe X/commands 0",
	"publish X/status online retained",
	'publish X/state {"led_on":false} retained',
];

const stateOf = (on: boolean): string => `publish X/state {"led_on":${on},"decided_by":"server"} retained`;

it("comes online, tells what it is, and how light it is", () => {
	const nightlight = new Nightlight();
	expect(nightlight.listen(6500)).toEqual([
		...GREETINGS,
		...Array(4).fill('publish X/telemetry {"light":400}'),
	]);
	expect(nightlight.host.events.slice(0, 6)).toEqual([
		...["resolving", "connecting", "handshaking", "online"].map((state) => ({ event: "link", state })),
		...Array(2).fill({ event: "telemetry", payload: { light: 400 } }),
	]);
});

it("tells of the light as it changes", () => {
	const nightlight = new Nightlight({}, { resolution: 12 });
	nightlight.host.analog.light = 0;
	nightlight.listen(10);
	nightlight.host.analog.light = 4095;
	expect(nightlight.listen(2000)).toEqual(['publish X/telemetry {"light":1023}']);
});

it("has a will that says offline", () => {
	const nightlight = new Nightlight();
	nightlight.listen(100);
	expect(nightlight.broker.packets[0]).toMatchObject({
		will: { topic: "X/status", payload: Buffer.from("offline"), retain: true },
	});
});

describe("a command", () => {
	it.each(['{"led_on": true}', '{"led_on":true}', '{"who":"me","led_on":true}'])(
		"switches the LED, and the state is told: %s",
		(payload) => {
			const nightlight = new Nightlight();
			nightlight.listen(100);
			expect(nightlight.command(payload)).toEqual([stateOf(true)]);
			expect(nightlight.host.digital.led).toBe(1);
			expect(nightlight.host.events.slice(-2)).toEqual([
				{ event: "command", payload: { led_on: true } },
				{ event: "led", on: true },
			]);
			expect(nightlight.command('{"led_on":false}')).toEqual([stateOf(false)]);
			expect(nightlight.host.digital.led).toBe(0);
		},
	);

	it("that changes nothing is obeyed without a word", () => {
		const nightlight = new Nightlight();
		nightlight.listen(100);
		expect(nightlight.command('{"led_on":false}')).toEqual([]);
		expect(nightlight.host.events.at(-1)).toEqual({ event: "command", payload: { led_on: false } });
	});

	const malformed: {
		payload: string | Uint8Array;
		code: RefusalCode;
		reason: string;
		shown?: string;
	}[] = [
		{ payload: "", code: "empty", reason: "empty" },
		{ payload: "on", code: "not-json", reason: "not JSON" },
		{ payload: "[true]", code: "not-an-object", reason: "not a JSON object" },
		{ payload: '{"led_on":1}', code: "wrong-argument", reason: "led_on wants true or false" },
		{ payload: '{"led":true}', code: "unknown-command", reason: "no command known here" },
		{
			payload: Uint8Array.of(0x7b, 0xff, 0x7d),
			code: "not-utf-8",
			reason: "ill-formed UTF-8",
			shown: "{\ufffd}",
		},
		{
			payload: `{"led_on":${"x".repeat(900)}`,
			code: "not-json",
			reason: "not JSON",
			shown: `{"led_on":${"x".repeat(190)}`,
		},
		{
			payload: "x".repeat(1_000_000),
			code: "too-large",
			reason: "1000000 bytes, too many for the receive buffer of 1024",
			shown: "",
		},
	];
	it.each(malformed)(
		"that is $reason is refused; the next one is obeyed",
		({ payload, code, reason, shown }) => {
			const nightlight = new Nightlight();
			nightlight.listen(100);
			expect(nightlight.command(payload)).toEqual([]);
			expect(nightlight.host.digital.led).toBe(0);
			expect(nightlight.host.events.at(-1)).toEqual({
				event: "refused",
				topic: "X/commands",
				code,
				reason,
				payload: shown ?? payload,
			});
			nightlight.command('{"led_on":true}');
			expect(nightlight.host.digital.led).toBe(1);
			expect(nightlight.host.links.at(-1)).toBe("online");
		},
	);

	it("that was retained is obeyed on the first connection and not on the next", () => {
		const nightlight = new Nightlight();
		nightlight.listen(100);
		nightlight.command('{"led_on":true}', true);
		nightlight.command('{"led_on":false}');
		nightlight.broker.kill();
		expect(nightlight.listen(1500)).toEqual([
			...GREETINGS.slice(0, 3),
			stateOf(false),
			'publish X/telemetry {"light":400}',
		]);
		expect(nightlight.command('{"led_on":true}', true)).toEqual([]);
		expect(nightlight.host.digital.led).toBe(0);
		expect(nightlight.host.events.at(-1)).toMatchObject({
			code: "retained-again",
			reason: "retained, and applied before",
		});
	});
});

describe("off line", () => {
	it("sends nothing, keeps the LED as it is, and tells all anew when it is back", () => {
		const nightlight = new Nightlight();
		nightlight.listen(100);
		nightlight.command('{"led_on":true}');
		nightlight.broker.kill();
		nightlight.network.attempt = "refuse";
		expect(nightlight.listen(60_000)).toEqual([]);
		expect(nightlight.host.events.filter(({ event }) => event === "telemetry")).toHaveLength(1);
		expect(nightlight.host.digital.led).toBe(1);
		nightlight.network.attempt = "accept";
		while (nightlight.host.links.at(-1) !== "online") nightlight.clock.advance(1);
		expect(nightlight.broker.heard.slice(-1)).toEqual(["connect Xnightlight_client"]);
		expect(nightlight.listen(100)).toEqual([
			...GREETINGS.slice(1, 3),
			stateOf(true),
			'publish X/telemetry {"light":400}',
		]);
	});

	it("what was not acknowledged survives a power cut, when it is to", () => {
		const settings = { mqtt: { cleanSession: false }, telemetry: { qos: 1 } } as const;
		const storage = new VirtualStorage();
		const first = new Nightlight(settings, { storage });
		first.broker.withheld.add("publish");
		first.listen(100);
		const second = new Nightlight(settings, { storage });
		second.broker.sessionPresent = true;
		expect(second.listen(100)).toContain('publish X/telemetry {"light":400} #2 again');
	});
});

it("says goodbye when it is stopped, and leaves nothing running", () => {
	const nightlight = new Nightlight();
	nightlight.listen(5000);
	let isDone = false;
	nightlight.stop(() => {
		isDone = true;
	});
	expect(nightlight.listen(1000)).toEqual(["publish X/status offline retained", "disconnect"]);
	expect(isDone).toBe(true);
	expect(nightlight.host.links.at(-1)).toBe("offline");
	expect(nightlight.clock.timers).toBe(0);
	expect(nightlight.network.sockets).toBe(0);
	expect(nightlight.broker.wills).toEqual([]);
	expect(nightlight.listen(100_000)).toEqual([]);
});

it.each([
	{ name: "a sensor", settings: { telemetry: { sensors: [{ name: "a", pin: "nowhere" }] } }, pin: "nowhere" },
	{ name: "the LED", settings: {}, pin: "led" },
])("does not start on a board without the pin of $name", ({ settings, pin }) => {
	const host = new VirtualHost({ pins: { spare: "A9" } });
	if (pin === "led") delete (host.device.pin as Record<string, unknown>).led;
	expect(() => startNightlight(host, configOf(settings))).toThrow(
		`the board has no pin "${pin}"; it has light`,
	);
	expect(host.clock.timers).toBe(0);
});

it("is several devices in one process that know nothing of each other", () => {
	const one = new Nightlight();
	const other = new Nightlight({ id: "Y" });
	for (const nightlight of [one, other]) nightlight.listen(100);
	one.command('{"led_on":true}');
	expect([one.host.digital.led, other.host.digital.led]).toEqual([1, 0]);
	expect(other.broker.heard[0]).toBe("connect Ynightlight_client");
});

it("reads like the lesson, in less than 60 lines", () => {
	const source = readFileSync(new URL("../../firmware/app.ts", import.meta.url), "utf8");
	expect(source.trimEnd().split("\n").length).toBeLessThan(60);
});
