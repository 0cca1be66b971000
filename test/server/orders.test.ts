import { describe, expect, it } from "vitest";
import { MOST_OF_DEVICE, QUIET, RESEND_DELAYS } from "../../server/orders.js";
import { MemoryStore } from "../../server/store/memory.js";
import { Bench, TODAY } from "./orders-bench.js";

const confirmed = (id: string) => [`${id} accepted`, `lamp/responses ${id} 202 by nightlight`];
const sent = (id: string, seq: number) => `lamp/commands ${id} ${seq}`;

describe("an order", () => {
	it("is confirmed, sent with a number, and ends with the device's answer", () => {
		const bench = new Bench();
		expect(bench.order("k1")).toEqual([...confirmed("k1"), sent("k1", 1)]);
		expect(bench.bodies).toEqual(['{"by":"hand","led_on":true,"id":"k1","stream":"aaaaaaaa","seq":1}']);
		expect(bench.answer("k1", 200, { light: 400 })).toEqual(["k1 answered 200"]);
		expect(bench.wait(600_000)).toEqual([]);
		expect(bench.core.alarm).toBeUndefined();
	});

	it("has who decided, the members of its command, then its own", () => {
		const bench = new Bench();
		bench.order("k1", { command: { b: [1, { c: "é" }], a: null, 1: "x" }, expires: 60 });
		expect(bench.bodies).toEqual([
			`{"by":"hand","1":"x","b":[1,{"c":"é"}],"a":null,"id":"k1","stream":"aaaaaaaa","seq":1,"expires":${TODAY + 61_000}}`,
		]);
	});

	it("is stored before anything is said of it", () => {
		const bench = new Bench();
		bench.message("lamp/orders", JSON.stringify({ id: "k1", policy: "newest", command: { a: 1 } }));
		expect(bench.said).toEqual([]);
		expect(bench.store.orders.openOrders()).toEqual([]);
		bench.wait(5);
		expect(bench.store.orders.openOrders()).toMatchObject([{ id: "k1", seq: 1, command: '{"a":1}' }]);
		expect(bench.store.orders.orderStream("lamp")).toEqual({ device: "lamp", stream: "aaaaaaaa", seq: 1 });
	});

	it("is one only, however often it comes, and each time its sender is told how it stands", () => {
		const bench = new Bench();
		bench.order("k1");
		expect(bench.order("k1", { command: { led_on: false } })).toEqual([
			"lamp/responses k1 202 by nightlight",
		]);
		bench.answer("k1", 400, { reason: "wrong" });
		const ended = 'lamp/responses k1 400 {"reason":"wrong"} by nightlight';
		expect(bench.order("k1")).toEqual([ended]);
		bench.crash();
		bench.connect();
		expect(bench.order("k1")).toEqual([ended]);
	});

	it("that comes twice before the commit is one, too", () => {
		const bench = new Bench();
		bench.message("lamp/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}');
		bench.message("lamp/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}');
		expect(bench.wait(5).filter((line) => line.includes(" 202 "))).toHaveLength(2);
		expect(bench.bodies).toHaveLength(1);
	});

	it("of one device does not wait for another device", () => {
		const bench = new Bench();
		bench.order("k1");
		bench.message("lamp2/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}');
		expect(bench.wait(5)).toContain("lamp2/commands k1 1");
	});

	it(`waits among ${MOST_OF_DEVICE} of its device at most`, () => {
		const bench = new Bench();
		for (let index = 0; index < MOST_OF_DEVICE; index++) bench.order(`k${index}`);
		expect(bench.order("more")).toEqual([
			"refused lamp too-many-orders: too many orders are open",
			'lamp/responses more 400 {"reason":"too many"} by nightlight',
		]);
		bench.answer("k0");
		expect(bench.order("more")).toEqual(confirmed("more"));
	}, 60_000);
});

describe("orders of policy ordered", () => {
	it("are under way one at a time, in order", () => {
		const bench = new Bench();
		bench.order("k1");
		expect([...bench.order("k2"), ...bench.order("k3")]).toEqual([...confirmed("k2"), ...confirmed("k3")]);
		expect(bench.answer("k2")).toEqual([]);
		expect(bench.answer("k1")).toEqual(["k1 answered 200", sent("k2", 2)]);
		expect(bench.answer("k1")).toEqual([]);
		expect(bench.answer("k2", 500)).toEqual(["k2 answered 500", sent("k3", 3)]);
	});
});

describe("an order of policy newest", () => {
	const newest = { policy: "newest" };
	const replaced = (id: string, by: string) => [
		`${id} replaced 409`,
		`lamp/responses ${id} 409 {"reason":"replaced by ${by}"} by nightlight`,
	];

	it("replaces the one before, though that was sent", () => {
		const bench = new Bench();
		bench.order("k1", newest);
		expect(bench.order("k2", newest)).toEqual([
			"k2 accepted",
			"k1 replaced 409",
			"lamp/responses k2 202 by nightlight",
			replaced("k1", "k2")[1],
			sent("k2", 2),
		]);
		expect(bench.answer("k1")).toEqual([]);
		expect(bench.order("k1", newest)).toEqual([replaced("k1", "k2")[1]]);
	});

	it("replaces those that wait, and none of policy ordered", () => {
		const bench = new Bench();
		bench.order("a");
		bench.order("k1", newest);
		bench.order("b");
		const said = bench.order("k2", newest);
		expect(said).toEqual(expect.arrayContaining(replaced("k1", "k2")));
		expect(said.filter((line) => line.includes("replaced"))).toHaveLength(2);
		expect(bench.answer("a")).toContain(sent("b", 2));
		expect(bench.answer("b")).toContain(sent("k2", 3));
		bench.answer("k2");
		expect(bench.order("k3", newest)).toEqual([...confirmed("k3"), sent("k3", 4)]);
	});
});

describe("an order without an answer", () => {
	it("is sent again though one behind it ends at the same time", () => {
		const bench = new Bench();
		bench.order("a");
		bench.order("k1", { policy: "newest" });
		bench.message("lamp/status", "online");
		bench.message("lamp/orders", '{"id":"k2","policy":"newest","command":{"a":1}}');
		expect(bench.wait(5)).toContain(sent("a", 1));
	});

	it("is sent again after 5, 10, 20, 40, 60, 60 … seconds, with its number", () => {
		const bench = new Bench();
		bench.order("k1");
		expect(RESEND_DELAYS).toEqual([5000, 10_000, 20_000, 40_000, 60_000]);
		for (const delay of [...RESEND_DELAYS, 60_000, 60_000]) {
			expect(bench.wait(delay - 1)).toEqual([]);
			// Each sending comes with a commit, 5 ms later.
			expect(bench.wait(1 + 5)).toEqual([sent("k1", 1)]);
		}
	});

	it("is sent again each time the device says that it is online, and then after 5 s", () => {
		const bench = new Bench();
		bench.order("k1");
		bench.wait(40_000);
		expect(bench.status("online")).toEqual([sent("k1", 1)]);
		expect(bench.status("online", true)).toEqual([sent("k1", 1)]);
		expect(bench.wait(4900)).toEqual([]);
		expect(bench.wait(200)).toEqual([sent("k1", 1)]);
	});

	it("waits while the device is offline, and is sent when it is back", () => {
		const bench = new Bench();
		bench.status("offline");
		expect(bench.order("k1")).toEqual(confirmed("k1"));
		expect(bench.wait(3_600_000)).toEqual([]);
		expect(bench.status("online")).toEqual([sent("k1", 1)]);
		bench.status("offline");
		expect(bench.wait(3_600_000)).toEqual([]);
		expect(bench.status("else")).toEqual([]);
		expect(bench.status("online")).toEqual([sent("k1", 1)]);
	});

	it("is sent to a device that was offline, by what was heard, and reports", () => {
		const bench = new Bench();
		bench.status("offline");
		bench.order("k1");
		bench.message("lamp/telemetry", '{"light":1}');
		expect(bench.wait(5)).toEqual(["received", "send", sent("k1", 1)]);
	});

	it("has newer ones replace it before a device that was offline sees it", () => {
		const bench = new Bench();
		bench.status("offline");
		for (const id of ["k1", "k2", "k3"]) bench.order(id, { policy: "newest" });
		expect(bench.status("online")).toEqual([sent("k3", 1)]);
	});
});

describe("an order that expires", () => {
	const expired = (id: string) => [
		`${id} expired 408`,
		`lamp/responses ${id} 408 {"reason":"expired"} by nightlight`,
	];

	it("ends with 408 when its time is over, and the next one is sent", () => {
		const bench = new Bench();
		bench.order("k1", { expires: 3 });
		bench.order("k2");
		expect(bench.wait(2980)).toEqual([]);
		expect(bench.wait(20)).toEqual([...expired("k1"), sent("k2", 2)]);
		expect(bench.answer("k1")).toEqual([]);
		expect(bench.order("k1")).toEqual([expired("k1")[1]]);
	});

	it("ends while it waits, too, and while the device is offline", () => {
		const bench = new Bench();
		bench.order("k1");
		bench.order("k2", { expires: 0.5 });
		bench.status("offline");
		expect(bench.wait(600)).toEqual(expired("k2"));
	});

	it("ends after a day, or when the clock is set, within a minute", () => {
		const bench = new Bench();
		bench.order("k1", { expires: 86_400 });
		bench.status("offline");
		expect(bench.wait(86_300_000)).toEqual([]);
		// The date is a day further, though no time has gone by.
		bench.core.tick(bench.now + 60_000, TODAY + 2 * 86_400_000);
		expect(bench.wait(60_005)).toEqual(expired("k1"));
	});

	it("ends when the server is back, if it did so meanwhile", () => {
		const bench = new Bench();
		bench.order("k1", { expires: 10 });
		bench.crash();
		bench.now += 60_000;
		bench.connect();
		expect(bench.wait(5)).toEqual(expired("k1"));
	});
});

describe("a server that is killed and started again", () => {
	it("sends what was under way with the same number, and knows what waits", () => {
		const bench = new Bench();
		bench.order("k1");
		bench.order("k2");
		bench.crash();
		bench.connect();
		expect(bench.wait(QUIET - 1)).toEqual([]);
		expect(bench.wait(10)).toEqual([sent("k1", 1)]);
		expect(bench.answer("k1")).toEqual(["k1 answered 200", sent("k2", 2)]);
		expect(new Set(bench.bodies.map((body) => JSON.parse(body).stream))).toEqual(new Set(["aaaaaaaa"]));
	});

	it.each([
		{ state: "not committed", before: (bench: Bench) => bench.message("lamp/orders", '{"id":"k1","policy":"ordered","command":{"a":1}}'), after: [] }, // biome-ignore format: a row
		{ state: "sent", before: (bench: Bench) => bench.order("k1"), after: [sent("k1", 1)] },
		{
			state: "answered, and that is not committed",
			before: (bench: Bench) => {
				bench.order("k1");
				bench.message("lamp/responses", '{"id":"k1","status":200}');
			},
			after: [sent("k1", 1)],
		},
		{
			state: "answered",
			before: (bench: Bench) => {
				bench.order("k1");
				bench.answer("k1");
			},
			after: [],
		},
		{
			state: "waiting, for a device that is offline",
			before: (bench: Bench) => {
				bench.status("offline");
				bench.order("k1");
			},
			after: [sent("k1", 1)],
		},
	])("while the order is $state", ({ before, after }) => {
		const bench = new Bench();
		before(bench);
		bench.said.length = 0;
		bench.crash();
		bench.connect();
		expect(bench.wait(QUIET + 10)).toEqual(after);
	});

	it("without a store begins with another stream", () => {
		let next = 0;
		const random = () => ((next++ % 26) + 0.5) / 26;
		const bench = new Bench({ random });
		bench.order("k1");
		bench.store = new MemoryStore();
		bench.crash();
		bench.connect();
		bench.wait(QUIET);
		bench.order("k2");
		expect(bench.bodies.map((body) => JSON.parse(body))).toMatchObject([
			{ stream: "abcdefgh", seq: 1 },
			{ stream: "ijklmnop", seq: 1 },
		]);
	});
});

describe("a link to the broker that is lost", () => {
	it("has orders wait, and what is to be said of them", () => {
		const bench = new Bench();
		bench.order("k1", { expires: 5 });
		bench.core.disconnected();
		expect(bench.wait(20_000)).toEqual(["k1 expired 408"]);
		bench.connect();
		expect(bench.wait(5)).toEqual(['lamp/responses k1 408 {"reason":"expired"} by nightlight']);
	});

	it("has what was heard of devices forgotten: they may have come online meanwhile", () => {
		const bench = new Bench();
		bench.status("offline");
		bench.order("k1");
		bench.core.disconnected();
		bench.connect();
		expect(bench.wait(QUIET + 10)).toEqual([sent("k1", 1)]);
	});

	it("has the broker's statuses come before orders are sent", () => {
		const bench = new Bench();
		bench.order("k1");
		bench.core.disconnected();
		bench.connect();
		expect([...bench.status("offline", true), ...bench.wait(60_000)]).toEqual([]);
		bench.core.disconnected();
		bench.connect();
		expect(bench.status("online", true)).toEqual([]);
		expect(bench.wait(QUIET)).toEqual([sent("k1", 1)]);
	});
});

describe("refuses", () => {
	it.each([
		{ name: "a retained order", payload: '{"id":"k1","policy":"newest","command":{"a":1}}', retain: true, said: ["refused lamp retained-order: retained: an order is for once"] }, // biome-ignore format: a row
		{ name: "an order without an id", payload: "{}", said: ["refused lamp wrong-order: id is not 1 to 64 of letters, digits, -, _, ."] }, // biome-ignore format: a row
		{
			name: "an order that is wrong otherwise, and tells its sender",
			payload: '{"id":"k1","policy":"x"}',
			said: [
				'refused lamp wrong-order: policy is not "newest" or "ordered"',
				'lamp/responses k1 400 {"reason":"policy is not \\"newest\\" or \\"ordered\\""} by nightlight',
			],
		},
		{ name: "a wrong response", topic: "lamp/responses", payload: '{"id":"k1"}', said: ["refused lamp wrong-response: status is not 200 to 599, and not 202"] }, // biome-ignore format: a row
		{ name: "nothing that a server says", topic: "lamp/responses", payload: '{"by":"x"}', said: [] },
	])("$name", ({ topic = "lamp/orders", payload, retain, said }) => {
		const bench = new Bench();
		bench.message(topic, payload, retain);
		expect(bench.wait(5)).toEqual(said);
		expect(bench.core.counts.messages).toBe(0);
	});

	it("orders for devices that it is not for", () => {
		const bench = new Bench({ id: "lamp" });
		bench.message("other/orders", '{"id":"k1","policy":"newest","command":{"a":1}}');
		expect(bench.wait(5)).toEqual(["refused undefined unsubscribed-topic: the topic was not subscribed to"]);
	});

	it.each([{ observes: true }, { topics: { orders: null } }, { topics: { responses: null } }])(
		"all orders with %j",
		(options) => {
			const bench = new Bench({ id: "lamp", ...options });
			expect(bench.core.orderFilters).toEqual([]);
			expect(bench.order("k1")).toEqual([
				"refused undefined unsubscribed-topic: the topic is not <id>/telemetry",
			]);
		},
	);
});

it("has orders, responses and statuses subscribed to", () => {
	expect(new Bench({ id: ["a", "b"] }).core.orderFilters).toEqual([
		...["a/orders", "b/orders", "a/responses", "b/responses", "a/status", "b/status"],
	]);
	expect(new Bench({ topics: { status: null } }).core.orderFilters).toEqual(["+/orders", "+/responses"]);
});

it("keeps orders in memory with a store that has none", () => {
	const store = { keepsAll: false, through: () => undefined, commit: () => {}, close: () => {} };
	const bench = new Bench({ store });
	bench.order("k1");
	bench.answer("k1");
	expect(bench.order("k1")).toEqual(["lamp/responses k1 200 by nightlight"]);
});
