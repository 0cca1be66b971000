import { beforeEach, describe, expect, it } from "vitest";
import { boolean, integer } from "../../../firmware/commands/arguments.js";
import { Commands, command } from "../../../firmware/commands/commands.js";
import type { DeviceEvent } from "../../../firmware/events.js";

/** What was done and told, in order. */
let log: string[];
let commands: Commands;

beforeEach(() => {
	log = [];
	const host = {
		report: (event: DeviceEvent) => {
			log.push(event.event === "command" ? `told ${JSON.stringify(event.payload)}` : event.event);
		},
	};
	const table = {
		led_on: command({
			argument: boolean,
			isState: true,
			obey: (on) => void log.push(`led ${on}`),
		}),
		brightness: command({
			argument: integer(0, 100),
			isState: true,
			obey: (level) => void log.push(`brightness ${level}`),
		}),
		reboot: command({
			argument: boolean,
			isState: false,
			obey: () => void log.push("reboot"),
		}),
	};
	commands = new Commands(host, table, undefined);
});

describe("obeys", () => {
	it.each([
		{ text: '{"led_on":true}', done: ["led true"] },
		{ text: '{"led_on": true}', done: ["led true"] },
		{ text: '\ufeff{"led_on":true}', done: ["led true"] },
		{ text: '{"led_on":false}', done: ["led false"] },
		{ text: ' {\n"led_on"\t:\r\ntrue } ', done: ["led true"] },
		{ text: '{"\\u006ced_on":true}', done: ["led true"] },
		{ text: '{"led_on":true,"color":"red","x":[{}]}', done: ["led true"] },
		{ text: '{"led":false,"LED_ON":false,"led_on":true}', done: ["led true"] },
		{ text: '{"led_on":true,"led_on":false}', done: ["led false"] },
		{ text: '{"led_on":1,"led_on":true}', done: ["led true"] },
		{ text: '{"led_on":true,"brightness":5}', done: ["led true", "brightness 5"] },
		{ text: '{"brightness":5,"led_on":true}', done: ["brightness 5", "led true"] },
		{ text: '{"reboot":true}', done: ["reboot"] },
		{ text: '{"toString":1,"__proto__":{"led_on":false},"led_on":true}', done: ["led true"] },
	])("$text", ({ text, done }) => {
		expect(commands.receive(text, false)).toBeUndefined();
		expect(log.slice(1)).toEqual(done);
	});

	it("tells first, and only of what it knows", () => {
		commands.receive('{"x":1,"brightness":5,"led_on":true}', false);
		expect(log).toEqual(['told {"brightness":5,"led_on":true}', "brightness 5", "led true"]);
	});

	it("the same command again and again, when it is live", () => {
		for (let count = 0; count < 3; count++) {
			expect(commands.receive('{"led_on":true}', false)).toBeUndefined();
		}
		expect(log.filter((line) => line === "led true")).toHaveLength(3);
	});
});

