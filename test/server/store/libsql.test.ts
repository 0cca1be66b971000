import {
	chmodSync,
	closeSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, it } from "vitest";
import { type FileStore, type FileStoreOptions, openFileStore } from "../../../server/store/libsql.js";
import { MOST_ENDED, type StoredOrder } from "../../../server/store/order-store.js";
import { APPLICATION_ID, VERSION } from "../../../server/store/schema.js";
import type { Row } from "../../../server/store/store.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
	for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

const folder = () => mkdtempSync(join(tmpdir(), "nightlight-"));

async function open(file: string, options?: FileStoreOptions): Promise<FileStore> {
	const store = await openFileStore(file, options);
	cleanups.push(() => store.close());
	return store;
}

/** What a person's SQL finds. */
function rowsOf(file: string, sql: string): unknown[] {
	const database = new Database(file);
	cleanups.push(() => database.close());
	return database.prepare(sql).raw().all();
}

const row = (seq: number, more: Partial<Row> = {}): Row => ({
	...{ device: "lamp", stream: "a", seq, measured: undefined, received: 1000 + seq, isLate: false },
	...{ payload: `{"light":${seq}}`, ...more },
});

describe("a database", () => {
	it("has what was committed when it is opened again, and may be read meanwhile", async () => {
		const file = join(folder(), "lamp.db");
		const store = await openFileStore(file);
		store.commit(
			[row(1), row(2, { measured: 7, isLate: true }), row(3, { stream: undefined, seq: undefined })],
			[{ device: "lamp", stream: "a", through: 2 }],
		);
		const sql =
			"SELECT id, device, stream, seq, measured, received, late, payload FROM telemetry ORDER BY id";
		const rows = [
			[1, "lamp", "a", 1, null, 1001, 0, '{"light":1}'],
			[2, "lamp", "a", 2, 7, 1002, 1, '{"light":2}'],
			[3, "lamp", null, null, null, 1003, 0, '{"light":3}'],
		];
		expect(rowsOf(file, sql)).toEqual(rows);
		const { client } = store;
		store.close();

		const again = await open(file);
		expect(again.through("lamp", "a")).toBe(2);
		expect(again.through("lamp", "b")).toBeUndefined();
		expect(again.through("other", "a")).toBeUndefined();
		again.commit([row(2 ** 53 - 1)], [{ device: "lamp", stream: "a", through: 2 ** 53 - 1 }]);
		expect(again.through("lamp", "a")).toBe(2 ** 53 - 1);
		expect(rowsOf(file, `${sql} LIMIT 3`)).toEqual(rows);
		expect(again.client).toBe(client);
		expect(client).toMatch(/^[0-9a-f]{8}$/);
		expect(rowsOf(file, "PRAGMA application_id")).toEqual([[APPLICATION_ID]]);
		expect(rowsOf(file, "PRAGMA user_version")).toEqual([[VERSION]]);
	});

	it("is whole in its one file when it is closed", async () => {
		const at = folder();
		const store = await openFileStore(join(at, "lamp.db"));
		store.commit([row(1)], []);
		store.close();
		copyFileSync(join(at, "lamp.db"), join(at, "copy.db"));
		expect(rowsOf(join(at, "copy.db"), "SELECT seq FROM telemetry")).toEqual([[1]]);
	});

	it("has a reading once, even if its stream's progress was lost", async () => {
		const file = join(folder(), "lamp.db");
		const store = await open(file);
		store.commit([row(1)], []);
		store.commit([row(1, { payload: "again" }), row(2)], []);
		expect(rowsOf(file, "SELECT seq, payload FROM telemetry ORDER BY id")).toEqual([
			[1, '{"light":1}'],
			[2, '{"light":2}'],
		]);
	});

	it("is made of an empty file", async () => {
		const file = join(folder(), "lamp.db");
		writeFileSync(file, "");
		expect((await open(file)).through("lamp", "a")).toBeUndefined();
	});

	it("takes nothing of a commit when there is no room, and all of it when there is again", async () => {
		const file = join(folder(), "lamp.db");
		const store = await open(file, { pages: 40 });
		const large = (from: number) =>
			Array.from({ length: 40 }, (_, index) => row(from + index, { payload: "x".repeat(2000) }));
		const through = (to: number) => [{ device: "lamp", stream: "a", through: to }];
		store.commit(large(1), through(40));
		expect(() => store.commit(large(41), through(80))).toThrow(
			expect.objectContaining({ name: "StoreFailure", code: "disk-full" }),
		);
		expect(store.through("lamp", "a")).toBe(40);
		expect(rowsOf(file, "SELECT count(*) FROM telemetry")).toEqual([[40]]);
		rowsOf(file, "DELETE FROM telemetry RETURNING id");
		store.commit(large(41), through(80));
		expect(store.through("lamp", "a")).toBe(80);
		expect(rowsOf(file, "SELECT min(seq), max(seq), count(*) FROM telemetry")).toEqual([[41, 80, 40]]);
	});

	it("takes nothing of a commit while another program writes to it, and all of it afterwards", async () => {
		const file = join(folder(), "lamp.db");
		const store = await open(file);
		const other = new Database(file);
		cleanups.push(() => other.close());
		other.exec("BEGIN IMMEDIATE");
		expect(() => store.commit([row(1)], [])).toThrow(expect.objectContaining({ code: "locked" }));
		other.exec("ROLLBACK");
		store.commit([row(1)], []);
		expect(rowsOf(file, "SELECT seq FROM telemetry")).toEqual([[1]]);
	});
});

