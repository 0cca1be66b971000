import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMIT_DELAY, Delivery, MOST_MESSAGES, MOST_WAITING, RETRY_DELAY } from "../../server/delivery.js";
import { MemoryStore } from "../../server/store/memory.js";
import { type Progress, type Row, type Store, StoreFailure } from "../../server/store/store.js";

/** A store in memory that can be switched to fail. */
class Troubled implements Store {
	readonly rows: Row[] = [];
	readonly keepsAll: boolean;
	commits = 0;
	failure: StoreFailure | undefined;
	readonly #memory = new MemoryStore({ keep: (row) => this.rows.push(row) });

	constructor(keepsAll = true) {
		this.keepsAll = keepsAll;
	}

	through(device: string, stream: string): number | undefined {
		if (this.failure !== undefined) throw this.failure;
		return this.#memory.through(device, stream);
	}

	commit(rows: readonly Row[], progress: readonly Progress[]): void {
		if (this.failure !== undefined) throw this.failure;
		this.commits++;
		this.#memory.commit(rows, progress);
	}

	close(): void {}
}

const reading = (seq?: number, { base = 1, isLate = false, text = "{}" } = {}) => ({
	telemetry: { light: 1 },
	text,
	sequence: seq === undefined ? undefined : { stream: "a", seq, base },
	isLate,
	measured: undefined,
});

const full = new StoreFailure("disk-full", "the disk is full");

describe("a commit", () => {
	it(`is due ${COMMIT_DELAY} ms after the first message, not after the last`, () => {
		const delivery = new Delivery(new MemoryStore());
		expect(delivery.due).toBeUndefined();
		delivery.take("lamp", reading(1), 1000, 0);
		delivery.take("lamp", reading(2), 1090, 0);
		expect(delivery.due).toBe(1100);
	});

	it(`is due at once after ${MOST_MESSAGES} messages`, () => {
		const delivery = new Delivery(new MemoryStore());
		for (let seq = 1; seq < MOST_MESSAGES; seq++) delivery.take("lamp", reading(seq), 1000, 0);
		expect(delivery.due).toBe(1100);
		delivery.take("lamp", reading(1), 1010, 0);
		expect(delivery.due).toBe(1010);
	});

	it.each([
		["a numbered reading, which its device sends again", [1], false],
		["a reading without a number", [undefined], true],
		["both", [1, undefined, 2], true],
	] as const)("is owed to the broker for %s: %s, %s", (_what, numbers, isOwing) => {
		const delivery = new Delivery(new Troubled());
		for (const seq of numbers) delivery.take("lamp", reading(seq), 0, 0);
		expect(delivery.isOwing).toBe(isOwing);
		delivery.commit(100);
		expect(delivery.isOwing).toBe(false);
	});

	it("stores all rows in order, and acknowledges each stream once", () => {
		const store = new Troubled();
		const delivery = new Delivery(store);
		for (const seq of [1, 2, 2, 4]) delivery.take("lamp", reading(seq), 0, 7000 + seq);
		delivery.take("other", reading(9, { base: 9, isLate: true, text: '{"light":1}' }), 0, 7005);
		expect(store.rows).toEqual([]);
		expect(delivery.commit(100)).toEqual({
			kind: "committed",
			isBack: false,
			progress: [
				{ device: "lamp", stream: "a", through: 2 },
				{ device: "other", stream: "a", through: 9 },
			],
		});
		const rest = { stream: "a", measured: undefined };
		expect(store.rows).toEqual([
			{ device: "lamp", ...rest, seq: 1, received: 7001, isLate: false, payload: "{}" },
			{ device: "lamp", ...rest, seq: 2, received: 7002, isLate: false, payload: "{}" },
			{ device: "other", ...rest, seq: 9, received: 7005, isLate: true, payload: '{"light":1}' },
		]);
		expect(delivery.due).toBeUndefined();
	});

	it("acknowledges duplicates without writing anything", () => {
		const store = new Troubled();
		const delivery = new Delivery(store);
		delivery.take("lamp", reading(1), 0, 0);
		delivery.commit(100);
		delivery.take("lamp", reading(1), 200, 0);
		expect(delivery.due).toBe(300);
		expect(delivery.commit(300)).toMatchObject({ progress: [{ through: 1 }] });
		expect(store.commits).toBe(1);
	});

	it.each([
		{ keepsAll: true, stored: 2 },
		{ keepsAll: false, stored: 0 },
	])(
		"stores readings without a number, as often as they come, if the store keeps all: $keepsAll",
		({ keepsAll, stored }) => {
			const store = new Troubled(keepsAll);
			const delivery = new Delivery(store);
			for (let n = 0; n < 2; n++)
				expect(delivery.take("lamp", reading(), 0, 0)).toMatchObject({ standing: undefined, isNewest: true });
			expect(delivery.due).toBe(keepsAll ? 100 : undefined);
			expect(delivery.commit(100)).toMatchObject({ progress: [] });
			expect(store.rows).toHaveLength(stored);
		},
	);
});

