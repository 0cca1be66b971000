import { describe, expect, it } from "vitest";
import { Twin } from "../../../host-sim/web/twin.js";

const TWIN = '{"desired":{"ledOn":true,"$version":3},"reported":{"led":{"on":true,"by":"x"},"$version":7}}';

/** A twin that has taken the whole of `TWIN`. */
const taken = (): Twin => {
	const twin = new Twin();
	twin.take(TWIN);
	return twin;
};

describe("a twin on the page", () => {
	it("has no section before the hub has told one", () => {
		expect(new Twin().view).toEqual({});
	});

	it("has both sections as the hub answers, without what is the hub's own", () => {
		expect(taken().view).toEqual({
			desired: { version: 3, properties: [{ name: "ledOn", value: "true" }] },
			reported: { version: 7, properties: [{ name: "led", value: '{"on":true,"by":"x"}' }] },
		});
	});

	it.each([
		["changes a value", '{"ledOn":false,"$version":4}', 4, [{ name: "ledOn", value: "false" }]],
		["deletes what is null", '{"ledOn":null,"$version":4}', 4, []],
		[
			"adds one",
			'{"a":[1],"$version":5}',
			5,
			[
				{ name: "ledOn", value: "true" },
				{ name: "a", value: "[1]" },
			],
		],
		["is older than what is known", '{"ledOn":false,"$version":3}', 3, [{ name: "ledOn", value: "true" }]],
		["has no version", '{"ledOn":false}', 3, [{ name: "ledOn", value: "true" }]],
		["is no object", "[]", 3, [{ name: "ledOn", value: "true" }]],
		["is no JSON", "{", 3, [{ name: "ledOn", value: "true" }]],
		[
			"is too deep to be read",
			`{"a":${'{"b":'.repeat(10_000)}1${"}".repeat(10_000)},"$version":4}`,
			3,
			[{ name: "ledOn", value: "true" }],
		],
		[
			"has a name that objects have of their own",
			'{"__proto__":{"x":1},"$version":4}',
			4,
			[
				{ name: "ledOn", value: "true" },
				{ name: "__proto__", value: '{"x":1}' },
			],
		],
	])("takes a change of desired properties that %s", (_, change, version, properties) => {
		const twin = taken();
		twin.desire(change);
		expect(twin.view.desired).toEqual({ version, properties });
	});

	it.each([
		[
			"merges objects",
			'{"led":{"on":false,"by":null,"n":1}}',
			8,
			[{ name: "led", value: '{"on":false,"n":1}' }],
		],
		["replaces what is no object", '{"led":5}', 8, [{ name: "led", value: "5" }]],
		["keeps the version where the hub says none", '{"led":null}', undefined, []],
		["is no JSON", "x", 8, [{ name: "led", value: '{"on":true,"by":"x"}' }]],
	])("takes a change of reported properties that %s", (_, change, version, properties) => {
		const twin = taken();
		twin.report(change, version);
		expect(twin.view.reported?.properties).toEqual(properties);
		expect(twin.view.reported?.version).toBe(version === undefined || change === "x" ? 7 : version);
	});

	it.each([
		["done", { value: 5, ac: 200, av: 3 }, { value: "5", ack: { status: 200, version: 3 } }],
		[
			"refused, with a description",
			{ value: "x", ac: 400, av: 3, ad: "wants a number" },
			{ value: '"x"', ack: { status: 400, version: 3, reason: "wants a number" } },
		],
		["of which only the status is known", { ac: 203 }, { value: "", ack: { status: 203 } }],
		["of another form", { value: 5, ac: "200" }, { value: '{"value":5,"ac":"200"}' }],
	])("shows an acknowledgement that is %s", (_, value, wanted) => {
		const twin = new Twin();
		twin.report(JSON.stringify({ p: value }), 1);
		expect(twin.view.reported?.properties).toEqual([{ name: "p", ...wanted }]);
	});

	it("cuts long names and values, and says how many more properties there are", () => {
		const twin = new Twin();
		const many = Object.fromEntries(
			Array.from({ length: 102 }, (_, at) => [`${"n".repeat(300)}${at}`, "v".repeat(300)]),
		);
		twin.desire(JSON.stringify({ ...many, $version: 1 }));
		const { desired } = twin.view;
		expect(desired?.properties.length).toBe(100);
		expect(desired?.more).toBe(2);
		expect(desired?.properties[0]).toEqual({ name: "n".repeat(200), value: `"${"v".repeat(199)}…` });
	});
});
