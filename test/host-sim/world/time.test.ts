import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTime } from "../../../host-sim/world/time.js";

const NOON = Date.UTC(2015, 1, 2, 12);

describe("reads", () => {
	it.each([
		{ text: "2015-02-02T12:00:00Z", at: NOON },
		{ text: "2015-02-02T12:00:00", at: NOON },
		{ text: "2015-02-02 12:00", at: NOON },
		{ text: "2015-02-02t12:00z", at: NOON },
		{ text: "2015-02-02", at: NOON - 12 * 3_600_000 },
		{ text: "2015-02-02T14:30:00+02:30", at: NOON },
		{ text: "2015-02-02T07:00-0500", at: NOON },
		{ text: "2015-02-02T13:00:00+01", at: NOON },
		{ text: "2015-02-02T12:00:00.25Z", at: NOON + 250 },
		{ text: "2015-02-02T12:00:00,5", at: NOON + 500 },
		{ text: "2016-02-29T00:00:00Z", at: Date.UTC(2016, 1, 29) },
		{ text: "0", at: 0 },
		{ text: "1.5", at: 1_500 },
		{ text: "-2", at: -2_000 },
		{ text: "1422878400", at: NOON },
		{ text: "1422878400000", at: NOON },
		{ text: "1422878400000.5", at: NOON + 0.5 },
		{ text: "1422878400000000", at: NOON },
		{ text: "1422878400000000000", at: NOON },
		{ text: "-1422878400000", at: -NOON },
	])("$text", ({ text, at }) => {
		expect(parseTime(text)?.at).toBe(at);
	});

	it("each date that Date writes", () => {
		const date = fc.date({
			min: new Date("0100-01-01T00:00:00Z"),
			max: new Date("9999-12-31T23:59:59Z"),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(date, (date) => {
				expect(parseTime(date.toISOString())).toEqual({
					form: "dates",
					at: date.getTime(),
				});
			}),
		);
	});
});

describe("refuses", () => {
	it.each([
		"",
		"noon",
		"12:00",
		"2015-02-30",
		"2015-13-01",
		"2015-00-01",
		"2015-02-02T24:00",
		"2015-02-02T12:60",
		"2015-02-02T12:00:60",
		"2015-02-02T12",
		"2015-02-02T12:00+24:00",
		"2015-02-02T12:00+01:60",
		"2015-02-02T12:00 ",
		"02/02/2015",
		"2015-2-2",
		"0099-01-01",
		"1e300",
		"Infinity",
		"0x10",
		"2015-02-02\n",
	])("%j", (text) => {
		expect(parseTime(text)).toBeUndefined();
	});
});