describe("a store that fails", () => {
	it(`is tried again after ${RETRY_DELAY} ms, told once for each cause, and acknowledges nothing meanwhile`, () => {
		const store = new Troubled();
		const delivery = new Delivery(store);
		delivery.take("lamp", reading(1), 0, 0);
		store.failure = full;
		expect(delivery.commit(100)).toEqual({ kind: "failed", failure: full, isNew: true });
		delivery.take("lamp", reading(2), 110, 0);
		expect(delivery.due).toBe(1100);
		expect(delivery.commit(1100)).toMatchObject({ kind: "failed", isNew: false });
		store.failure = new StoreFailure("locked", "locked");
		expect(delivery.commit(2100)).toMatchObject({ kind: "failed", isNew: true });
		store.failure = undefined;
		expect(delivery.commit(3100)).toEqual({
			kind: "committed",
			isBack: true,
			progress: [{ device: "lamp", stream: "a", through: 2 }],
		});
		expect(store.rows.map(({ seq }) => seq)).toEqual([1, 2]);
		expect(delivery.due).toBeUndefined();
	});

	it(`has ${MOST_WAITING} readings wait; further ones are put off and come again, but for those that the broker waits for`, () => {
		const store = new Troubled();
		const delivery = new Delivery(store);
		delivery.take("lamp", reading(1), 0, 0);
		store.failure = full;
		delivery.commit(100);
		for (let seq = 2; seq <= MOST_WAITING; seq++) delivery.take("lamp", reading(seq), 200, 0);
		expect(delivery.take("lamp", reading(MOST_WAITING + 1), 200, 0)).toMatchObject({ standing: "put-off" });
		delivery.take("lamp", reading(), 200, 0);
		delivery.take("lamp", reading(undefined, { text: '{"kept":1}' }), 200, 0, true);
		store.failure = undefined;
		expect(delivery.commit(1100)).toMatchObject({ progress: [{ through: MOST_WAITING }] });
		expect(store.rows).toHaveLength(MOST_WAITING + 1);
		expect(store.rows.at(-1)?.payload).toBe('{"kept":1}');
		expect(delivery.take("lamp", reading(MOST_WAITING + 1), 1200, 0)).toMatchObject({ standing: "new" });
	});

	it("puts off what it is asked about, and tells that", () => {
		const store = new Troubled();
		const delivery = new Delivery(store);
		store.failure = full;
		expect(delivery.take("lamp", reading(1), 0, 0)).toMatchObject({ standing: "put-off", isNewest: true });
		expect(delivery.due).toBe(0);
		expect(delivery.commit(0)).toMatchObject({ kind: "failed", isNew: true });
		store.failure = undefined;
		expect(delivery.commit(1000)).toMatchObject({ kind: "committed", isBack: true, progress: [] });
		expect(delivery.take("lamp", reading(1), 2000, 0)).toMatchObject({ standing: "new", isFirst: true });
	});
});

