import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BrokerWays } from "../../../../host-sim/simulation/broker/broker.js";
import { Subscriptions } from "../../../../host-sim/simulation/broker/subscriptions.js";
import { filterFault, matches, nameFault } from "../../../../host-sim/simulation/broker/topics.js";
import { Rig } from "./support.js";

/** Filters, and what they do and do not match; most are the standard's examples (4.7). */
const MATCHES: readonly [filter: string, matching: readonly string[], others: readonly string[]][] = [
	["sport/tennis/player1/#", ["sport/tennis/player1", "sport/tennis/player1/ranking/x"], ["sport/tennis"]],
	["sport/#", ["sport", "sport/", "sport/x/y"], ["sports", "Sport"]],
	["#", ["a", "/", "a/b/c"], ["$SYS", "$SYS/a"]],
	["sport/tennis/+", ["sport/tennis/player1", "sport/tennis/"], ["sport/tennis/player1/x", "sport/tennis"]],
	["sport/+", ["sport/"], ["sport"]],
	["+", ["a"], ["a/b", "/a", "$a"]],
	["+/+", ["/finance", "a/b"], ["finance", "$a/b"]],
	["/+", ["/finance", "/"], ["finance", "a/b"]],
	["+/tennis/#", ["a/tennis", "a/tennis/b"], ["$a/tennis", "a/b"]],
	["a/+/#", ["a/b", "a/b/c", "a/"], ["a", "b/a"]],
	["$SYS/#", ["$SYS", "$SYS/a"], ["SYS/a", "a"]],
	["$SYS/monitor/+", ["$SYS/monitor/Clients"], ["$SYS/monitor"]],
	["a//b", ["a//b"], ["a/b", "a/x/b"]],
	["a/+/+/b", ["a///b"], ["a//b"]],
	["a/$b", ["a/$b"], ["a/b"]],
	["+/$b", ["a/$b"], ["$a/$b"]],
	["ACCOUNTS", ["ACCOUNTS"], ["Accounts", "/ACCOUNTS", "ACCOUNTS/"]],
];

describe("a filter", () => {
	it.each(MATCHES)("%s matches %s and not %s", (filter, matching, others) => {
		expect(filterFault(filter)).toBeUndefined();
		for (const topic of matching) expect([topic, matches(filter, topic)]).toEqual([topic, true]);
		for (const topic of others) expect([topic, matches(filter, topic)]).toEqual([topic, false]);
	});

	const level = fc.constantFrom("a", "b", "", "$s", "é");
	const anyTopic = fc
		.array(level, { minLength: 1, maxLength: 4 })
		.map((levels) => levels.join("/"))
		.filter((topic) => nameFault(topic) === undefined);
	const anyFilter = fc
		.array(fc.oneof(level, fc.constantFrom("+", "#")), { minLength: 1, maxLength: 4 })
		.map((levels) => levels.join("/"))
		.filter((filter) => filterFault(filter) === undefined);

	it("finds its subscribers in the tree exactly where it matches", () => {
		fc.assert(
			fc.property(fc.array(anyFilter, { maxLength: 8 }), anyFilter, anyTopic, (filters, removed, topic) => {
				const tree = new Subscriptions<string>("each");
				for (const filter of [...filters, removed]) tree.add(filter, filter, 0);
				tree.route(topic);
				tree.remove(removed, removed);
				const wanted = new Set(filters.filter((filter) => filter !== removed && matches(filter, topic)));
				const found = tree.route(topic).map(({ subscriber }) => subscriber);
				expect(found.sort()).toEqual([...wanted].sort());
			}),
			{ numRuns: 1000 },
		);
	});

	it("is counted once for each subscriber", () => {
		const tree = new Subscriptions<string>("highest");
		for (const subscriber of ["x", "y", "x"]) tree.add("a/+", subscriber, 0);
		expect(tree.size).toBe(2);
		for (const subscriber of ["x", "x", "z"]) tree.remove("a/+", subscriber);
		expect(tree.size).toBe(1);
	});

	it("leaves the subscribers of other filters alone when it is removed, also if it was never there", () => {
		const tree = new Subscriptions<string>("each");
		tree.add("a/b", "x", 1);
		tree.remove("a", "x");
		tree.remove("a/b/c", "x");
		tree.remove("a/b", "y");
		expect(tree.route("a/b")).toEqual([{ subscriber: "x", qos: 1, qosAway: 1 }]);
	});
});