describe("refuses, without effect", () => {
	it.each([
		{ text: undefined, code: "not-utf-8", reason: "ill-formed UTF-8" },
		{ text: "", code: "empty", reason: "empty" },
		{ text: " ", code: "not-json", reason: "not JSON" },
		{ text: "led_on", code: "not-json", reason: "not JSON" },
		{ text: "{'led_on':true}", code: "not-json", reason: "not JSON" },
		{ text: '{"led_on":True}', code: "not-json", reason: "not JSON" },
		{ text: '{"led_on":true', code: "not-json", reason: "not JSON" },
		{ text: '{"led_on":true}\u0000', code: "not-json", reason: "not JSON" },
		{ text: '{"led_on":true}{"led_on":true}', code: "not-json", reason: "not JSON" },
		{ text: "[]", code: "not-an-object", reason: "not a JSON object" },
		{ text: '[{"led_on":true}]', code: "not-an-object", reason: "not a JSON object" },
		{ text: "null", code: "not-an-object", reason: "not a JSON object" },
		{ text: "true", code: "not-an-object", reason: "not a JSON object" },
		{ text: "1", code: "not-an-object", reason: "not a JSON object" },
		{ text: '"led_on"', code: "not-an-object", reason: "not a JSON object" },
		{ text: "{}", code: "unknown-command", reason: "no command known here" },
		{ text: '{"led":true}', code: "unknown-command", reason: "no command known here" },
		{
			text: '{"toString":true,"constructor":true}',
			code: "unknown-command",
			reason: "no command known here",
		},
		{ text: '{"__proto__":{"led_on":true}}', code: "unknown-command", reason: "no command known here" },
		...["1", "0", "null", '"true"', "[true]", '{"on":true}', "-0.0", '""'].map((value) => ({
			text: `{"led_on":${value}}`,
			code: "wrong-argument",
			reason: "led_on wants true or false",
		})),
		{
			text: '{"brightness":1.5}',
			code: "wrong-argument",
			reason: "brightness wants a whole number from 0 to 100",
		},
		{ text: `{"led_on":${"[".repeat(100_000)}`, code: "too-deep", reason: "nested deeper than 8 levels" },
	])("$text", ({ text, code, reason }) => {
		expect(commands.receive(text, false)).toMatchObject({ code, reason });
		expect(log).toEqual([]);
	});

	it.each([
		{
			text: '{"led_on":true,"brightness":"much"}',
			code: "wrong-argument",
			reason: "brightness wants a whole number from 0 to 100",
		},
		{
			text: '{"brightness":"much","led_on":true}',
			code: "wrong-argument",
			reason: "brightness wants a whole number from 0 to 100",
		},
		{ text: '{"led_on":true,"led_on":1}', code: "wrong-argument", reason: "led_on wants true or false" },
	])("all of $text, of which a part would do", ({ text, code, reason }) => {
		expect(commands.receive(text, false)).toMatchObject({ code, reason });
		expect(log).toEqual([]);
	});
});

describe("of retained messages", () => {
	const again = "retained, and applied before";

	/** Each row: a message, whether it is retained, and what comes of it: the LED, or a reason. */
	it.each<{ name: string; messages: [text: string, retained: boolean, outcome: string][] }>([
		{
			name: "applies a state once",
			messages: [
				['{"led_on":true}', true, "led true"],
				['{"led_on":true}', true, again],
				['{"led_on": true}', true, again],
			],
		},
		{
			name: "applies it again after it has changed",
			messages: [
				['{"led_on":true}', true, "led true"],
				['{"led_on":false}', true, "led false"],
				['{"led_on":false}', true, again],
				['{"led_on":true}', true, "led true"],
			],
		},
		{
			name: "lets live ones come between",
			messages: [
				['{"led_on":true}', true, "led true"],
				['{"led_on":false}', false, "led false"],
				['{"led_on":true}', true, again],
				['{"led_on":true}', false, "led true"],
			],
		},
		{
			name: "applies one that a live one was the same as",
			messages: [
				['{"led_on":true}', false, "led true"],
				['{"led_on":true}', true, "led true"],
			],
		},
		{
			name: "refuses an action",
			messages: [
				['{"reboot":true}', true, "reboot is an action, but was retained"],
				['{"led_on":true,"reboot":true}', true, "reboot is an action, but was retained"],
				['{"led_on":true}', true, "led true"],
				['{"reboot":true}', false, "reboot"],
			],
		},
		{
			name: "applies the part that has changed",
			messages: [
				['{"led_on":true,"brightness":1}', true, "led true, brightness 1"],
				['{"led_on":true,"brightness":2}', true, "brightness 2"],
				['{"brightness":2,"led_on":true}', true, again],
			],
		},
		{
			name: "does not count a refused one as applied",
			messages: [
				['{"led_on":true,"brightness":"much"}', true, "brightness wants a whole number from 0 to 100"],
				['{"led_on":true}', true, "led true"],
			],
		},
		{ name: "refuses one that was cleared", messages: [["", true, "empty"]] },
	])("$name", ({ messages }) => {
		for (const [text, retained, outcome] of messages) {
			log.length = 0;
			const refusal = commands.receive(text, retained);
			expect(refusal?.reason ?? log.slice(1).join(", ")).toBe(outcome);
		}
	});

	it("each topic has its own", () => {
		const on = '{"led_on":true}';
		const off = '{"led_on":false}';
		const given = [
			["X/commands", on],
			["groups/garden/commands", off],
			["X/commands", on],
			["groups/garden/commands", off],
		] as const;
		const told = given.map(([topic, text]) => commands.receive(text, true, topic)?.reason);
		expect(told).toEqual([undefined, undefined, again, again]);
	});
});