describe("whatever is lost, comes twice or crashes", () => {
	/** A device that sends in order, drops what was acknowledged, and after a while goes back to the first that was not. */
	class Sender {
		readonly outbox: number[] = [];
		readonly given: number[] = [];
		next = 0;
		seq = 1;
		produce(isForgetful: boolean): void {
			this.outbox.push(this.seq++);
			if (!isForgetful || this.outbox.length < 4) return;
			// The oldest is given up: it makes room.
			this.given.push(this.outbox.shift() as number);
			this.next = Math.max(0, this.next - 1);
		}
		send(): { seq: number; base: number } | undefined {
			const seq = this.outbox[this.next];
			if (seq === undefined) return undefined;
			this.next++;
			return { seq, base: this.outbox[0] as number };
		}
		acknowledged(through: number): void {
			while ((this.outbox[0] ?? Number.POSITIVE_INFINITY) <= through) {
				this.outbox.shift();
				this.next = Math.max(0, this.next - 1);
			}
		}
	}
	type Event =
		| "produce"
		| "forget"
		| "send"
		| "lose"
		| "twice"
		| "back"
		| "commit"
		| "lose ack"
		| "crash"
		| "full"
		| "room";
	const events = fc.array(
		fc.constantFrom<Event>(
			...([
				"produce",
				"produce",
				"send",
				"send",
				"send",
				"lose",
				"twice",
				"back",
				"commit",
				"commit",
			] as const),
			...(["forget", "lose ack", "crash", "full", "room"] as const),
		),
		{ maxLength: 200, size: "max" },
	);

	it("rows are in order, each once, and none that was acknowledged is missing; in the end all are there that the device did not give up", () => {
		fc.assert(
			fc.property(events, (happened) => {
				const store = new Troubled();
				const sender = new Sender();
				let delivery = new Delivery(store);
				let now = 0;
				const arrive = (message: ReturnType<Sender["send"]>) => {
					if (message !== undefined)
						delivery.take("lamp", reading(message.seq, { base: message.base }), now, now);
				};
				const commit = (isHeard: boolean) => {
					const done = delivery.commit(now);
					if (done.kind === "failed") return;
					for (const { through } of done.progress) {
						const stored = store.rows.map(({ seq }) => seq);
						const missing = Array.from({ length: through }, (_, index) => index + 1).filter(
							(seq) => !stored.includes(seq) && !sender.given.includes(seq),
						);
						expect(missing).toEqual([]);
						if (isHeard) sender.acknowledged(through);
					}
				};
				const act: Record<Event, () => void> = {
					produce: () => sender.produce(false),
					forget: () => sender.produce(true),
					send: () => arrive(sender.send()),
					lose: () => void sender.send(),
					twice: () => {
						const message = sender.send();
						arrive(message);
						arrive(message);
					},
					back: () => {
						sender.next = 0;
					},
					commit: () => commit(true),
					"lose ack": () => commit(false),
					crash: () => {
						delivery = new Delivery(store);
					},
					full: () => {
						store.failure = full;
					},
					room: () => {
						store.failure = undefined;
					},
				};
				for (const event of happened) {
					now += 10;
					act[event]();
				}
				store.failure = undefined;
				// It tells what went wrong before.
				commit(true);
				while (sender.outbox.length > 0) {
					const before = sender.outbox.length;
					sender.next = 0;
					for (let message = sender.send(); message !== undefined; message = sender.send()) arrive(message);
					commit(true);
					expect(sender.outbox.length).toBeLessThan(before);
				}
				const stored = store.rows.map(({ seq }) => seq as number);
				expect(stored).toEqual([...new Set(stored)].sort((one, other) => one - other));
				const all = Array.from({ length: sender.seq - 1 }, (_, index) => index + 1);
				expect(all.filter((seq) => !stored.includes(seq) && !sender.given.includes(seq))).toEqual([]);
			}),
			{ numRuns: 500 },
		);
	});
});
