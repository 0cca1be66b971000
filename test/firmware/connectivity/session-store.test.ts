import { describe, expect, it } from "vitest";
import { SessionStore } from "../../../firmware/connectivity/session-store.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import { type StorageOperation, VirtualStorage } from "../../support/virtual/storage.js";

const hostOf = (reports: string[]) => ({
	report: (event: DeviceEvent) => {
		if (event.event === "storage") reports.push(event.reason);
	},
});

/** A store on a storage, and what it reports. */
function newStore(storage: VirtualStorage | undefined = new VirtualStorage()) {
	const reports: string[] = [];
	return { storage, reports, store: new SessionStore(hostOf(reports), storage) };
}

const CLIENT = "d1";

const record = (order: number) => ({ order, packet: Uint8Array.of(order, 2, 3) });

/** A storage that an earlier run left with these records. */
function storageWith(...orders: number[]): VirtualStorage {
	const { storage, store } = newStore();
	store.load(CLIENT);
	for (const order of orders) store.store(record(order));
	store.close();
	return storage;
}

describe("over a restart", () => {
	it("keeps what was stored and not discarded", () => {
		const { storage, store, reports } = newStore();
		store.load(CLIENT);
		for (const order of [1, 2, 3, 10]) store.store(record(order));
		store.discard(2);
		store.discard(99);
		store.close();
		expect(storage.openDomains).toBe(0);
		const again = newStore(storage);
		expect(again.store.load(CLIENT).sort((a, b) => a.order - b.order)).toEqual([
			record(1),
			record(3),
			record(10),
		]);
		expect([...reports, ...again.reports]).toEqual([]);
	});

	it("keeps nothing of what the program does to a packet later", () => {
		const { storage, store } = newStore();
		store.load(CLIENT);
		const stored = record(1);
		store.store(stored);
		stored.packet[0] = 99;
		expect(newStore(storage).store.load(CLIENT)).toEqual([record(1)]);
	});
});

describe("the records of an earlier session", () => {
	it.each<{ name: string; client: string | undefined; orders: number[] }>([
		{ name: "are those of the same client", client: CLIENT, orders: [1, 2] },
		{ name: "of another client are removed [MQTT-3.1.3-2]", client: "d2", orders: [] },
		{ name: "are removed by a clean session [MQTT-3.1.2-6]", client: undefined, orders: [] },
	])("$name", ({ client, orders }) => {
		const storage = storageWith(1, 2);
		const { store, reports } = newStore(storage);
		expect(store.load(client).map(({ order }) => order)).toEqual(orders);
		store.close();
		const last = newStore(storage);
		expect(last.store.load(CLIENT).map(({ order }) => order)).toEqual(orders);
		expect(reports).toEqual([]);
	});

	it("are kept for whoever cannot be read", () => {
		const storage = storageWith(1, 2);
		storage.failing.add("read:client");
		expect(newStore(storage).store.load(CLIENT)).toEqual([record(1), record(2)]);
	});

	it("of nobody are removed: they were left by a cut of power", () => {
		const storage = storageWith(1);
		storage.domains.get("mqtt-session")?.delete("client");
		expect(newStore(storage).store.load(CLIENT)).toEqual([]);
	});
});

it("leaves nothing open for a clean session", () => {
	const storage = storageWith(1);
	const { store, reports } = newStore(storage);
	store.load(undefined);
	expect(storage.openDomains).toBe(0);
	store.store(record(2));
	store.discard(2);
	expect(reports).toEqual([]);
});

it.each(["x", "", "0", "-1", "01", " 1", "1e0", "1.5", "Infinity", "9007199254740992"])(
	"leaves alone what is kept under %j, which is no order",
	(key) => {
		const storage = storageWith(1);
		storage.domains.get("mqtt-session")?.set(key, Uint8Array.of(1, 2, 3));
		const { store, reports } = newStore(storage);
		expect(store.load(CLIENT)).toEqual([record(1)]);
		expect(reports).toEqual([]);
	},
);

it("lives without a storage", () => {
	const reports: string[] = [];
	const store = new SessionStore(hostOf(reports), undefined);
	store.store(record(1));
	store.discard(1);
	expect(store.load(CLIENT)).toEqual([]);
	store.close();
	expect(reports).toEqual([]);
});

describe("reports a storage that fails, and goes on", () => {
	const cases: { failing: StorageOperation; reports: string[] }[] = [
		// At the start, and with the record.
		{ failing: "open", reports: ["cannot open mqtt-session", "cannot open mqtt-session"] },
		{ failing: "list", reports: ["cannot list mqtt-session"] },
		{ failing: "read", reports: ["cannot read client", "cannot read 7", "cannot read 8"] },
		{ failing: "write", reports: ["cannot write 1"] },
		{ failing: "delete", reports: ["cannot delete 1"] },
	];
	it.each(cases)("at $failing", ({ failing, reports }) => {
		const storage = storageWith(7, 8);
		storage.failing.add(failing);
		const broken = newStore(storage);
		const loaded = broken.store.load(CLIENT);
		broken.store.store(record(1));
		broken.store.discard(1);
		broken.store.close();
		expect(broken.reports).toEqual(reports);
		expect(loaded).toHaveLength(failing === "write" || failing === "delete" ? 2 : 0);
	});

	it("with one damaged record, the others are there", () => {
		const storage = storageWith(1, 2, 3);
		storage.failing.add("read:2");
		const { store, reports } = newStore(storage);
		expect(store.load(CLIENT)).toEqual([record(1), record(3)]);
		expect(reports).toEqual(["cannot read 2"]);
	});
});
