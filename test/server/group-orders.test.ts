import { describe, expect, it } from "vitest";
import type { RuleSet } from "../../server/rules/rule-set.js";
import { StoreFailure } from "../../server/store/store.js";
import { Bench } from "./orders-bench.js";

const rules: RuleSet = { rules: [], groups: new Map([["lamps", ["a", "b"]]]) };

/** Orders a group and waits for the commit. */
const order = (bench: Bench, group: string, more: object = {}): string[] => {
	const body = { id: "k1", policy: "ordered", command: { led_on: true }, ...more };
	bench.message(`groups/${group}/orders`, JSON.stringify(body));
	return bench.wait(5);
};

describe("an order for a group", () => {
	it("is one for each of its devices, and is confirmed for all of them", () => {
		const bench = new Bench({ rules });
		expect(bench.core.orderFilters).toContain("groups/+/orders");
		expect(order(bench, "lamps").sort()).toEqual(
			[
				...["k1 accepted", "k1 accepted"],
				...["a/responses k1 202 by nightlight", "b/responses k1 202 by nightlight"],
				'groups/lamps/responses k1 202 {"members":2} by nightlight',
				...["a/commands k1 1", "b/commands k1 1"],
			].sort(),
		);
	});

	it("that comes again is the same one", () => {
		const bench = new Bench({ rules });
		order(bench, "lamps");
		expect(order(bench, "lamps").filter((line) => line.includes("/commands"))).toEqual([]);
		bench.message("a/responses", '{"id":"k1","status":200}');
		bench.wait(5);
		expect(order(bench, "lamps")).toContain("a/responses k1 200 by nightlight");
	});

	it("reaches only the devices that the server serves", () => {
		const bench = new Bench({ rules, id: ["b", "c"] });
		expect(order(bench, "lamps")).toContain('groups/lamps/responses k1 202 {"members":1} by nightlight');
		expect(bench.bodies).toHaveLength(1);
	});

	it("is taken whole, also by many devices that have one already", () => {
		const many = Array.from({ length: 6000 }, (_, index) => `d${index}`);
		const bench = new Bench({ rules: { rules: [], groups: new Map([["lamps", many]]) } });
		for (const id of ["k1", "k2"])
			expect(order(bench, "lamps", { id, policy: "newest" })).toContain(
				`groups/lamps/responses ${id} 202 {"members":6000} by nightlight`,
			);
	});

	it("is refused if the server serves none of its devices", () => {
		const bench = new Bench({ rules, id: ["c"] });
		const said = order(bench, "lamps");
		expect(said).toContain(
			'groups/lamps/responses k1 404 {"reason":"no device of the group is served here"} by nightlight',
		);
		expect(said.join("\n")).toContain("unknown-group");
	});

	it.each([
		{
			name: "a group that the rule file does not have",
			group: "other",
			says: 'groups/other/responses k1 404 {"reason":"no such group in the rule file"} by nightlight',
			code: "unknown-group",
		},
		{
			name: "a malformed one",
			group: "lamps",
			more: { policy: "all" },
			says: 'groups/lamps/responses k1 400 {"reason":"policy is not \\"newest\\" or \\"ordered\\""} by nightlight',
			code: "wrong-order",
		},
	])("is refused: $name", ({ group, more, says, code }) => {
		const bench = new Bench({ rules });
		const said = order(bench, group, more);
		expect(said).toContain(says);
		expect(said.join("\n")).toContain(code);
		expect(bench.bodies).toEqual([]);
	});

	it("is refused when it is retained: the broker would hand it out again", () => {
		const bench = new Bench({ rules });
		bench.message("groups/lamps/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}', true);
		expect(bench.wait(5).join("\n")).toContain("retained-order");
		expect(bench.bodies).toEqual([]);
	});

	it("is stored before it is confirmed", () => {
		const bench = new Bench({ rules });
		bench.message("groups/lamps/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}');
		expect(bench.said).toEqual([]);
		bench.wait(5);
		expect(bench.store.orders.openOrders()).toHaveLength(2);
	});

	it("that cannot be stored is not confirmed, and comes again", () => {
		const bench = new Bench({ rules });
		const { orders } = bench.store;
		const outcomeOf = orders.outcomeOf.bind(orders);
		orders.outcomeOf = () => {
			throw new StoreFailure("full", "the disk is full");
		};
		expect(order(bench, "lamps").join("\n")).not.toContain("responses");
		orders.outcomeOf = outcomeOf;
		// The store is tried again each second.
		bench.wait(2000);
		expect(order(bench, "lamps")).toContain('groups/lamps/responses k1 202 {"members":2} by nightlight');
	});

	it("is nothing to a server without a rule file", () => {
		const bench = new Bench();
		expect(bench.core.orderFilters).not.toContain("groups/+/orders");
		expect(order(bench, "lamps").join("\n")).toContain("unsubscribed-topic");
	});
});
