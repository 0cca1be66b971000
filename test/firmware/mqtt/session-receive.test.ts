import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyCuts } from "./arbitraries.js";
import { broker, byteByByte, Client, chunked, concat, generated, hex, splits } from "./support.js";

const { publish } = broker;

describe("a message", () => {
	it.each([
		{
			name: "with QoS 0 is told, and not answered [MQTT-3.3.4-1]",
			bytes: publish("a", "on"),
			lines: ["< a=on"],
		},
		{
			name: "with QoS 1 is told, then acknowledged [MQTT-3.3.4-1] [MQTT-2.3.1-6]",
			bytes: publish("a", "on", 1, 0xfffe),
			lines: ["< a=on", "> puback 65534"],
		},
		{
			name: "with QoS 1 that comes again is told again [MQTT-3.3.1-3] [MQTT-4.3.2-2]",
			bytes: publish("a", "on", 1, 5, true),
			lines: ["< a=on", "> puback 5"],
		},
		{ name: "may be empty [MQTT-3.3.1-10]", bytes: publish("a", ""), lines: ["< a="] },
		{
			name: "may be empty with QoS 1",
			bytes: publish("a", "", 1, 7),
			lines: ["< a=", "> puback 7"],
		},
		{
			name: "too large with QoS 0 is told as such",
			bytes: publish("a", "x".repeat(300)),
			lines: ["< a, oversize 300"],
		},
		{
			name: "too large with QoS 1 is told as such and acknowledged [MQTT-4.5.0-2]",
			bytes: publish("a", "x".repeat(300), 1, 9),
			lines: ["< a, oversize 300", "> puback 9"],
		},
		{
			name: "may have the packet id of one of ours [MQTT-2.3.1-4]",
			bytes: publish("a", "on", 1, 1),
			lines: ["< a=on", "> puback 1"],
		},
	])("$name", ({ bytes, lines }) => {
		for (const pieces of [...splits(bytes), byteByByte(bytes)]) {
			const client = new Client().online();
			client.publish("b");
			client.subscribe("c");
			client.take();
			expect(pieces.flatMap((piece) => client.receive(piece))).toEqual(lines);
			expect(client.receive(broker.puback(1))).toEqual(["discard 1", "acknowledged 1"]);
		}
	});

	it("says all that the packet says", () => {
		const client = new Client().online();
		const packet = generated({
			cmd: "publish",
			topic: "lamp/\u20ac",
			payload: "on",
			qos: 1,
			dup: true,
			retain: true,
			messageId: 77,
		});
		client.session.receive(packet, 0);
		expect(client.session.next()).toEqual({
			kind: "publish",
			topic: "lamp/\u20ac",
			payload: new Uint8Array(Buffer.from("on")),
			qos: 1,
			retain: true,
			duplicate: true,
			id: 77,
		});
	});

	it("is acknowledged only when the next thing is asked for: it has an owner then [MQTT-4.3.2-2]", () => {
		const client = new Client().online();
		client.session.receive(publish("a", "on", 1, 5), 0);
		expect(client.session.next()).toMatchObject({ kind: "publish", topic: "a" });
		// The network goes before the program has asked again: the broker will send it again.
		expect(client.lose()).toEqual([]);
		client.online(true);
		expect(client.receive(publish("a", "on", 1, 5, true))).toEqual(["< a=on", "> puback 5"]);
	});

	it("is not even looked at before the one ahead of it is acknowledged [MQTT-4.6.0-2]", () => {
		const client = new Client().online();
		client.session.receive(concat(publish("a", "1", 1, 5), publish("a", "2", 1, 6), hex("00")), 0);
		const kinds: string[] = [];
		for (let output = client.session.next(); output !== undefined; output = client.session.next()) {
			kinds.push(output.kind);
			// What the program does meanwhile is behind what is due already.
			if (output.kind === "publish" && output.id === 5) client.publish("b", "", 0);
		}
		expect(kinds).toEqual(["publish", "transmit", "transmit", "publish", "transmit", "closed"]);
	});

	it("is told and acknowledged in the order of the messages [MQTT-4.6.0-2] [MQTT-4.6.0-6]", () => {
		const client = new Client().online();
		const messages = [9, 3, 4, 65_535].map((id) => publish("a", `${id}`, 1, id));
		expect(client.receive(...messages)).toEqual(
			[9, 3, 4, 65_535].flatMap((id) => [`< a=${id}`, `> puback ${id}`]),
		);
	});

	it("may come right behind CONNACK, before any SUBACK [MQTT-3.1.2-5]", () => {
		const client = new Client();
		client.connect();
		expect(client.receive(broker.connack(true), publish("a", "on", 1, 2))).toEqual([
			"connected, session present",
			"< a=on",
			"> puback 2",
		]);
	});

	it("that matches two subscriptions may come twice: each is told, and acknowledged [MQTT-3.3.5-1]", () => {
		const client = new Client().online();
		client.subscribe("lamp/#", "+/commands");
		client.take();
		client.receive(broker.suback(1, 1, 1));
		const copies = [publish("lamp/commands", "on", 1, 8), publish("lamp/commands", "on", 1, 9)];
		expect(client.receive(...copies)).toEqual([
			...["< lamp/commands=on", "> puback 8"],
			...["< lamp/commands=on", "> puback 9"],
		]);
		expect(
			client.receive(publish("lamp/commands", "on", 2, 8), publish("lamp/commands", "on", 2, 9)),
		).toEqual([
			...["< lamp/commands=on", "store 1", "> pubrec 8"],
			...["< lamp/commands=on", "store 2", "> pubrec 9"],
		]);
	});

	it.each([
		{ qos: 1 as const, lines: ["< a=on", "> puback 5"] },
		{ qos: 2 as const, lines: ["< a=on", "store 1", "> pubrec 5"] },
	])(
		"with QoS $qos is answered so, though less was granted [MQTT-3.8.4-6] [MQTT-4.5.0-2]",
		({ qos, lines }) => {
			const client = new Client().online();
			client.subscribe("a");
			client.take();
			client.receive(broker.suback(1, 0));
			expect(client.receive(publish("a", "on", qos, 5))).toEqual(lines);
		},
	);

	it("behind one that is too large is intact", () => {
		const stream = concat(publish("a", "x".repeat(1000), 1, 1), publish("b", "on", 1, 2));
		for (const size of [1, 7, 255, 256, 257, 2000]) {
			const client = new Client().online();
			const lines: string[] = [];
			for (let at = 0; at < stream.length; at += size) {
				lines.push(...client.receive(stream.subarray(at, at + size)));
			}
			expect(lines).toEqual(["< a, oversize 1000", "> puback 1", "< b=on", "> puback 2"]);
		}
	});

	it("is bounded in memory: a flood is taken at the pace of the program", () => {
		const client = new Client().online();
		const flood = concat(...Array.from({ length: 1000 }, () => publish("a", "on", 1, 5)));
		client.session.receive(flood, 0);
		expect(client.session.next()).toMatchObject({ kind: "publish" });
		// Nothing else has been read yet, so there is room.
		expect(client.publish("b", "", 0)).toBe(0);
		const lines = client.take();
		expect(lines).toHaveLength(2000);
		expect(lines.slice(0, 3)).toEqual(["> puback 5", "> publish b=", "< a=on"]);
	});
});

