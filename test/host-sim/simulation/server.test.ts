import { expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Network } from "../../../host-sim/simulation/network/network.js";
import { Random } from "../../../host-sim/simulation/random.js";
import {
	connectPacket,
	PacketReader,
	publishPacket,
	subscribePacket,
} from "../../../host-sim/simulation/server/packets.js";
import { SimulatedServer } from "../../../host-sim/simulation/server/server.js";
import { textOf } from "../../../host-sim/simulation/text.js";
import { modelBroker } from "../../../host-sim/simulation/world-broker.js";
import type { ServerEvent } from "../../../server/events.js";
import { MemoryStore } from "../../../server/store/memory.js";
import type { Row } from "../../../server/store/store.js";

/** A server with a store on the model broker, in virtual time, and a client right beside the broker. */
function started() {
	const clock = new Clock();
	const network = new Network(clock, new Random(1, "network"));
	const broker = modelBroker({ clock, faults: {}, onEvent: () => {}, onMessage: () => {} });
	network.listener.replace((link) => broker.accept(link));
	const rows: Row[] = [];
	const events: ServerEvent[] = [];
	const server = new SimulatedServer({
		...{ clock, network, random: new Random(1, "server"), hysteresis: 0, topics: {} },
		store: new MemoryStore({ keep: (row) => rows.push(row) }),
		report: (event) => events.push(event),
		onRead: () => {},
	});
	const reader = new PacketReader();
	const acks: unknown[] = [];
	const connection = broker.accept({
		send: (bytes) => {
			for (const packet of reader.read(bytes))
				if (packet.kind === "publish") acks.push(JSON.parse(textOf(packet.payload)));
		},
		close: () => {},
	});
	connection.receive(connectPacket("lamp", 0));
	connection.receive(subscribePacket(["lamp/acks"]));
	const send = (seq: number) =>
		connection.receive(
			publishPacket("lamp/telemetry", `{"light":${seq},"seq":${seq},"stream":"a","base":1}`),
		);
	const run = (time: number) => clock.runTo(clock.elapsed + time);
	run(10_000);
	expect(server.isOnline).toBe(true);
	return { server, clock, rows, events, acks, send, run };
}

it("acknowledges what is committed", () => {
	const { rows, events, acks, send, run } = started();
	send(1);
	send(2);
	run(5000);
	expect(rows.map(({ seq }) => seq)).toEqual([1, 2]);
	expect(acks).toMatchObject([{ stream: "a", through: 2, by: "nightlight", since: 0 }]);
	expect(events.map(({ event }) => event)).toEqual([
		...["link", "link", "stream", "received", "sent", "received", "sent", "acknowledged"],
	]);
});

it("forgets in a crash what was not committed, and goes on from the store", () => {
	const { server, clock, rows, events, acks, send, run } = started();
	send(1);
	run(5000);
	send(2);
	// It has come, and its commit is to come.
	while (!events.some((event) => event.event === "received" && event.payload.light === 2))
		clock.runNext(20_000);
	server.crash(1000);
	expect(server.isOnline).toBe(false);
	run(10_000);
	expect(server.isOnline).toBe(true);
	expect(rows.map(({ seq }) => seq)).toEqual([1]);
	expect(acks).toMatchObject([{ through: 1 }]);
	for (const seq of [1, 2, 3]) send(seq);
	run(5000);
	expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
	expect(acks).toMatchObject([{ through: 1 }, { through: 3, since: expect.any(Number) }]);
	expect(server.counts).toEqual({ messages: 5, refused: 0, commands: 4 });
});

it("tries to connect once after a crash, also when it was about to", () => {
	const { server, events, run } = started();
	server.crash(1000);
	server.crash(2000);
	run(1999);
	const connecting = () => events.filter((event) => event.event === "link" && event.state === "connecting");
	expect(connecting()).toHaveLength(1);
	run(20_000);
	expect(connecting()).toHaveLength(2);
	expect(server.isOnline).toBe(true);
});
