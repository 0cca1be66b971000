import { describe, expect, it } from "vitest";
import { OutboxRig, range } from "./rig.js";

describe("with the server's answer", () => {
	const start = () => {
		const rig = new OutboxRig({ delivery: "server", drainInterval: 0, window: 8 });
		rig.outbox.online();
		return rig;
	};
	const stream = "abcdefgh";

	it("messages have number, stream and the lowest number that waits", () => {
		const rig = start();
		rig.add(1, 3);
		expect(rig.sent.map(({ payload }) => payload)).toEqual([
			{ light: 1, seq: 1, stream, base: 1 },
			{ light: 2, seq: 2, stream, base: 1 },
			{ light: 3, seq: 3, stream, base: 1 },
		]);
		rig.outbox.answered(stream, 2);
		rig.add(4);
		expect(rig.sent.at(-1)?.payload).toEqual({ light: 4, seq: 4, stream, base: 3 });
	});

	it("the broker's answer does not end the waiting", () => {
		const rig = start();
		rig.add(1, 2);
		for (const { tag } of rig.sent) rig.outbox.acknowledged(tag);
		expect(rig.backlog.pending).toBe(2);
		expect(rig.outbox.answered(stream, 2)).toBe(true);
		expect(rig.backlog.pending).toBe(0);
	});

	it.each([
		{ name: "another stream", of: "hgfedcba", through: 1 },
		{ name: "what was never sent", of: stream, through: 3 },
	])("an answer to $name is refused", ({ of, through }) => {
		const rig = start();
		rig.add(1, 2);
		expect(rig.outbox.answered(of, through)).toBe(false);
		expect(rig.backlog.pending).toBe(2);
	});

	it("answers to another stream, as a session that is kept has of an earlier one, are refused once a connection", () => {
		const rig = start();
		rig.add(1, 2);
		const refused = () => [1, 2, 3].map((through) => !rig.outbox.answered("hgfedcba", through));
		expect(refused()).toEqual([true, false, false]);
		rig.outbox.offline();
		rig.outbox.online();
		expect(refused()).toEqual([true, false, false]);
		expect([rig.backlog.pending, rig.outbox.answered(stream, 3)]).toEqual([2, false]);
	});

	it("an old answer does nothing", () => {
		const rig = start();
		rig.add(1, 3);
		rig.outbox.answered(stream, 2);
		expect(rig.outbox.answered(stream, 1)).toBe(true);
		expect(rig.backlog.pending).toBe(1);
	});

	describe("that is repeated", () => {
		/** Readings 1 to 6 are sent; the server has 1 and 2; the broker acknowledges those given. */
		const missing = (acknowledged: readonly number[]) => {
			const rig = start();
			rig.add(1, 6);
			rig.outbox.answered(stream, 2);
			for (const seq of acknowledged) rig.outbox.acknowledged(`${stream}-${seq}`);
			rig.taken();
			return rig;
		};

		it.each([
			{
				name: "at once, when the broker has what follows the missing one",
				acknowledged: [3, 4],
				again: range(3, 6),
			},
			{
				name: "also when the broker's answer to the missing one is lost",
				acknowledged: [4],
				again: range(3, 6),
			},
			{ name: "not yet, when what follows may be on its way to the broker", acknowledged: [3], again: [] },
			{ name: "not yet, when all may be on its way", acknowledged: [], again: [] },
		])("readings are sent again $name", ({ acknowledged, again }) => {
			const rig = missing(acknowledged);
			expect(rig.outbox.answered(stream, 2)).toBe(true);
			rig.pass(1);
			expect(rig.taken()).toEqual(again);
		});

		it("readings are sent again once for all repetitions on a connection, and then after the usual time", () => {
			const rig = missing([3, 4]);
			for (let time = 0; time < 3; time++) {
				rig.outbox.answered(stream, 2);
				for (const seq of range(3, 6)) rig.outbox.acknowledged(`${stream}-${seq}`);
				rig.pass(1);
			}
			expect(rig.taken()).toEqual(range(3, 6));
			rig.pass(5000);
			expect(rig.taken()).toEqual([3]);
		});

		it("readings are sent again for each reading that is missing, and on each connection", () => {
			const rig = missing([3, 4]);
			rig.outbox.answered(stream, 2);
			rig.outbox.answered(stream, 3);
			for (const seq of range(3, 6)) rig.outbox.acknowledged(`${stream}-${seq}`);
			rig.pass(1);
			rig.taken();
			for (let connection = 0; connection < 2; connection++) {
				rig.outbox.answered(stream, 3);
				rig.pass(1);
				expect(rig.taken()).toEqual(range(4, 6));
				rig.outbox.offline();
				rig.outbox.online();
				rig.pass(1);
				expect(rig.taken()).toEqual(range(4, 6));
				for (const seq of range(4, 6)) rig.outbox.acknowledged(`${stream}-${seq}`);
			}
		});

		it("an earlier one does not count, nor one that comes when nothing waits", () => {
			const rig = missing([3, 4, 5, 6]);
			expect(rig.outbox.answered(stream, 1)).toBe(true);
			rig.outbox.answered(stream, 6);
			expect(rig.outbox.answered(stream, 6)).toBe(true);
			rig.pass(10_000);
			expect(rig.taken()).toEqual([]);
		});

		it("what the broker acknowledged on an earlier connection does not count", () => {
			const rig = missing([3, 4, 5, 6]);
			rig.outbox.offline();
			rig.outbox.online();
			rig.pass(1);
			rig.taken();
			rig.outbox.answered(stream, 2);
			rig.pass(1);
			expect(rig.taken()).toEqual([]);
		});
	});

	it("without an answer the oldest is sent again, later each time, and with an answer the rest follows", () => {
		const rig = start();
		rig.add(1, 4);
		rig.taken();
		const times: number[] = [];
		for (let second = 0; second < 60; second++) {
			rig.pass(1000);
			if (rig.taken().length > 0) times.push(second + 1);
		}
		expect(times).toEqual([5, 15, 35]);
		rig.outbox.answered(stream, 1);
		expect(rig.taken()).toEqual([2, 3, 4]);
	});

	it("an answer may come for what was sent on the connection before", () => {
		const rig = start();
		rig.add(1, 20);
		rig.outbox.offline();
		rig.outbox.online();
		expect(rig.outbox.answered(stream, 8)).toBe(true);
		rig.pass(1);
		expect(rig.backlog.pending).toBe(12);
	});

	it("what follows a hole in the numbers waits for all before it", () => {
		const rig = new OutboxRig({ delivery: "server", drainInterval: 0, window: 8 });
		rig.add(1, 16);
		rig.pass(10_000);
		rig.start();
		rig.add(17);
		rig.outbox.online();
		rig.pass(1);
		rig.outbox.answered(stream, 8);
		rig.pass(1);
		expect(rig.taken()).toEqual(range(1, 16));
		rig.outbox.answered(stream, 16);
		expect(rig.sent.map(({ payload }) => payload)).toMatchObject([{ light: 17, base: rig.backlog.newest }]);
		expect(rig.backlog.newest).toBeGreaterThan(17);
	});
});
