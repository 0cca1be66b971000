import { describe, expect, it } from "vitest";
import { OutboxRig, range } from "./rig.js";

describe("an outage", () => {
	it("what comes meanwhile is sent at once when it ends, in order, all but the newest as late", () => {
		const rig = new OutboxRig();
		rig.add(1, 10);
		rig.outbox.online();
		expect(rig.sent.map(({ payload }) => payload)).toEqual([{ light: 1, late: true }]);
		expect(rig.settle()).toEqual(range(1, 10));
		rig.add(11);
		expect(rig.sent.map(({ payload }) => payload)).toEqual([{ light: 11 }]);
	});

	it("late ones leave no faster than the interval, and no slower", () => {
		const rig = new OutboxRig({ drainInterval: 20, window: 64 });
		rig.add(1, 50);
		rig.outbox.online();
		rig.pass(20 * 47);
		expect(rig.taken()).toEqual(range(1, 48));
		// The newest is not late, and follows at once.
		rig.pass(20);
		expect(rig.taken()).toEqual([49, 50]);
	});

	it("what was under way is sent again, unless the session still has it", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		rig.outbox.online();
		rig.add(1, 4);
		const tags = rig.sent.map(({ tag }) => tag);
		expect(rig.taken()).toEqual([1, 2, 3, 4]);
		rig.outbox.offline();
		rig.inFlight = tags.slice(0, 2);
		rig.outbox.online();
		rig.pass(1);
		expect(rig.taken()).toEqual([3, 4]);
		rig.inFlight = [];
		for (const tag of tags) rig.outbox.acknowledged(tag);
		expect(rig.backlog.pending).toBe(0);
	});

	it("is over a restart too", () => {
		const rig = new OutboxRig();
		rig.add(1, 40);
		rig.pass(10_000);
		rig.start();
		rig.add(41, 42);
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 42));
	});
});

describe("the window", () => {
	it("no more wait for an answer than may", () => {
		const rig = new OutboxRig({ drainInterval: 0, window: 3 });
		rig.outbox.online();
		rig.add(1, 9);
		expect(rig.taken()).toEqual([1, 2, 3]);
		rig.outbox.acknowledged("abcdefgh-2");
		expect(rig.taken()).toEqual([]);
		rig.outbox.acknowledged("abcdefgh-1");
		expect(rig.taken()).toEqual([4, 5]);
	});

	it("what the session does not take is handed over again", () => {
		const rig = new OutboxRig();
		rig.outbox.online();
		rig.takes = false;
		rig.add(1);
		rig.takes = true;
		rig.pass(100);
		expect(rig.taken()).toEqual([1]);
	});

	it.each([
		{ name: "another stream's", tag: "hgfedcba-1" },
		{ name: "one that was never sent", tag: "abcdefgh-9" },
	])("an acknowledgement of $name does nothing", ({ tag }) => {
		const rig = new OutboxRig();
		rig.outbox.online();
		rig.add(1);
		rig.outbox.acknowledged(tag);
		expect(rig.backlog.pending).toBe(1);
	});
});

describe("a full outbox", () => {
	it.each([
		{ full: "oldest", messages: 5, bytes: 32_768, kept: [4, 5, 6, 7, 8], dropped: 3 },
		{ full: "newest", messages: 5, bytes: 32_768, kept: [1, 2, 3, 4, 5], dropped: 3 },
		{ full: "oldest", messages: 100, bytes: 33, kept: [6, 7, 8], dropped: 5 },
		{ full: "newest", messages: 100, bytes: 33, kept: [1, 2, 3], dropped: 5 },
		{ full: "replaced", messages: 1, bytes: 64, kept: [8], dropped: 0 },
	] as const)("drops the $full of $messages messages or $bytes bytes", ({ kept, dropped, ...options }) => {
		for (const hasFlash of [true, false]) {
			const rig = new OutboxRig(options, { hasFlash });
			rig.add(1, 8);
			rig.pass(1000);
			expect(rig.told).toMatchObject({ pending: kept.length, dropped });
			rig.outbox.online();
			expect(rig.settle()).toEqual(kept);
		}
	});

	it("goes on once there is room again", () => {
		const rig = new OutboxRig({ full: "newest", messages: 3 });
		rig.add(1, 5);
		rig.outbox.online();
		expect(rig.settle()).toEqual([1, 2, 3]);
		rig.add(6, 8);
		expect(rig.settle()).toEqual([6, 7, 8]);
	});

	it("what is dropped while it is under way is not sent again", () => {
		const rig = new OutboxRig({ messages: 3, drainInterval: 0 });
		rig.outbox.online();
		rig.add(1, 5);
		expect(rig.taken()).toEqual([1, 2, 3, 4, 5]);
		rig.outbox.offline();
		rig.outbox.online();
		rig.pass(1);
		expect(rig.taken()).toEqual([3, 4, 5]);
	});

	it("a flash that is full drops whole blocks, counted", () => {
		const rig = new OutboxRig({ messages: 1_000_000, bytes: 268_435_455 });
		rig.add(1, 6000);
		rig.pass(20_000);
		const { pending, dropped } = rig.told as { pending: number; dropped: number };
		expect(pending + dropped).toBe(6000);
		expect(pending).toBeGreaterThan(1500);
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(dropped + 1, 6000));
	});
});

