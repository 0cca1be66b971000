import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAct } from "../../../host-sim/web/act.js";

describe("an act", () => {
	it.each([
		{ act: "light", device: "lamp", value: 120 },
		{ act: "source", device: "lamp", source: "day" },
		{ act: "hold", device: "lamp", led: true },
		{ act: "hold", device: "lamp", led: null },
		{ act: "command", device: "lamp", text: '{"led_on":' },
		{ act: "fault", device: "lamp", fault: "wifi-off", on: false },
	])("is read: %o", (act) => {
		expect(readAct(JSON.stringify({ ...act, other: 1 }))).toEqual({ kind: "act", act });
	});

	it.each([
		["", "the body is not JSON"],
		["{", "the body is not JSON"],
		["null", "the body is not a JSON object"],
		["[]", "the body is not a JSON object"],
		["{}", "act: wants one of light, source, hold, command, fault"],
		['{"act":"toString","device":"lamp"}', "act: wants one of light, source, hold, command, fault"],
		['{"act":"light","value":1}', "device: wants a device's id"],
		['{"act":"light","device":"lamp","value":"1"}', "value: wants a number"],
		['{"act":"light","device":"lamp","value":1e999}', "value: wants a number"],
		['{"act":"source","device":"lamp","source":"other"}', "source: wants one of day, csv, hand"],
		['{"act":"hold","device":"lamp"}', "led: wants true, false or null"],
		['{"act":"command","device":"lamp"}', "text: wants a text of at most 16384 characters"],
		[
			JSON.stringify({ act: "command", device: "lamp", text: "x".repeat(16_385) }),
			"text: wants a text of at most 16384 characters",
		],
		[
			'{"act":"fault","device":"lamp","fault":"fire","on":true}',
			"fault: wants one of wifi-off, broker-down, half-open, latency, power-cut, storage-full",
		],
		['{"act":"fault","device":"lamp","fault":"latency","on":1}', "on: wants true or false"],
	])("is none: %s", (body, reason) => {
		expect(readAct(body)).toEqual({ kind: "wrong", reason });
	});

	it("is read from anything without an exception", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
				expect(["act", "wrong"]).toContain(readAct(body).kind);
			}),
		);
	});
});
