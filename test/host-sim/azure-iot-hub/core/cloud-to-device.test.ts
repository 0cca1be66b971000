import { describe, expect, it } from "vitest";
import { connectPacket, DEVICEBOUND, Rig, START, token } from "../rig.js";

const send = (rig: Rig, text: string, more = {}) =>
	rig.hub.send("dev1", { body: Buffer.from(text), messageId: text, ...more });

/** A line of a message, as a client hears it. */
const line = (id: number, text: string, dup = "") =>
	`publish ${id} devices/dev1/messages/devicebound/%24.mid=${text}&%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound=${text} q1${dup}`;

const puback = (messageId: number) => ({ cmd: "puback", messageId }) as const;

function subscribed(rig: Rig, clean = false) {
	const client = rig.client("dev1", { clean });
	client.subscribe(DEVICEBOUND);
	return client;
}

describe("a message to a device", () => {
	it("[topics.c2d-filter] [c2d.topic] is sent to who has subscribed, and completed by PUBACK", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		send(rig, "a");
		expect(client.heard()).toEqual([line(1, "a")]);
		expect([rig.hub.waiting("dev1"), rig.told("c2d-completed")]).toEqual([1, []]);
		client.send(puback(1));
		expect(rig.hub.waiting("dev1")).toBe(0);
		expect(rig.told("c2d-completed")).toEqual([{ event: "c2d-completed", device: "dev1", messageId: "a" }]);
	});

	it("leaves no timer behind once it is completed, has expired, or its device is removed", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		const { timers } = rig;
		send(rig, "a");
		expect(rig.timers).toBe(timers + 1);
		client.send(puback(1));
		expect(rig.timers).toBe(timers);
		client.send({ cmd: "disconnect" });
		const { timers: alone } = rig;
		send(rig, "b", { ttl: 1000 });
		send(rig, "c");
		rig.advance(1000);
		expect([rig.timers, rig.told("c2d-expired").length]).toEqual([alone + 1, 1]);
		rig.hub.unregister("dev1");
		expect(rig.timers).toBe(alone);
	});

	it("[c2d.topic] has its properties, null and empty ones too", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		send(rig, "a", {
			system: { contentType: "application/json" },
			application: { none: null, empty: "", "a b": "c/d" },
		});
		expect(client.heard()[0]).toContain("devicebound&%24.ct=application%2Fjson&none&empty=&a%20b=c%2Fd=a");
	});

	it("[c2d.topic] gets an id if it has none", () => {
		const rig = new Rig();
		const sent = [1, 2].map(() => rig.hub.send("dev1", { body: Buffer.from("x") }));
		expect(sent).toEqual([
			{ ok: true, messageId: expect.stringMatching(/^[0-9a-f]{32}$/) },
			{ ok: true, messageId: expect.stringMatching(/^[0-9a-f]{32}$/) },
		]);
		expect(sent[0]).not.toEqual(sent[1]);
	});

	it("[hub.clean-0] waits, and comes right behind CONNACK before SUBSCRIBE", () => {
		const rig = new Rig();
		subscribed(rig).send({ cmd: "disconnect" });
		send(rig, "a");
		send(rig, "b");
		expect(rig.open().send(connectPacket("dev1"))).toEqual(["connack 0 present", line(1, "a"), line(2, "b")]);
	});

	it("[hub.clean-0] [c2d.redelivery] in flight is sent again with DUP, behind CONNACK", () => {
		const rig = new Rig();
		const first = subscribed(rig);
		send(rig, "a");
		send(rig, "b");
		first.send(puback(1));
		first.connection.closed();
		send(rig, "c");
		const second = rig.open();
		expect(second.send(connectPacket("dev1"))).toEqual([
			"connack 0 present",
			line(2, "b", " dup"),
			line(3, "c"),
		]);
		second.send(puback(2));
		second.send(puback(3));
		expect(rig.hub.waiting("dev1")).toBe(0);
	});

	it("[hub.clean-1] does not come before SUBSCRIBE in a clean session, and then without DUP", () => {
		const rig = new Rig();
		subscribed(rig).connection.closed();
		send(rig, "a");
		const client = rig.client("dev1", { clean: true });
		client.heard();
		expect(client.send({ cmd: "pingreq" })).toEqual(["pingresp"]);
		expect(client.subscribe(DEVICEBOUND)).toEqual(["suback 3 1", line(1, "a")]);
	});

	it("[hub.clean-1] is not sent after a clean session has ended the subscription", () => {
		const rig = new Rig();
		subscribed(rig).send({ cmd: "disconnect" });
		rig.client("dev1", { clean: true }).send({ cmd: "disconnect" });
		send(rig, "a");
		expect(rig.open().send(connectPacket("dev1"))).toEqual(["connack 0 present"]);
	});

	it("[c2d.queue] is refused when 50 wait, those in flight included", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		const results = Array.from({ length: 51 }, (_, index) => send(rig, `${index}`));
		expect(results.filter(({ ok }) => ok)).toHaveLength(50);
		expect(results[50]).toMatchObject({
			ok: false,
			error: { status: 403, code: "DeviceMaximumQueueDepthExceeded" },
		});
		client.send(puback(17));
		expect(send(rig, "more").ok).toBe(true);
	});

	it.each([
		{ ttl: undefined, after: 3_600_000 },
		{ ttl: 5000, after: 5000 },
	])("[c2d.ttl] expires after $after ms, also in flight", ({ ttl, after }) => {
		const rig = new Rig();
		send(rig, "a", { ttl });
		rig.advance(after - 1);
		expect(rig.hub.waiting("dev1")).toBe(1);
		const client = rig.client("dev1", { password: token({ expires: START / 1000 + 7200 }) });
		client.subscribe(DEVICEBOUND);
		rig.advance(1);
		expect(rig.hub.waiting("dev1")).toBe(0);
		expect(rig.told("c2d-expired")).toMatchObject([{ messageId: "a" }]);
		client.send(puback(1));
		expect(rig.told("c2d-completed")).toEqual([]);
		client.connection.closed();
		const password = token({ expires: START / 1000 + 7200 });
		expect(rig.open().send(connectPacket("dev1", { password }))).toEqual(["connack 0 present"]);
	});

	it("[c2d.size] [hub.size-counted] may have 64 KB with its properties", () => {
		const rig = new Rig();
		const of = (bytes: number) => rig.hub.send("dev1", { body: Buffer.alloc(bytes), messageId: "m" });
		const properties = "messageIdm".length + "to/devices/dev1/messages/devicebound".length;
		expect(of(65_536 - properties).ok).toBe(true);
		expect(of(65_536 - properties + 1)).toMatchObject({ ok: false, error: { code: "MessageTooLarge" } });
	});

	it("[hub.suback] subscribed with QoS 0 is completed when it is sent", () => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		const subscriptions = [{ topic: DEVICEBOUND, qos: 0 as const }];
		expect(client.send({ cmd: "subscribe", messageId: 3, subscriptions })).toEqual(["suback 3 0"]);
		send(rig, "a");
		expect(client.heard()[0]).toMatch(/^publish devices.* q0$/);
		expect(rig.hub.waiting("dev1")).toBe(0);
	});

	it("[hub.c2d-no-reject] [c2d.redelivery] that nobody acknowledges stays, and is not sent again on the same connection", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		send(rig, "a");
		client.heard();
		client.send(puback(9));
		send(rig, "b");
		expect(client.heard()).toEqual([line(2, "b")]);
		expect(rig.hub.waiting("dev1")).toBe(2);
	});

	it("is not sent after UNSUBSCRIBE", () => {
		const rig = new Rig();
		const client = subscribed(rig);
		client.heard();
		const unsubscribe = { cmd: "unsubscribe", messageId: 4, unsubscriptions: [DEVICEBOUND] } as const;
		expect(client.send({ ...unsubscribe, unsubscriptions: [...unsubscribe.unsubscriptions] })).toEqual([
			"unsuback 4",
		]);
		send(rig, "a");
		expect(client.heard()).toEqual([]);
	});

	it("to a device that nobody knows is refused", () => {
		expect(new Rig().hub.send("none", { body: Buffer.from("") })).toMatchObject({
			error: { status: 404, code: "DeviceNotFound" },
		});
	});
});

describe("a message to a module", () => {
	it.each(["devices/dev1/modules/mod1/inputs/#", "devices/dev1/modules/mod1/#"])(
		"[topics.module-input-filter] comes at an input, to who has subscribed to %s",
		(filter) => {
			const rig = new Rig();
			const client = rig.client("dev1/mod1");
			client.subscribe(filter);
			client.heard();
			rig.hub.send("dev1/mod1", {
				body: Buffer.from("x"),
				messageId: "m",
				input: "in 1",
				application: { a: "b" },
			});
			expect(client.heard()).toEqual([
				"publish 1 devices/dev1/modules/mod1/inputs/in%201/%24.mid=m&a=b=x q1",
			]);
		},
	);

	it.each([
		{ id: "dev1/mod1", input: undefined },
		{ id: "dev1", input: "in" },
	])("[topics.module-input-filter] wants an input for a module only: $id, $input", ({ id, input }) => {
		expect(new Rig().hub.send(id, { body: Buffer.from(""), input })).toMatchObject({
			error: { code: "ArgumentInvalid" },
		});
	});
});
