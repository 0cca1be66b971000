import { describe, expect, it } from "vitest";
import { SessionStore } from "../../../firmware/connectivity/session-store.js";
import { Session } from "../../../firmware/mqtt/session.js";
import { type StorageOperation, VirtualStorage } from "../../support/virtual/storage.js";
import { broker } from "../mqtt/support.js";

const open = (storage: VirtualStorage) => new SessionStore({ report: () => {} }, storage);
const record = (order: number) => ({ order, packet: Uint8Array.of(order, 2, 3) });

function storageOf(client: string, ...orders: number[]): VirtualStorage {
	const storage = new VirtualStorage();
	const store = open(storage);
	store.load(client);
	for (const order of orders) store.store(record(order));
	store.close();
	return storage;
}

describe("a storage that fails once, at the start", () => {
	it.each<StorageOperation | `delete:${string}`>(["delete:1", "delete", "list"])(
		"at %s, does not make another client's records ours",
		(failing) => {
			const storage = storageOf("d1", 1, 2);
			storage.failing.add(failing);
			const store = open(storage);
			expect(store.load("d2")).toEqual([]);
			store.close();
			storage.failing.clear();
			expect(open(storage).load("d2")).toEqual([]);
		},
	);

	it.each(["delete:1", "list"] as const)(
		"at %s, does not bring back after a clean session what it was to remove [MQTT-3.1.2-6]",
		(failing) => {
			const storage = storageOf("d1", 1, 2);
			storage.failing.add(failing);
			open(storage).load(undefined);
			storage.failing.clear();
			expect(open(storage).load("d1")).toEqual([]);
		},
	);

	it.each<StorageOperation | `write:${string}`>(["write:client", "open", "delete"])(
		"at %s, keeps records once it works again, as this client's",
		(failing) => {
			const storage = failing === "open" ? new VirtualStorage() : storageOf("d2", 1, 7);
			storage.failing.add(failing);
			const store = open(storage);
			expect(store.load("d1")).toEqual([]);
			store.store(record(1));
			storage.failing.clear();
			store.store(record(2));
			store.discard(2);
			store.store(record(3));
			store.close();
			expect(storage.openDomains).toBe(0);
			expect(open(storage).load("d1")).toEqual([record(3)]);
			expect(open(storage).load("d2")).toEqual([]);
		},
	);

	it.each(["write:client", "delete"] as const)(
		"at %s, keeps nothing as long as it fails, so that nothing is taken for another client's",
		(failing) => {
			const storage = storageOf("d2", 7);
			storage.failing.add(failing);
			const store = open(storage);
			store.load("d1");
			store.store(record(1));
			store.close();
			storage.failing.clear();
			expect(open(storage).load("d1")).toEqual([]);
		},
	);

	it("at open, leaves records of this client alone, which a session that counts from 1 would replace", () => {
		const storage = storageOf("d1", 1, 2);
		storage.failing.add("open");
		const store = open(storage);
		expect(store.load("d1")).toEqual([]);
		storage.failing.clear();
		store.store({ order: 1, packet: Uint8Array.of(9) });
		store.close();
		expect(open(storage).load("d1")).toEqual([record(1), record(2)]);
	});
});

it("records that could not be listed are not overwritten", () => {
	const storage = storageOf("d1", 1, 2);
	storage.failing.add("list");
	const store = open(storage);
	const records = store.load("d1");
	// A new session counts from 1.
	const session = new Session({
		connect: { clientId: "d1", cleanSession: false, keepAlive: 0 },
		...{ receiveBuffer: 256, inFlight: 4, maximumPacket: 1000, attempts: 0, responseTimeout: 1000, records },
	});
	session.connect(0);
	session.receive(broker.connack(true), 0);
	while (session.next() !== undefined);
	session.publish({ topic: "t", payload: "new", qos: 1, retain: false }, 0);
	for (let output = session.next(); output !== undefined; output = session.next()) {
		if (output.kind === "store") store.store(output.record);
	}
	store.close();
	storage.failing.clear();
	expect(open(storage).load("d1").slice(0, 2)).toEqual([record(1), record(2)]);
});

it("an id that is damaged loses nothing", () => {
	const storage = storageOf("d1", 1, 2);
	storage.domains.get("mqtt-session")?.set("client", Uint8Array.of(0xff, 0xfe));
	expect(open(storage).load("d1")).toEqual([record(1), record(2)]);
	expect(open(storage).load("d1")).toEqual([record(1), record(2)]);
	expect(open(storage).load("d2")).toEqual([]);
});

it("an id that a host moves aside, as it is damaged, loses nothing at the next start either", () => {
	const storage = storageOf("d1", 1, 2);
	const values = storage.domains.get("mqtt-session");
	const { get } = Map.prototype;
	Object.assign(values as object, {
		get(key: string) {
			const value = get.call(values, key);
			if (key !== "client" || value?.length !== 1) return value;
			values?.delete(key);
			throw new Error("damaged");
		},
	});
	values?.set("client", Uint8Array.of(0xff));
	expect(open(storage).load("d1")).toEqual([record(1), record(2)]);
	expect(get.call(values, "client")).toEqual(new TextEncoder().encode("d1"));
	expect(open(storage).load("d1")).toEqual([record(1), record(2)]);
});
