import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { CONNECT, CONNECT_PACKET, connected, raw, spoken, start } from "./support.js";

describe("where Aedes 1.2.0 does other than MQTT 3.1.1 wants, the broker", () => {
	// Aedes 1.2.0 itself closes the connection on the PUBREC, and again at each subscription.
	it.each([
		{ clean: false, subscribed: 2, qos: 1 },
		{ clean: true, subscribed: 2, qos: 2 },
		{ clean: false, subscribed: 1, qos: 1 },
		{ clean: false, subscribed: 0, qos: 0 },
	] as const)(
		"hands a retained message with QoS 2 to a subscription with QoS $subscribed, clean session $clean, with QoS $qos, and the client stays",
		async ({ clean, subscribed, qos }) => {
			const { broker, events } = await start();
			const sender = await connected(broker.url, "sender");
			await sender.publishAsync("a", "kept", { qos: 2, retain: true });
			const receiver = await connected(broker.url, "receiver", { clean });
			const got: string[] = [];
			receiver.on("message", (_topic, payload, packet) =>
				got.push(`${payload} ${packet.qos} ${packet.retain}`),
			);
			await receiver.subscribeAsync("a", { qos: subscribed });
			await expect.poll(() => got).toEqual([`kept ${qos} true`]);
			// What is behind the acknowledgements comes only to a client that is still there.
			await sender.publishAsync("a", "new", { qos: 2 });
			await expect.poll(() => got).toEqual([`kept ${qos} true`, `new ${subscribed} false`]);
			expect(events.filter(({ event }) => event === "disconnected")).toEqual([]);
		},
	);

	// Aedes 1.2.0 itself hands on the DUP of the publisher [MQTT-3.3.1-3], with QoS 0 too [MQTT-3.3.1-2].
	it.each([0, 1] as const)(
		"sends a message that its publisher sent again without DUP, with QoS %d",
		async (qos) => {
			const { broker } = await start();
			const receiver = await connected(broker.url, "receiver");
			const got: string[] = [];
			receiver.on("message", (_topic, payload, packet) => got.push(`${payload} ${packet.qos} ${packet.dup}`));
			await receiver.subscribeAsync("a", { qos });
			const publish = {
				cmd: "publish",
				topic: "a",
				payload: "again",
				qos: 1,
				dup: true,
				retain: false,
			} as const;
			raw(broker.port).socket.write(Buffer.concat([CONNECT, generate({ ...publish, messageId: 1 })]));
			await expect.poll(() => got).toEqual([`again ${qos} false`]);
		},
	);

	// Aedes 1.2.0 itself takes the second PUBREL for the first, and sends the second message again.
	it("forgets messages with QoS 2 that were under way at the same time", async () => {
		const { broker } = await start();
		const sender = await connected(broker.url, "sender");
		const connect = { ...CONNECT_PACKET, clientId: "slow", clean: false };
		const first = await spoken(broker.port, connect);
		first.say({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a", qos: 2 }] });
		await first.heard("suback", 1);
		await Promise.all(["1", "2", "3"].map((text) => sender.publishAsync("a", text, { qos: 2 })));
		const ids = (await first.heard("publish", 3)).map(({ messageId }) => messageId as number);
		for (const messageId of ids) first.say({ cmd: "pubrec", messageId });
		expect((await first.heard("pubrel", 3)).map(({ messageId }) => messageId)).toEqual(ids);
		for (const messageId of ids) first.say({ cmd: "pubcomp", messageId });
		first.say({ cmd: "pingreq" });
		await first.heard("pingresp", 1);
		first.socket.destroy();
		const again = await spoken(broker.port, connect);
		await sender.publishAsync("a", "new", { qos: 2 });
		expect((await again.heard("publish", 1)).map(({ payload }) => String(payload))).toEqual(["new"]);
	});
});
