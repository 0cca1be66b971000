import { connect } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { startBroker } from "../../host-sim/broker/broker.js";
import { OfflineError, ServerFailure, type ServerOptions, startServer } from "../../server/server.js";
import { MemoryStore } from "../../server/store/memory.js";
import { type Progress, type Row, type Store, StoreFailure } from "../../server/store/store.js";
import { Events } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A store that fails when it is told to. */
class Troubled implements Store {
	readonly keepsAll = true;
	readonly rows: Row[] = [];
	failure: StoreFailure | undefined;
	readonly #memory = new MemoryStore({ keep: (row) => this.rows.push(row) });

	through(device: string, stream: string): number | undefined {
		return this.#memory.through(device, stream);
	}

	commit(rows: readonly Row[], progress: readonly Progress[]): void {
		if (this.failure !== undefined) throw this.failure;
		this.#memory.commit(rows, progress);
	}

	close(): void {}
}

/** A broker, a server with a store at it, and a device. */
async function started(options: Partial<ServerOptions> = {}) {
	const broker = await startBroker({ port: 0, onEvent: () => {} });
	cleanups.push(() => broker.stop());
	const events = new Events();
	const store = new Troubled();
	let pubacks = 0;
	const server = startServer({
		...{ brokerUrl: broker.url, id: "lamp", store, onEvent: events.add },
		onPacket: (way, { cmd }) => {
			if (way === "sent" && cmd === "puback") pubacks++;
		},
		...options,
	});
	cleanups.push(() => server.stop());
	await events.link("online");
	const client = connect(broker.url);
	cleanups.push(() => client.endAsync(true));
	const acks: unknown[] = [];
	client.on("message", (_, payload) => acks.push(JSON.parse(String(payload))));
	await client.subscribeAsync("lamp/acks");
	const send = (payload: object) =>
		client.publishAsync("lamp/telemetry", JSON.stringify(payload), { qos: 1 });
	return { server, events, store, send, acks, pubacks: () => pubacks };
}

describe("a server with a store", () => {
	it("acknowledges to the broker what came with QoS 1 when it is committed, and not before", async () => {
		const { events, store, send, pubacks } = await started();
		store.failure = new StoreFailure("disk-full", "no room");
		for (const light of [1, 2, 3]) await send({ light });
		await events.find((event) => event.event === "received" && event.payload.light === 3);
		await events.find(({ event }) => event === "store");
		expect(events.all.filter(({ event }) => event === "sent")).toHaveLength(3);
		expect(pubacks()).toBe(0);
		store.failure = undefined;
		await events.find((event) => event.event === "store" && event.state === "working");
		await expect.poll(pubacks).toBe(3);
		expect(store.rows.map(({ payload }) => payload)).toEqual([1, 2, 3].map((light) => `{"light":${light}}`));
	});

	it("commits and acknowledges what waits when it is stopped", async () => {
		const { server, events, store, send, acks } = await started();
		await send({ light: 1, seq: 1, stream: "a", base: 1 });
		await events.find(({ event }) => event === "received");
		await server.stop();
		expect(store.rows).toHaveLength(1);
		await expect.poll(() => acks).toMatchObject([{ stream: "a", through: 1 }]);
	});

	it("ends when the store is damaged", async () => {
		const { server, events, store, send } = await started();
		store.failure = new StoreFailure("damaged", "it is damaged; restore a copy");
		await send({ light: 1 });
		await expect(server.failed).rejects.toEqual(
			new ServerFailure("the database cannot be used any more: it is damaged; restore a copy"),
		);
		await events.link("offline");
		expect(events.all.filter(({ event }) => event === "store")).toEqual([
			{ event: "store", state: "failed", code: "damaged", reason: "it is damaged; restore a copy" },
		]);
	});
});

it("commands nobody when it observes, even if a person wants it", async () => {
	const { server } = await started({ observes: true });
	expect(() => server.hold("lamp", true)).toThrow(OfflineError);
	expect(() => server.send("lamp", "{}")).toThrow("the server only observes, it sends no commands");
});

describe("a client id", () => {
	const store = Object.assign(new MemoryStore(), { client: "0a1b2c3d" });
	it.each<{ options: Partial<ServerOptions>; clientId: string }>([
		{ options: { id: "lamp" }, clientId: "lampnightlight_server" },
		{ options: { id: "lamp", store }, clientId: "lampnightlight_server" },
		{ options: { id: "lamp", name: "upstairs" }, clientId: "lampnightlight_server_upstairs" },
		{ options: { id: "lamp", observes: true }, clientId: "lampnightlight_server_observer" },
		{ options: { id: "+" }, clientId: "nightlight_server_80000000" },
		{ options: { id: "+", store }, clientId: "nightlight_server_0a1b2c3d" },
		{ options: { store, name: "a", observes: true }, clientId: "nightlight_server_0a1b2c3d_a_observer" },
		{ options: { id: ["a", "b"], store }, clientId: "nightlight_server_0a1b2c3d" },
	])("is $clientId", ({ options, clientId }) => {
		const server = startServer({
			...{ brokerUrl: "mqtt://127.0.0.1:1", onEvent: () => {}, random: () => 0.5 },
			...options,
		});
		cleanups.push(() => server.stop());
		expect(server.clientId).toBe(clientId);
	});
});