describe("orders", () => {
	const order = (id: string, more: Partial<StoredOrder> = {}): StoredOrder => ({
		...{ device: "lamp", id, policy: "ordered", command: '{"a":1}', accepted: 1000, expires: undefined },
		...{ seq: undefined, outcome: undefined, ended: undefined, ...more },
	});
	const put = (store: FileStore, ...orders: StoredOrder[]) => store.commit([], [], { orders, streams: [] });

	it("are there when it is opened again: those that are open in the order in which they came", async () => {
		const file = join(folder(), "lamp.db");
		const store = await openFileStore(file);
		const [a, b, c] = [order("a"), order("b", { policy: "newest", expires: 5000 }), order("c")];
		put(store, a, b, c);
		store.commit([], [], {
			orders: [
				{ ...a, seq: 1 },
				{ ...b, seq: 2, outcome: { status: 200, payload: '{"light":4}' }, ended: 9000 },
			],
			streams: [{ device: "lamp", stream: "abcdefgh", seq: 2 }],
		});
		put(store, { ...c, outcome: { status: 408 }, ended: 9001 }, order("d", { device: "other" }));
		store.close();

		const { orders } = await open(file);
		expect(orders?.openOrders()).toEqual([{ ...a, seq: 1 }, order("d", { device: "other" })]);
		expect(["a", "b", "c", "x"].map((id) => orders?.outcomeOf("lamp", id))).toEqual([
			undefined,
			{ status: 200, payload: '{"light":4}' },
			{ status: 408 },
			undefined,
		]);
		expect(orders?.outcomeOf("other", "b")).toBeUndefined();
		expect(orders?.orderStream("lamp")).toEqual({ device: "lamp", stream: "abcdefgh", seq: 2 });
		expect(orders?.orderStream("other")).toBeUndefined();
	});

	it(`that ended are kept, the last ${MOST_ENDED} of a device`, async () => {
		const store = await open(join(folder(), "lamp.db"));
		put(store, order("open"), order("x", { device: "other", outcome: { status: 200 }, ended: 0 }));
		const ended = (index: number) => order(`k${index}`, { outcome: { status: 200 }, ended: 1000 + index });
		put(store, ...Array.from({ length: MOST_ENDED + 5 }, (_, index) => ended(index)));
		const has = (id: string, device = "lamp") => store.orders?.outcomeOf(device, id) !== undefined;
		expect(["k4", "k5", `k${MOST_ENDED + 4}`].map((id) => has(id))).toEqual([false, true, true]);
		expect(has("x", "other")).toBe(true);
		expect(store.orders?.openOrders()).toHaveLength(1);
	});

	it("have a place in a database of the version before", async () => {
		const file = join(folder(), "lamp.db");
		(await openFileStore(file)).close();
		rowsOf(file, "SELECT 1");
		const old = new Database(file);
		old.exec("DROP TABLE orders; DROP TABLE order_streams; PRAGMA user_version=1");
		old.close();
		const store = await open(file);
		put(store, order("a"));
		expect(store.orders?.openOrders()).toHaveLength(1);
		expect(rowsOf(file, "PRAGMA user_version")).toEqual([[VERSION]]);
	});
});