describe("bytes without a connection", () => {
	it("are nobody's", () => {
		const client = new Client();
		expect(client.receive(broker.connack())).toEqual([]);
		client.online();
		client.lose();
		expect(client.receive(publish("a", "on"))).toEqual([]);
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.receive(broker.connack())).toEqual(["connected"]);
	});
});

describe("any bytes from a broker", () => {
	const packets = [
		...[broker.connack(), broker.puback(1), broker.puback(2), broker.suback(3, 1), broker.pingresp()],
		...[publish("a", "on"), publish("a", "on", 1, 5), publish("a", "x".repeat(300), 1, 6), hex("00")],
	];

	it("lead to outputs, the last of which may be `closed`, but never throw", () => {
		const piece = fc.oneof(
			{ weight: 4, arbitrary: fc.constantFrom(...packets) },
			fc.uint8Array({ maxLength: 6 }),
		);
		const streams = fc.array(piece, { maxLength: 12 }).map((pieces) => concat(...pieces));
		fc.assert(
			fc.property(streams, anyCuts, fc.boolean(), (stream, cuts, accepted) => {
				const client = new Client();
				client.connect();
				if (accepted) client.receive(broker.connack());
				if (accepted) client.publish("a");
				if (accepted) client.publish("b");
				if (accepted) client.subscribe("c");
				client.take();
				const lines = chunked(stream, cuts).flatMap((bytes) => client.receive(bytes));
				const closed = lines.findIndex((line) => line.startsWith("closed: "));
				if (closed >= 0) expect(closed).toBe(lines.length - 1);
				if (accepted || closed >= 0) expect(client.session.isConnected).toBe(closed < 0);
				expect(client.timeout === undefined).toBe(closed >= 0);
			}),
			{ numRuns: 500 },
		);
	});
});
