import { describe, expect, it } from "vitest";
import { MAX_EXPIRES, MAX_ORDER, parseOrder, parseResponse } from "../../server/order-payload.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const REST = '"policy":"newest","command":{"a":1}';

describe("an order", () => {
	it.each([
		{
			text: '{"id":"k.3_-A","policy":"newest","command":{"led_on":true}}',
			order: { id: "k.3_-A", policy: "newest", lifetime: undefined, command: '{"led_on":true}' },
		},
		{
			text: '{ "command": {"b": [1e2, {}], "a": "\\u00e9"}, "expires": 0.0001, "policy": "ordered", "id": "1" }',
			order: { id: "1", policy: "ordered", lifetime: 1, command: '{"b":[100,{}],"a":"é"}' },
		},
		{
			text: `{"id":"${"x".repeat(64)}","expires":${MAX_EXPIRES},${REST}}`,
			order: { id: "x".repeat(64), policy: "newest", lifetime: MAX_EXPIRES * 1000, command: '{"a":1}' },
		},
		{
			text: '{"id":"a","policy":"newest","command":{"__proto__":{"x":1}}}',
			order: { id: "a", policy: "newest", lifetime: undefined, command: '{"__proto__":{"x":1}}' },
		},
		{
			text: '{"id":"a","policy":"newest","command":{"by":"hand","led_on":true}}',
			order: { id: "a", policy: "newest", lifetime: undefined, command: '{"by":"hand","led_on":true}' },
		},
	])("is $text", ({ text, order }) => {
		expect(parseOrder(utf8(text))).toEqual({ kind: "order", order });
	});

	const WRONG_ID = "id is not 1 to 64 of letters, digits, -, _, .";
	const WRONG_POLICY = 'policy is not "newest" or "ordered"';
	const WRONG_EXPIRES = `expires is not a number of seconds above 0, at most ${MAX_EXPIRES}`;
	const WRONG_COMMAND = "command is not a JSON object with a member";
	it.each<{ text: string; code?: string; reason: string; id?: string }>([
		{ text: "", code: "empty", reason: "the payload is empty" },
		{ text: "{", code: "not-json", reason: "the payload is not JSON" },
		{ text: "[]", code: "not-an-object", reason: "the payload is not a JSON object" },
		{ text: `{"id":"a","command":{"a":${nested(31)}}}`, code: "too-deep", reason: "the payload is nested deeper than 32 levels" }, // biome-ignore format: a row
		{ text: " ".repeat(MAX_ORDER + 1), code: "too-large", reason: `the payload is longer than ${MAX_ORDER} bytes` }, // biome-ignore format: a row
		{ text: "{}", reason: WRONG_ID },
		{ text: `{"id":"",${REST}}`, reason: WRONG_ID },
		{ text: `{"id":7,${REST}}`, reason: WRONG_ID },
		{ text: `{"id":"a/b",${REST}}`, reason: WRONG_ID },
		{ text: `{"id":"a\\n",${REST}}`, reason: WRONG_ID },
		{ text: `{"id":"${"x".repeat(65)}",${REST}}`, reason: WRONG_ID },
		{ text: `{"__proto__":{"id":"a"},${REST}}`, reason: WRONG_ID },
		{ text: '{"id":"a","command":{"a":1}}', id: "a", reason: WRONG_POLICY },
		{ text: '{"id":"a","policy":"latest","command":{"a":1}}', id: "a", reason: WRONG_POLICY },
		...["0", "-1", '"5"', "null", String(MAX_EXPIRES + 1), "1e999"].map((expires) => ({
			...{ text: `{"id":"a","expires":${expires},${REST}}`, id: "a", reason: WRONG_EXPIRES },
		})),
		...["{}", "[1]", "null", '"led_on"', "true"].map((command) => ({
			...{ text: `{"id":"a","policy":"newest","command":${command}}`, id: "a", reason: WRONG_COMMAND },
		})),
		{ text: '{"id":"a","policy":"newest"}', id: "a", reason: WRONG_COMMAND },
		...["id", "stream", "seq", "expires"].map((name) => ({
			...{ text: `{"id":"a","policy":"newest","command":{"a":1,"${name}":1}}`, id: "a" },
			reason: `command has a member "${name}", which the server adds`,
		})),
		{ text: '{"id":"a","policy":"newest","command":{"a":[{"b":-1e999}]}}', id: "a", reason: "command has a number that is too large" }, // biome-ignore format: a row
		{ text: `{"id":"a","expire":1,${REST}}`, id: "a", reason: '"expire" is no member of an order: id, policy, expires, command' }, // biome-ignore format: a row
	])("is not $text: $reason", ({ text, code = "wrong-order", reason, id }) => {
		expect(parseOrder(utf8(text))).toEqual({ kind: "malformed", code, reason, ...(id && { id }) });
	});

	it("is not what is no UTF-8", () => {
		expect(parseOrder(Uint8Array.of(0xff))).toMatchObject({ kind: "malformed", code: "not-utf-8" });
	});
});

describe("a response", () => {
	it.each([
		{ text: '{"id":"k3","status":200}', outcome: { status: 200 } },
		{ text: '{"status":599,"id":"k3","payload":{ "light": 4e2 },"more":1}', outcome: { status: 599, payload: '{"light":400}' } }, // biome-ignore format: a row
	])("is $text", ({ text, outcome }) => {
		expect(parseResponse(utf8(text))).toEqual({ kind: "response", response: { id: "k3", outcome } });
	});

	it("with `by` is another server's, or one's own", () => {
		expect(parseResponse(utf8('{"by":1}'))).toEqual({ kind: "said" });
	});

	const WRONG_STATUS = "status is not 200 to 599, and not 202";
	it.each([
		{ text: "200", code: "not-an-object", reason: "the payload is not a JSON object" },
		{ text: '{"status":200}', reason: "id is not 1 to 64 of letters, digits, -, _, ." },
		...["199", "600", "202", "200.5", '"200"', "null"].map((status) => ({
			...{ text: `{"id":"a","status":${status}}`, reason: WRONG_STATUS },
		})),
		{ text: '{"id":"a"}', reason: WRONG_STATUS },
		{ text: '{"id":"a","status":200,"payload":[]}', reason: "payload is not a JSON object" },
		{ text: '{"id":"a","status":200,"payload":null}', reason: "payload is not a JSON object" },
	])("is not $text: $reason", ({ text, code = "wrong-response", reason }) => {
		expect(parseResponse(utf8(text))).toEqual({ kind: "malformed", code, reason });
	});
});
