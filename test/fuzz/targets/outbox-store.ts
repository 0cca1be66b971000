import { Backlog } from "../../../firmware/outbox/backlog.js";
import { Journal } from "../../../firmware/outbox/journal.js";
import { joined } from "../bytes.js";
import { FlashPartition } from "../flash-partition.js";
import { demand, demandSame, type Target } from "../target.js";

const BLOCKS = 4;
const BLOCK = 1024;
/** Bytes of an input's head: readings, and how many of them are answered. */
const HEAD = 2;
/** Bytes of an overwriting: where, and what. */
const STROKE = 3;

const host = { now: () => 1000, date: () => 1_000_000_000_000 };
const STREAM = "abcdefgh";
const payloadOf = (number: number): string => `{"light":${number}}`;

/** Fills a partition with readings. Returns their payloads by number, all that were ever stored. */
function fill(partition: FlashPartition, readings: number, answered: number): Map<number, string> {
	const stored = new Map<number, string>();
	const backlog = new Backlog(host, new Journal(host, partition, STREAM), STREAM);
	for (let number = 1; number <= readings; number++) {
		backlog.push(payloadOf(number));
		stored.set(backlog.newest, payloadOf(number));
		if (number % 5 > 0 && number < readings) continue;
		for (let needed = backlog.flush(false); needed !== undefined; needed = backlog.flush(false)) {
			backlog.through = needed;
		}
		if (number <= answered) backlog.through = backlog.newest;
	}
	return stored;
}

/** All that waits in a partition, by number, in order. */
function waiting(journal: Journal): Map<number, string> {
	const found = new Map<number, string>();
	let last = journal.through;
	for (;;) {
		const entry = journal.read(last);
		if (entry === undefined) return found;
		demand(entry.seq > last, "readings out of order");
		last = entry.seq;
		found.set(entry.seq, entry.payload);
	}
}

/** What damage has left of the readings that wait. */
export const outboxStore: Target = {
	name: "outbox-store",
	covers: [
		"firmware/storage/flash-log.ts",
		"firmware/outbox/journal.ts",
		"firmware/outbox/journal-record.ts",
		"firmware/outbox/backlog.ts",
	],
	share: 0.5,
	generate: (random) =>
		joined([
			Uint8Array.of(random.below(256), random.below(256)),
			...Array.from({ length: random.small(12) }, () => {
				// Most strokes are where something is.
				const at = random.chance(0.7)
					? random.below(3) * BLOCK + random.below(200)
					: random.below(BLOCKS * BLOCK);
				return Uint8Array.of(at & 0xff, at >> 8, random.below(256));
			}),
		]),
	run: (input) => {
		const [readings = 0, answered = 0] = input;
		const partition = new FlashPartition(BLOCKS, BLOCK);
		const stored = fill(partition, readings, answered);
		const strokes = Math.floor(Math.max(0, input.length - HEAD) / STROKE);
		for (let stroke = 0; stroke < strokes; stroke++) {
			const [low = 0, high = 0, byte = 0] = input.subarray(HEAD + stroke * STROKE);
			partition.bytes[(low + 256 * high) % partition.bytes.length] = byte;
		}
		let journal: Journal;
		try {
			journal = new Journal(host, partition, STREAM);
		} catch (error) {
			demand(error instanceof Error && error.message.startsWith("the store has format"), `throws ${error}`);
			return "another format";
		}
		const found = waiting(journal);
		for (const [seq, payload] of found) demandSame(payload, stored.get(seq) ?? "", `number ${seq}`);
		demand(journal.lost >= 0 && journal.lost <= readings, "loses what there never was");
		demand(journal.next > Math.max(0, ...found.keys()), "the next number is one that is taken");
		// It goes on working.
		const backlog = new Backlog(host, new Journal(host, partition, STREAM), STREAM);
		demand(backlog.pending === found.size, "counts other readings than it has");
		backlog.push('{"light":1}');
		for (let needed = backlog.flush(false); needed !== undefined; needed = backlog.flush(false)) {
			backlog.through = needed;
		}
		demand(waiting(new Journal(host, partition, STREAM)).has(backlog.newest), "does not keep a new reading");
		return strokes === 0 ? "whole" : found.size < readings - answered ? "some" : "all";
	},
};