describe("a file that is no database of this server", () => {
	const made = async (file: string) => {
		const store = await openFileStore(file);
		store.commit(
			Array.from({ length: 200 }, (_, index) => row(index + 1)),
			Array.from({ length: 200 }, (_, index) => ({ device: `d${index}`, stream: "a", through: 1 })),
		);
		store.close();
		rowsOf(file, "PRAGMA wal_checkpoint(TRUNCATE)");
	};
	const overwrite = (file: string, at: number, bytes: number) => {
		const handle = openSync(file, "r+");
		writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, at);
		closeSync(handle);
	};

	it.each<{ name: string; make: (folder: string) => unknown; file?: string; code: string; message: RegExp }>([
		{
			name: "text",
			make: (at) => writeFileSync(join(at, "lamp.db"), "time,light\n".repeat(100)),
			code: "not-a-database",
			message: /^it is no SQLite database; name another file$/,
		},
		{
			name: "a few bytes",
			make: (at) => writeFileSync(join(at, "lamp.db"), "x"),
			code: "not-a-database",
			message: /no SQLite database/,
		},
		{
			name: "another program's",
			make: (at) => new Database(join(at, "lamp.db")).exec("CREATE TABLE music(title)"),
			code: "other-program",
			message: /^it is another program's database; name another file$/,
		},
		{
			name: "another program's, by its number",
			make: (at) => new Database(join(at, "lamp.db")).exec("PRAGMA application_id=7"),
			code: "other-program",
			message: /another program's/,
		},
		{
			name: "one of a newer version",
			make: async (at) => {
				await made(join(at, "lamp.db"));
				new Database(join(at, "lamp.db")).exec(`PRAGMA user_version=${VERSION + 1}`);
			},
			code: "newer-version",
			message: new RegExp(
				`^a newer version of this server made it \\(${VERSION + 1}, this one knows ${VERSION}\\); update this one$`,
			),
		},
		{
			name: "one whose schema is damaged",
			make: async (at) => {
				await made(join(at, "lamp.db"));
				overwrite(join(at, "lamp.db"), 100, 3000);
			},
			code: "damaged",
			message: /^it is damaged; restore a copy, or give another file \(SQLITE_CORRUPT: .+\)$/,
		},
		{
			name: "one whose tables are damaged",
			make: async (at) => {
				const file = join(at, "lamp.db");
				await made(file);
				overwrite(file, 4096, readFileSync(file).length - 4096);
			},
			code: "damaged",
			message: /^it is damaged/,
		},
		{
			name: "one that is cut off",
			make: async (at) => {
				const file = join(at, "lamp.db");
				await made(file);
				writeFileSync(file, readFileSync(file).subarray(0, 6000));
			},
			code: "damaged",
			message: /^it is damaged/,
		},
		{
			name: "in a folder that is missing",
			make: () => {},
			file: "no/lamp.db",
			code: "no-folder",
			message: /^there is no folder .+no; make it, or name another$/,
		},
		{
			name: "in a file in the place of a folder",
			make: (at) => writeFileSync(join(at, "no"), ""),
			file: "no/lamp.db",
			code: "no-folder",
			message: /^there is no folder/,
		},
		{
			name: "a folder",
			make: (at) => mkdirSync(join(at, "lamp.db")),
			code: "not-a-file",
			message: /^it is no file; name a file$/,
		},
		{
			name: "in use by another server",
			make: (at) => open(join(at, "lamp.db")),
			code: "in-use",
			message: /^another server uses it; end that one, or name another file$/,
		},
	])("is refused: $name", async ({ make, file = "lamp.db", code, message }) => {
		const at = folder();
		await make(at);
		const failure = await openFileStore(join(at, file)).then(
			() => undefined,
			(error) => error,
		);
		expect(failure).toMatchObject({ name: "StoreFailure", code, message: expect.stringMatching(message) });
		expect(failure.message).not.toContain("\n");
	});

	it.skipIf(process.getuid?.() === 0)("is refused: one that may not be written", async () => {
		const file = join(folder(), "lamp.db");
		await made(file);
		chmodSync(file, 0o444);
		await expect(openFileStore(file)).rejects.toMatchObject({ code: "not-permitted" });
	});
});