describe("overlapping filters of a client [MQTT-3.3.5-1]", () => {
	const OVERLAPPING: readonly [BrokerWays["overlapping"], readonly string[]][] = [
		["highest", ["publish 1 a/b=m q2"]],
		["each", ["publish 1 a/b=m q1", "publish a/b=m q0", "publish 2 a/b=m q2"]],
		["first", ["publish 1 a/b=m q1"]],
	];
	it.each(OVERLAPPING)("%s: %s", (overlapping, wanted) => {
		const rig = new Rig({ overlapping });
		const peer = rig.client("a");
		expect(peer.subscribe(["#", 2], ["a/+", 0], ["a/b", 1])).toEqual(["suback 1 2,0,1"]);
		rig.client("p").publishOnce("a/b", "m");
		expect(peer.heard()).toEqual(wanted);
	});

	it.each([
		["highest", ["publish 1 a/b=m q2"]],
		["each", ["publish 1 a/b=m q1", "publish 2 a/b=m q2"]],
		["first", ["publish 1 a/b=m q1"]],
	] as const)("%s: %s for a client that was away", (overlapping, wanted) => {
		const rig = new Rig({ overlapping });
		const peer = rig.client("a", { clean: false });
		peer.subscribe(["#", 2], ["a/+", 1], ["a/b", 0]);
		peer.cut();
		rig.client("p").publishOnce("a/b", "m");
		expect(rig.link().connect("a", { clean: false }).slice(1)).toEqual(wanted);
	});

	it("are each sent the retained messages they match", () => {
		const rig = new Rig();
		rig.client("p").publish("a/b", "m", 1, { retain: true });
		expect(rig.client("a").subscribe(["#", 1], ["a/b", 0])).toEqual([
			"suback 1 1,0",
			"publish 1 a/b=m q1 retain",
			"publish a/b=m q0 retain",
		]);
	});

	/** In which order Mosquitto finds those that match `a/b`. */
	const FOUND = ["a/b/#", "a/b", "a/+/#", "a/+", "a/#", "+/b/#", "+/b", "+/+/#", "+/+", "+/#", "#"];
	it("are found by Mosquitto level by level: literal, +, #, and what goes deeper first", () => {
		const tree = new Subscriptions<string>("first");
		for (const filter of [...FOUND].sort()) tree.add(filter, filter, 0);
		expect(tree.route("a/b").map(({ subscriber }) => subscriber)).toEqual(FOUND);
	});
});

describe("UNSUBSCRIBE", () => {
	it("ends the subscription with that very filter, and is answered even if there is none [MQTT-3.10.4-5]", () => {
		const rig = new Rig();
		const peer = rig.client("a");
		peer.subscribe(["a/+", 0], ["a/b", 0]);
		expect(peer.send({ cmd: "unsubscribe", messageId: 9, unsubscriptions: ["a/+", "never"] })).toEqual([
			"unsuback 9",
		]);
		peer.publish("a/c", "no");
		expect(peer.publish("a/b", "yes")).toEqual(["publish a/b=yes q0"]);
		peer.send({ cmd: "unsubscribe", messageId: 9, unsubscriptions: ["a/b"] });
		expect(peer.publish("a/b", "no")).toEqual([]);
	});

	it("leaves what is on its way on its way [MQTT-3.10.4-3]", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 1, { clean: false });
		rig.client("p").publish("t", "m", 1);
		peer.send({ cmd: "unsubscribe", messageId: 2, unsubscriptions: ["t"] });
		peer.cut();
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0 present", "publish 1 t=m q1 dup"]);
	});
});

it("a subscription made again has the new QoS [MQTT-3.8.4-3]", () => {
	const rig = new Rig();
	const peer = rig.subscriber("a", "t", 2);
	peer.subscribe(["t", 0]);
	rig.client("p").publish("t", "m", 1);
	expect(peer.heard()).toEqual(["publish t=m q0"]);
});

it("more topics than routes are remembered for are routed, twice", () => {
	const peer = new Rig().subscriber("a", "+/x", 0);
	for (let turn = 0; turn < 10_000; turn++) {
		const topic = `${turn % 5000}/x`;
		expect(peer.publish(topic, "")).toEqual([`publish ${topic}= q0`]);
	}
});
