import { expect, describe as group, it } from "vitest";
import { type Call, describe, isSame } from "../../../host-sim/recording/describe.js";

const call = (name: Call["name"], of: number, ...args: readonly unknown[]): Call => ({ name, of, args });
const write = (bytes: string | readonly number[]) =>
	call("socket.write", 7, Buffer.from(bytes as string).toString("base64"));
const publish = (payload: string) => write([0x30, 5 + payload.length, 0, 1, 0x61, ...Buffer.from(payload)]);

group("a call in words", () => {
	it.each([
		["no arguments", call("now", 0), undefined, "now()"],
		["an object's", call("timer.clear", 12), undefined, "timer.clear 12()"],
		["arguments", call("analog.open", 1, "light", null), undefined, 'analog.open 1("light", null)'],
		["bytes", write([0xd0, 0]), undefined, "socket.write 7(2 bytes: d000)"],
		["bytes that are text", write("hello"), undefined, "socket.write 7(5 bytes: hello)"],
		["no bytes", write([]), undefined, "socket.write 7(0 bytes: )"],
		[
			"bytes that differ late",
			publish('{"light":957}'),
			publish('{"light":512}'),
			'socket.write 7(18 bytes, from 6 on: "light":957})',
		],
		["bytes that end early", write([1, 2]), write([1, 2, 3]), "socket.write 7(2 bytes: 0102)"],
		["bytes, where the other has none", write([1, 2]), call("now", 0), "socket.write 7(2 bytes: 0102)"],
		[
			"much",
			call("report", 0, { event: "x".repeat(300) }),
			undefined,
			`report({"event":"${"x".repeat(110)}…)`,
		],
	])("with %s", (_, one, other, words) => {
		expect(describe(one, other)).toBe(words);
	});
});

group("two calls", () => {
	it.each([
		[call("now", 0), call("now", 0), true],
		[call("now", 0), call("date", 0), false],
		[call("timer.clear", 1), call("timer.clear", 2), false],
		[call("timer.set", 1, 5), call("timer.set", 1, 6), false],
		[call("report", 0, { a: 1, b: 2 }), call("report", 0, { b: 2, a: 1 }), false],
	])("%j and %j: the same is %s", (one, other, same) => {
		expect(isSame(one, other)).toBe(same);
	});
});
