import { expect, it } from "vitest";
import { isWorthReporting } from "../../../firmware/telemetry/policy.js";

const policy = { deadband: 10, minimumInterval: 1000, maximumInterval: 60_000 };
const everything = { ...policy, deadband: 0 };

it.each([
	{ name: "the first reading", policy, now: { a: 0 }, last: undefined, elapsed: 0, worth: true },
	{ name: "no change", policy, now: { a: 500 }, last: { a: 500 }, elapsed: 5000, worth: false },
	{
		name: "a change below the deadband",
		policy,
		now: { a: 509 },
		last: { a: 500 },
		elapsed: 5000,
		worth: false,
	},
	{ name: "a change of the deadband", policy, now: { a: 510 }, last: { a: 500 }, elapsed: 5000, worth: true },
	{ name: "a fall of the deadband", policy, now: { a: 490 }, last: { a: 500 }, elapsed: 5000, worth: true },
	{ name: "a fall below it", policy, now: { a: 491 }, last: { a: 500 }, elapsed: 5000, worth: false },
	{ name: "a change too soon", policy, now: { a: 900 }, last: { a: 500 }, elapsed: 999, worth: false },
	{ name: "a change soon enough", policy, now: { a: 900 }, last: { a: 500 }, elapsed: 1000, worth: true },
	{
		name: "no change just within the maximum",
		policy,
		now: { a: 1 },
		last: { a: 1 },
		elapsed: 59_999,
		worth: false,
	},
	{ name: "no change for the maximum", policy, now: { a: 1 }, last: { a: 1 }, elapsed: 60_000, worth: true },
	{
		name: "a change of one among many",
		policy,
		now: { a: 1, b: 50 },
		last: { a: 1, b: 60 },
		elapsed: 5000,
		worth: true,
	},
	{
		name: "small changes of many",
		policy,
		now: { a: 9, b: 59 },
		last: { a: 0, b: 50 },
		elapsed: 5000,
		worth: false,
	},
	{
		name: "anything without a deadband",
		policy: everything,
		now: { a: 1 },
		last: { a: 1 },
		elapsed: 0,
		worth: true,
	},
	{
		name: "no change, when minimum and maximum are one",
		policy: { ...policy, maximumInterval: 1000 },
		now: { a: 1 },
		last: { a: 1 },
		elapsed: 1000,
		worth: true,
	},
	{
		name: "every reading, when the maximum is 0",
		policy: { ...policy, minimumInterval: 0, maximumInterval: 0 },
		now: { a: 1 },
		last: { a: 1 },
		elapsed: 0,
		worth: true,
	},
])("$name: $worth", ({ policy, now, last, elapsed, worth }) => {
	expect(isWorthReporting(policy, now, last, elapsed)).toBe(worth);
});
