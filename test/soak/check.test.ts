import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { check, MESSAGES, READINGS, type Sender, sumOf } from "./check.js";

const folder = mkdtempSync(join(tmpdir(), "nightlight-check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `${++files}.db`);

const sender = (name: string, sent: number, more: Partial<Sender> = {}): Sender => ({
	...{ name, sent, unstored: [], acknowledged: [] },
	...more,
});

/** A subscriber's database with these rows. */
function messagesOf(rows: readonly (readonly [sender: string, number: number])[]): string {
	const file = newFile();
	const database = new Database(file);
	database.exec("CREATE TABLE messages(id INTEGER PRIMARY KEY, sender TEXT, number INTEGER)");
	const insert = database.prepare("INSERT INTO messages(sender, number) VALUES(?, ?)");
	for (const row of rows) insert.run(...row);
	database.close();
	return file;
}

const checked = (one: Sender, numbers: readonly number[]) => {
	const file = messagesOf(numbers.map((number) => [one.name, number]));
	return check(newFile(), [one], { file, from: MESSAGES })[0];
};

const GOOD = { arrived: 4, unstored: 0, lost: 0, lostAcknowledged: 0, doubled: 0, outOfOrder: 0, unknown: 0 };

describe("the checker", () => {
	it.each([
		{ name: "all, once and in order", numbers: [1, 2, 3, 4], finds: {} },
		{ name: "the first is lost", numbers: [2, 3, 4], finds: { arrived: 3, lost: 1 } },
		{ name: "one amid is lost", numbers: [1, 2, 4], finds: { arrived: 3, lost: 1 } },
		{ name: "the last is lost", numbers: [1, 2, 3], finds: { arrived: 3, lost: 1 } },
		{ name: "nothing came", numbers: [], finds: { arrived: 0, lost: 4 } },
		{ name: "one came twice", numbers: [1, 2, 2, 3, 4], finds: { doubled: 1 } },
		{ name: "one came again later", numbers: [1, 2, 3, 4, 2], finds: { doubled: 1 } },
		{ name: "all came three times", numbers: [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4], finds: { doubled: 8 } },
		{ name: "two changed places", numbers: [1, 3, 2, 4], finds: { outOfOrder: 1 } },
		{ name: "the last came first", numbers: [4, 1, 2, 3], finds: { outOfOrder: 3 } },
		{ name: "one that was never sent", numbers: [1, 2, 3, 4, 5], finds: { unknown: 1 } },
		{
			name: "one of another number in place of one",
			numbers: [1, 2, 9, 4],
			finds: { arrived: 3, lost: 1, unknown: 1, outOfOrder: 1 },
		},
	])("finds: $name", ({ numbers, finds }) => {
		expect(checked(sender("a", 4), numbers)).toMatchObject({ ...GOOD, ...finds });
	});

	it("tells what was in a killed process's memory alone from what was lost otherwise", () => {
		const figures = checked(sender("a", 6, { unstored: [2, 3, 6], acknowledged: [1, 5, 6] }), [1, 3, 4]);
		expect(figures).toMatchObject({ arrived: 3, unstored: 2, lost: 1, firstLost: [5], lostAcknowledged: 2 });
	});

	it("looks at each sender for itself", () => {
		const rows = [["a", 1], ["b", 2], ["a", 2], ["b", 1], ["b", 1]] as const; // biome-ignore format: a table
		const all = check(newFile(), [sender("a", 2), sender("b", 3), sender("c", 0)], {
			file: messagesOf(rows),
			from: MESSAGES,
		});
		expect(all).toMatchObject([
			{ sender: "a", lost: 0, doubled: 0, outOfOrder: 0 },
			{ sender: "b", lost: 1, doubled: 1, outOfOrder: 1 },
			{ sender: "c", sent: 0, arrived: 0, lost: 0 },
		]);
		expect(sumOf("all", all)).toMatchObject({ sender: "all", sent: 5, arrived: 4, lost: 1, firstLost: [3] });
	});

	it("reads a server's database, and takes 0 for no number", () => {
		const file = newFile();
		const database = new Database(file);
		database.exec("CREATE TABLE telemetry(id INTEGER PRIMARY KEY, device TEXT, payload TEXT)");
		const insert = database.prepare("INSERT INTO telemetry(device, payload) VALUES('lamp', ?)");
		for (const light of [1, 0, 2, 0, 2]) insert.run(JSON.stringify({ light, seq: 7 }));
		database.close();
		expect(check(newFile(), [sender("lamp", 2)], { file, from: READINGS })).toMatchObject([
			{ arrived: 2, lost: 0, doubled: 1, unknown: 0 },
		]);
	});
});
