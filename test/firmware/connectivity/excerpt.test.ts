import { expect, it } from "vitest";
import { excerpt } from "../../../firmware/connectivity/excerpt.js";

it.each([
	{ name: "short text whole", payload: Buffer.from('{"a":1}'), shown: '{"a":1}' },
	{ name: "nothing of nothing", payload: Buffer.from(""), shown: "" },
	{ name: "200 characters of long text", payload: Buffer.alloc(1_000_000, "x"), shown: "x".repeat(200) },
	{ name: "characters, not bytes", payload: Buffer.from("é".repeat(201)), shown: "é".repeat(200) },
	{
		name: "what is no text as U+FFFD",
		payload: Buffer.from([0x61, 0xff, 0x7f, 0x80]),
		shown: "a\ufffd\x7f\ufffd",
	},
	{ name: "200 bytes of what is no text", payload: Buffer.alloc(500, 0xff), shown: "\ufffd".repeat(200) },
])("shows $name", ({ payload, shown }) => {
	expect(excerpt(payload)).toBe(shown);
});
