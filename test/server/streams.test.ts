import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/store/memory.js";
import { type Standing, Streams } from "../../server/streams.js";

/** A reading that comes, and what is found of it. */
type Step = readonly [came: string, standing: Standing, through: number, marks?: string];

/** `lamp a 5` or, with a base, `lamp a 5/3`. */
function take(streams: Streams, came: string, isFull = false) {
	const [device = "", stream = "", numbers = ""] = came.split(" ");
	const [seq = 0, base = 1] = numbers.split("/").map(Number);
	return streams.take(device, { stream, seq, base }, isFull);
}

const marksOf = ({ isFirst, isNewest }: { isFirst: boolean; isNewest: boolean }) =>
	[...(isFirst ? ["first"] : []), ...(isNewest ? [] : ["old"])].join(" ");

describe("a stream", () => {
	it.each<{ name: string; known?: number; steps: readonly Step[] }>([
		{
			name: "is taken in order",
			steps: [
				["lamp a 1", "new", 1, "first"],
				["lamp a 2", "new", 2],
			],
		},
		{
			name: "may begin anywhere: what is below its base never comes",
			steps: [
				["lamp a 41/41", "new", 41, "first"],
				["lamp a 42/41", "new", 42],
			],
		},
		{
			name: "has each number once: what comes again is a duplicate, and no newer than before",
			steps: [
				["lamp a 1", "new", 1, "first"],
				["lamp a 2", "new", 2],
				["lamp a 2", "duplicate", 2, "old"],
				["lamp a 1", "duplicate", 2, "old"],
				["lamp a 3", "new", 3],
			],
		},
		{
			name: "waits for what is missing: behind a gap nothing is taken, and the first of what comes again is new but not newest",
			steps: [
				["lamp a 1", "new", 1, "first"],
				["lamp a 3", "gap", 1],
				["lamp a 4", "gap", 1],
				["lamp a 3", "gap", 1, "old"],
				["lamp a 2", "new", 2, "old"],
				["lamp a 3", "new", 3, "old"],
				["lamp a 4", "new", 4, "old"],
				["lamp a 5", "new", 5],
			],
		},
		{
			name: "may begin with a gap",
			steps: [
				["lamp a 3/2", "gap", 1, "first"],
				["lamp a 2/2", "new", 2, "old"],
			],
		},
		{
			name: "goes on behind what the device has given up: its base has jumped",
			steps: [
				["lamp a 1", "new", 1, "first"],
				["lamp a 9/9", "new", 9],
				["lamp a 12/11", "gap", 10],
				["lamp a 11/11", "new", 11, "old"],
			],
		},
		{
			name: "takes nothing back when the base is lower than it was",
			steps: [
				["lamp a 5/5", "new", 5, "first"],
				["lamp a 4/1", "duplicate", 5, "old"],
				["lamp a 6/1", "new", 6],
			],
		},
		{
			name: "begins anew when the device's store does: numbers go back, under another name",
			steps: [
				["lamp a 7/7", "new", 7, "first"],
				["lamp b 1", "new", 1, "first"],
				["lamp b 2", "new", 2],
				["lamp a 8/7", "new", 8],
			],
		},
		{
			name: "does not go back under the same name: lower numbers are duplicates",
			steps: [
				["lamp a 7/7", "new", 7, "first"],
				["lamp a 1", "duplicate", 7, "old"],
			],
		},
		{
			name: "is a device's own: another device may have one with the same name",
			steps: [
				["lamp a 7/7", "new", 7, "first"],
				["other a 1", "new", 1, "first"],
				["lamp a 8/7", "new", 8],
			],
		},
		{
			name: "goes on where the store says, after a restart of the server",
			known: 5,
			steps: [
				["lamp a 4/2", "duplicate", 5, "old"],
				["lamp a 7/2", "gap", 5],
				["lamp a 6/2", "new", 6, "old"],
			],
		},
		{
			name: "has numbers up to 2^53-1",
			steps: [
				[`lamp a ${2 ** 53 - 2}/${2 ** 53 - 2}`, "new", 2 ** 53 - 2, "first"],
				[`lamp a ${2 ** 53 - 1}/1`, "new", 2 ** 53 - 1],
			],
		},
	])("$name", ({ known, steps }) => {
		const store = new MemoryStore();
		if (known !== undefined) store.commit([], [{ device: "lamp", stream: "a", through: known }]);
		const streams = new Streams(store);
		const found = steps.map(([came]) => {
			const verdict = take(streams, came);
			return [came, verdict.standing, verdict.through, marksOf(verdict)];
		});
		expect(found).toEqual(
			steps.map(([came, standing, through, marks = ""]) => [came, standing, through, marks]),
		);
	});

	it("is to be acknowledged once, whatever came, and stored only if it has come further", () => {
		const streams = new Streams(new MemoryStore());
		for (const came of ["lamp a 1", "lamp a 2", "lamp a 2", "other a 5/4"]) take(streams, came);
		expect(streams.waiting).toMatchObject([
			{ device: "lamp", stream: "a", through: 2 },
			{ device: "other", stream: "a", through: 3 },
		]);
		expect(streams.moved).toHaveLength(2);
		streams.settle();
		expect(streams.waiting).toEqual([]);
		for (const came of ["lamp a 1", "other a 6/4"]) take(streams, came);
		expect(streams.waiting).toHaveLength(2);
		expect(streams.moved).toEqual([]);
	});

	it("is put off while nothing can be stored, and then goes on as if it had not come", () => {
		const streams = new Streams(new MemoryStore());
		take(streams, "lamp a 1");
		expect(take(streams, "lamp a 2", true)).toMatchObject({
			standing: "put-off",
			through: 1,
			isNewest: true,
		});
		expect(take(streams, "lamp a 1", true)).toMatchObject({ standing: "duplicate" });
		expect(take(streams, "other a 3", true)).toMatchObject({ standing: "put-off" });
		expect(streams.waiting).toMatchObject([{ device: "lamp", through: 1 }]);
		expect(take(streams, "lamp a 2")).toMatchObject({ standing: "new", isNewest: false });
		expect(take(streams, "other a 3/3")).toMatchObject({ standing: "new", isFirst: true });
	});

	it("is forgotten in memory when there are too many, but for one that waits: the store knows it", () => {
		const store = new MemoryStore();
		const streams = new Streams(store, 2);
		for (const came of ["lamp a 5/5", "lamp b 5/5", "lamp c 5/5"]) take(streams, came);
		store.commit([], streams.moved);
		streams.settle();
		for (const came of ["lamp d 1", "lamp e 1"]) take(streams, came);
		expect(take(streams, "lamp a 6/1")).toMatchObject({ standing: "new", isFirst: false });
		expect(streams.waiting.map(({ stream }) => stream)).toEqual(["d", "e", "a"]);
	});
});
