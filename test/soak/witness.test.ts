import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IPublishPacket } from "mqtt";
import { afterAll, describe, expect, it } from "vitest";
import { Journal } from "../../firmware/outbox/journal.js";
import { createFlash } from "../../host-sim/io/flash.js";
import { readFlash } from "./flash-reader.js";
import { NumberList } from "./number-list.js";
import { FileStore, numbersInStore } from "./peers/file-store.js";
import { DeviceWitness, PeerWitness } from "./witness.js";

const root = mkdtempSync(join(tmpdir(), "nightlight-witness-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
function newFolder(): string {
	const folder = join(root, String(++folders));
	mkdirSync(folder);
	return folder;
}

function give(path: string, numbers: number): void {
	const list = new NumberList(path);
	for (let number = 1; number <= numbers; number++) list.add(number);
	list.close();
}

/** Has the firmware store readings in a folder, in batches of 16; those up to `through` are answered by then. */
function store(folder: string, numbers: number, through = 0): void {
	const flash = createFlash({ folder }).open({ path: "outbox" });
	const journal = new Journal({ now: () => 0, date: () => 1 }, flash, "abcdefgh");
	const entries = Array.from({ length: numbers }, (_, index) => ({
		...{ seq: index + 1, payload: `{"light":${index + 1}}`, date: 1, now: 0 },
	}));
	for (let from = 0; from < numbers; from += 16) {
		journal.write(entries.slice(from, from + 16), Math.min(through, from), from + 17, false);
	}
	flash.close();
}

const FLASH = "outbox.flash";

describe("the reader of flash memory", () => {
	it("finds nothing where there is no file, or an erased one", () => {
		const folder = newFolder();
		expect(readFlash(join(folder, FLASH)).readings).toEqual([]);
		createFlash({ folder }).open({ path: "outbox" }).close();
		expect(readFlash(join(folder, FLASH))).toEqual({ stream: undefined, through: 0, readings: [] });
	});

	it.each([1, 15, 16, 17, 100])("finds %i readings as the firmware stored them", (numbers) => {
		const folder = newFolder();
		store(folder, numbers);
		const { stream, through, readings } = readFlash(join(folder, FLASH));
		expect({ stream, through }).toEqual({ stream: "abcdefgh", through: 0 });
		expect(readings).toEqual(
			Array.from({ length: numbers }, (_, index) => ({ seq: index + 1, payload: `{"light":${index + 1}}` })),
		);
	});

	it("finds what is left when all blocks were used again, in order", () => {
		const folder = newFolder();
		store(folder, 8000, 8000);
		const { through, readings } = readFlash(join(folder, FLASH));
		const numbers = readings.map(({ seq }) => seq);
		expect(numbers).toEqual(
			Array.from({ length: numbers.length }, (_, index) => 8001 - numbers.length + index),
		);
		expect([numbers.length > 1000, through]).toEqual([true, 7984]);
	});

	it("takes nothing for a reading of which a bit is wrong", () => {
		const folder = newFolder();
		store(folder, 48);
		const path = join(folder, FLASH);
		const bytes = readFileSync(path);
		const at = bytes.indexOf('{"light":20}');
		bytes[at + 9] = (bytes[at + 9] as number) ^ 1;
		writeFileSync(path, bytes);
		const numbers = readFlash(path).readings.map(({ seq }) => seq);
		expect([numbers.length, numbers.includes(16), numbers.includes(20), numbers.includes(33)]).toEqual([
			...[32, true, false, true],
		]);
	});
});

describe("the witness of a device that was killed", () => {
	const unstored = (given: number, stored: number): readonly number[] => {
		const folder = newFolder();
		give(join(folder, "lamp.list"), given);
		mkdirSync(join(folder, "lamp"));
		if (stored > 0) store(join(folder, "lamp"), stored);
		const witness = new DeviceWitness(folder, "lamp");
		witness.killed();
		return witness.unstored;
	};

	it.each([
		{ name: "all is stored", given: 32, stored: 32, finds: [] },
		{ name: "some are not", given: 35, stored: 32, finds: [33, 34, 35] },
		{ name: "nothing was given", given: 0, stored: 0, finds: [] },
		{ name: "nothing is stored", given: 3, stored: 0, finds: [1, 2, 3] },
	])("finds what only its memory had: $name", ({ given, stored, finds }) => {
		expect(unstored(given, stored)).toEqual(finds);
	});

	it("excuses no more than a batch", () => {
		expect(unstored(100, 32)).toEqual(Array.from({ length: 16 }, (_, index) => 85 + index));
	});

	it("does not believe a store with more than was given", () => {
		expect(() => unstored(31, 32)).toThrow("has 32, but only 31 were given");
	});
});

describe("the witness of a peer that was killed", () => {
	it("finds what was neither stored nor acknowledged", () => {
		const folder = newFolder();
		give(join(folder, "peer.list"), 6);
		give(join(folder, "peer.acked"), 2);
		const outgoing = new FileStore(join(folder, "peer", "outgoing"));
		for (const [id, payload] of [
			[7, "4"],
			[8, "5"],
		] as const) {
			// biome-ignore format: a table
			outgoing.put({ cmd: "publish", messageId: id, payload, topic: "t", qos: 1, dup: false, retain: false }, () => {});
		}
		const witness = new PeerWitness(join(folder, "peer"));
		witness.killed();
		expect([witness.unstored, witness.most]).toEqual([[3, 6], 2]);
	});
});

describe("the store of MQTT.js in files", () => {
	const publish = (messageId: number, payload: string): IPublishPacket => ({
		...{ cmd: "publish", topic: "t", qos: 1, dup: false, retain: false },
		...{ messageId, payload },
	});
	const idsOf = async (store: FileStore): Promise<unknown[]> => {
		const ids: unknown[] = [];
		for await (const packet of store.createStream()) ids.push((packet as { messageId: number }).messageId);
		return ids;
	};

	it("has the packets in their order, also for the next process, until they are deleted", async () => {
		const folder = join(newFolder(), "store");
		const deleted: number[] = [];
		const first = new FileStore(folder, (number) => deleted.push(number));
		for (const id of [300, 20, 1]) first.put(publish(id, `${id * 2}`), () => {});
		first.del({ messageId: 20 }, () => {});
		expect([deleted, await idsOf(first), first.size]).toEqual([[40], [300, 1], 2]);
		const second = new FileStore(folder);
		second.put(publish(5, "9"), () => {});
		expect([await idsOf(second), numbersInStore(folder)]).toEqual([
			[300, 1, 5],
			[600, 2, 9],
		]);
	});

	it("says what it has not", () => {
		const store = new FileStore(join(newFolder(), "store"));
		const errors: unknown[] = [];
		store.get({ messageId: 1 }, (error) => errors.push(error?.message));
		store.del({ messageId: 1 }, (error) => errors.push(error?.message));
		expect(errors).toEqual(["missing packet", "missing packet"]);
	});
});
