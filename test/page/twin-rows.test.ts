import { describe, expect, it } from "vitest";
import { acknowledgement, rowsOfTwin, sectionWords } from "../../host-sim/page/twin-rows.js";
import type { TwinPropertyView } from "../../host-sim/web/protocol.js";

const property = (name: string, value: string): TwinPropertyView => ({ name, value });

describe("the rows of a twin", () => {
	it("have what is desired beside what is reported, by name", () => {
		const desired = { version: 2, properties: [property("b", "1"), property("a", "2")] };
		const reported = { version: 3, properties: [property("led", "{}"), property("a", "3")] };
		expect(rowsOfTwin({ desired, reported })).toEqual([
			{ name: "b", desired: "1" },
			{ name: "a", desired: "2", reported: property("a", "3") },
			{ name: "led", reported: property("led", "{}") },
		]);
	});

	it("are none while nothing is known", () => {
		expect(rowsOfTwin({})).toEqual([]);
	});

	it.each([
		[undefined, "not known"],
		[{ properties: [] }, ""],
		[{ version: 7, properties: [] }, "version 7"],
	])("are headed by the section's version: %o", (section, words) => {
		expect(sectionWords(section)).toBe(words);
	});
});

describe("how a device has taken a desired property over", () => {
	it.each([
		[undefined, undefined],
		[
			{ status: 200, version: 2 },
			{ text: "accepted, 200 for version 2", isRefused: false },
		],
		[{ status: 202 }, { text: "accepted, 202", isRefused: false }],
		[
			{ status: 203, version: 0 },
			{ text: "its own", isRefused: false },
		],
		[
			{ status: 400, version: 3, reason: "wants a number" },
			{ text: "refused, 400 for version 3: wants a number", isRefused: true },
		],
	])("%o", (ack, words) => {
		expect(acknowledgement({ ...property("a", "1"), ...(ack && { ack }) })).toEqual(words);
	});
});