describe("expiry", () => {
	it("what is too old is dropped, over a restart too; of an unknown age it is kept", () => {
		const rig = new OutboxRig({ expires: 60_000 });
		rig.wallClock = undefined;
		rig.start();
		rig.add(1, 2);
		rig.pass(10_000);
		rig.wallClock = Date.UTC(2026, 0, 1);
		rig.start();
		rig.add(3, 4);
		rig.pass(50_000);
		rig.start();
		rig.add(5);
		rig.pass(11_000);
		rig.outbox.online();
		expect(rig.settle()).toEqual([1, 2, 5]);
		rig.pass(2000);
		expect(rig.told).toMatchObject({ dropped: 2, pending: 0 });
	});

	it("counts from the measurement when the clock is set later, in this start or after it", () => {
		const rig = new OutboxRig({ expires: 60_000 });
		rig.wallClock = undefined;
		rig.start();
		rig.add(1);
		rig.pass(30_000);
		// Stored without a date; the date comes, and is stored for it.
		rig.wallClock = Date.UTC(2026, 0, 1);
		rig.host.wallClock = rig.wallClock - rig.clock.elapsed;
		rig.pass(10_000);
		rig.add(2);
		rig.pass(15_000);
		rig.start();
		rig.add(3);
		rig.pass(10_000);
		rig.outbox.online();
		expect(rig.settle()).toEqual([2, 3]);
	});
});

describe("a message at which the broker closes", () => {
	/** A broker that closes the connection on a reading. */
	function live(rig: OutboxRig, bad: number): number[] {
		const delivered: number[] = [];
		for (let connection = 0; connection < 20 && rig.backlog.pending > 0; connection++) {
			rig.outbox.online();
			for (let step = 0; step < 50; step++) {
				const { length } = rig.sent;
				const at = rig.sent.findIndex(({ payload }) => payload.light === bad);
				const batch = rig.sent.splice(0);
				for (const { payload, tag } of at < 0 ? batch : batch.slice(0, at)) {
					delivered.push(payload.light as number);
					rig.outbox.acknowledged(tag);
				}
				if (at >= 0) {
					for (const { tag } of batch.slice(at)) rig.outbox.undeliverable(tag, false);
					rig.sent.length = 0;
					break;
				}
				if (length === 0 && rig.backlog.pending === 0) break;
				rig.pass(10);
			}
			rig.outbox.offline();
		}
		return delivered;
	}

	it("is set aside after as many ends of the connection, and told; the others arrive", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		rig.add(1, 6);
		expect(live(rig, 3)).toEqual([1, 2, 4, 5, 6]);
		expect(rig.aside).toEqual(['{"light":3}']);
		rig.pass(2000);
		expect(rig.told).toMatchObject({ setAside: 1, dropped: 0, pending: 0 });
	});

	it("is never given up with 0 attempts", () => {
		const rig = new OutboxRig({ drainInterval: 0, attempts: 0 });
		rig.add(1, 3);
		expect(live(rig, 3)).toEqual([1, 2]);
		expect(rig.backlog.pending).toBe(1);
	});

	it("that the session has given up is not sent again", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		rig.add(1, 2);
		rig.outbox.online();
		rig.pass(1);
		rig.outbox.undeliverable("abcdefgh-1", true);
		rig.outbox.offline();
		rig.taken();
		rig.outbox.online();
		expect(rig.settle()).toEqual([2]);
		expect(rig.aside).toEqual(['{"light":1}']);
	});
});

describe("the storage", () => {
	it("a power cut takes the readings of ten seconds at most", () => {
		const rig = new OutboxRig();
		for (let light = 1; light <= 11; light++) {
			rig.add(light);
			rig.pass(1000);
		}
		rig.start();
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 10));
	});

	it("or 16 of them", () => {
		const rig = new OutboxRig();
		rig.add(1, 40);
		rig.start();
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 32));
	});

	it("a stop takes none", () => {
		const rig = new OutboxRig();
		rig.add(1, 5);
		rig.outbox.stop();
		rig.start();
		rig.add(6);
		rig.outbox.online();
		expect(rig.sent[0]?.tag).toBe("abcdefgh-1");
		expect(rig.settle()).toEqual(range(1, 6));
		expect(rig.backlog.newest).toBe(6);
	});

	it("a stop tells what was dropped just before", () => {
		const rig = new OutboxRig({ messages: 2 });
		rig.add(1, 3);
		rig.outbox.stop();
		expect(rig.told).toMatchObject({ pending: 2, dropped: 1 });
	});

	it("that fails is told once, and written when it works again", () => {
		const rig = new OutboxRig();
		rig.flash.isBroken = true;
		rig.add(1, 40);
		rig.pass(60_000);
		expect(rig.host.eventsOf("storage")).toEqual([
			{ event: "storage", code: "storage-unwritable", reason: "the flash is broken" },
		]);
		rig.flash.isBroken = false;
		rig.pass(10_000);
		rig.start();
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 40));
	});

	it("that cannot be read for a while delays what it has", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		rig.add(1, 16);
		rig.flash.isBroken = true;
		rig.outbox.online();
		rig.pass(1000);
		expect(rig.taken()).toEqual([]);
		rig.flash.isBroken = false;
		rig.pass(10_000);
		expect(rig.settle()).toEqual(range(1, 16));
	});

	it("numbers are not used twice, whatever the power does", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		const tags = new Map<string, number>();
		for (let life = 0; life < 20; life++) {
			rig.outbox.online();
			for (let light = 0; light < 30; light++) {
				rig.add(life * 100 + light);
				for (const { payload, tag } of rig.sent.splice(0)) {
					expect(tags.get(tag) ?? payload.light).toBe(payload.light);
					tags.set(tag, payload.light as number);
					if (light % 3 === 0) rig.outbox.acknowledged(tag);
				}
				rig.pass(700);
			}
			rig.start();
		}
		expect(tags.size).toBeGreaterThan(300);
	});
});
