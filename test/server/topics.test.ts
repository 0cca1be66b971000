import { describe, expect, it } from "vitest";
import { ServerCore } from "../../server/core.js";
import { Topics } from "../../server/topics.js";

describe("a layout of topics", () => {
	it.each([
		{ id: "lamp", telemetry: "{id}/telemetry", filter: "lamp/telemetry", commands: "lamp/c" },
		{ id: undefined, telemetry: "{id}/telemetry", filter: "+/telemetry", commands: "lamp/c" },
		{ id: undefined, telemetry: "home/{id}", filter: "home/+", commands: "lamp/c" },
		{ id: undefined, telemetry: "{id}", filter: "+", commands: "lamp/c" },
		{ id: "lamp", telemetry: "home/x-{id}-y", filter: "home/x-lamp-y", commands: "lamp/c" },
		{ id: "lamp", telemetry: "home/light", filter: "home/light", commands: "lamp/c" },
	])("of $telemetry for $id subscribes to $filter", ({ id, telemetry, filter, commands }) => {
		const topics = new Topics(id, { telemetry, commands: "{id}/c" });
		expect([...topics.filters, topics.commandsOf("lamp")]).toEqual([filter, commands]);
	});

	it.each([
		{ telemetry: "home/{id}/light", topic: "home/lamp/light", device: "lamp" },
		{ telemetry: "home/{id}/light", topic: "home/a/b/light", device: undefined },
		{ telemetry: "home/{id}/light", topic: "home//light", device: undefined },
		{ telemetry: "home/{id}/light", topic: "home/light", device: undefined },
		{ telemetry: "home/{id}/light", topic: "home/lamp/dark", device: undefined },
		{ telemetry: "home/{id}/light", topic: "dome/lamp/light", device: undefined },
		{ telemetry: "a/{id}/a", topic: "a/a", device: undefined },
		{ telemetry: "{id}/a/$x", topic: "l/a/$x", device: "l" },
		{ telemetry: "{id}", topic: "lamp", device: "lamp" },
	])("of $telemetry finds $device in $topic", ({ telemetry, topic, device }) => {
		expect(new Topics(undefined, { telemetry, commands: "x/{id}/c" }).deviceOf(topic)).toBe(device);
	});

	it.each([
		{ id: "lamp", acks: undefined, filters: ["lamp/acks"], topic: "lamp/acks", other: "other/acks" },
		{ id: undefined, acks: undefined, filters: ["+/acks"], topic: "lamp/acks", other: "a/b/acks" },
		{ id: undefined, acks: "a/{id}", filters: ["a/+"], topic: "a/lamp", other: "lamp/acks" },
		{ id: ["lamp", "l"], acks: "{id}", filters: ["lamp", "l"], topic: "lamp", other: "lamp/acks" },
		{ id: "lamp", acks: "acks", filters: ["acks"], topic: "acks", other: "lamp/acks" },
		{ id: "lamp", acks: null, filters: [], topic: undefined, other: "lamp/acks" },
	])("has acknowledgements of $id on $filters with $acks", ({ id, acks, filters, topic, other }) => {
		const topics = new Topics(id, { acks });
		expect([topics.ackFilters, topics.acksOf("lamp")]).toEqual([filters, topic]);
		if (topic !== undefined) expect(topics.isAck(topic)).toBe(true);
		// Another device's acknowledgement is one, too, but nobody subscribes to it.
		expect(topics.isAck(other)).toBe(other === "other/acks");
	});

	it.each([
		{ use: "orders", topic: "lamp/orders" },
		{ use: "responses", topic: "lamp/responses" },
		{ use: "status", topic: "lamp/status" },
	] as const)("has $use on $topic, or where it says", ({ use, topic }) => {
		expect(new Topics(undefined).deviceIn(use, topic)).toBe("lamp");
		expect(new Topics(undefined, { [use]: `x/{id}/${use}` }).deviceIn(use, `x/lamp/${use}`)).toBe("lamp");
		expect(new Topics(undefined, { [use]: null }).deviceIn(use, topic)).toBeUndefined();
	});

	it("of before there were orders goes on without them, if it uses their topic", () => {
		const topics = new Topics(undefined, { commands: "{id}/orders" });
		expect([topics.orderFilters, topics.deviceIn("orders", "lamp/orders")]).toEqual([[], undefined]);
	});

	it("without an id in it belongs to the one device", () => {
		const topics = new Topics("lamp", { telemetry: "home/light" });
		expect([topics.deviceOf("home/light"), topics.deviceOf("home/lights")]).toEqual(["lamp", undefined]);
	});

	it.each([
		{ id: undefined, telemetry: "home/{id}-x", says: 'topics.telemetry: for all devices {id} must be a whole level of "home/{id}-x"' }, // biome-ignore format: a row
		{ id: undefined, telemetry: "home", says: "topics.telemetry: for all devices" },
		{ id: undefined, commands: "home/x{id}", says: "topics.commands: for all devices" },
		{
			id: ["l", "m"],
			telemetry: "home",
			says: 'topics.telemetry: for several devices {id} must be in "home"',
		},
		{ id: ["l", "m"], commands: "home", says: 'topics.commands: for several devices {id} must be in "home"' },
		{ id: ["l", "m"], telemetry: "a/{id}", commands: "a/{id}", says: "wants another topic" },
		{ id: "l", telemetry: null, says: "topics.telemetry: the server needs it, got null" },
		{ id: "l", commands: null, says: "topics.commands: the server needs it, got null" },
		{ id: "l", telemetry: "a", commands: "a", says: "topics.commands: wants another topic than topics.telemetry" }, // biome-ignore format: a row
		{ id: "l", telemetry: "a/l", commands: "a/{id}", says: "wants another topic" },
		{ id: "l", telemetry: "{id}/acks", says: "topics.acks: wants another topic than topics.telemetry" },
		{ id: "l", commands: "l/acks", says: "topics.acks: wants another topic than topics.commands" },
		{ id: undefined, acks: "acks", says: "topics.acks: for all devices" },
		{ id: ["l", "m"], acks: "acks", says: "topics.acks: for several devices" },
		{ id: "l", acks: "a/+", says: "topics.acks: got" },
		{ id: undefined, status: "status", says: "topics.status: for all devices" },
		{ id: "l", orders: "{id}/telemetry", says: "topics.orders: wants another topic than topics.telemetry" },
		{ id: "l", responses: "a", status: "a", says: "topics.status: wants another topic than topics.responses" }, // biome-ignore format: a row
		{ id: "l", telemetry: "x".repeat(65_536), says: "topics.telemetry: 65536 bytes, wants 65535 at most" },
		...[
			"",
			"{id}/{id}",
			"a/+",
			"#",
			"a\0",
			"a\n",
			"\u0085",
			"\ud800",
			"\uffff",
			"\u{1fffe}",
			"$SYS/{id}",
			"{Id}/a",
			"{id}}",
			"{",
			"\ud83d{id}\udca1",
		].map((telemetry) => ({
			...{ id: "l", telemetry },
			says: 'wants a topic name without "+", "#", "$" at its beginning and braces other than one {id}',
		})),
	])("is refused: $telemetry, $commands, $acks: $says", ({ id, says, ...topics }) => {
		expect(() => new Topics(id, topics)).toThrow(says);
		expect(() => new ServerCore({ id, topics })).toThrow(RangeError);
	});
});

it("answers where the layout says, and refuses in its words", () => {
	const core = new ServerCore({ topics: { telemetry: "home/{id}/light", commands: "home/{id}/set" } });
	const message = {
		topic: "home/lamp/light",
		payload: new TextEncoder().encode('{"light":5}'),
		retain: false,
	};
	expect(core.filters).toEqual(["home/+/light"]);
	expect(core.receive(message)[1]).toMatchObject({ kind: "send", device: "lamp", topic: "home/lamp/set" });
	expect(core.receive({ ...message, topic: "lamp/telemetry" })).toMatchObject([
		{ kind: "refused", reason: "the topic is not home/<id>/light" },
	]);
});
