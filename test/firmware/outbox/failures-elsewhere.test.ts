import { describe, expect, it } from "vitest";
import { OutboxRig, range } from "./rig.js";

/** What went wrong in queues of other projects, each with its issue there. */
describe("what does not happen here", () => {
	it("a store that deletes before it sent (NanoMQ 2432): what was not answered comes again after a power cut", () => {
		const rig = new OutboxRig({ drainInterval: 0, window: 64 });
		rig.add(1, 32);
		rig.pass(10_000);
		rig.outbox.online();
		rig.pass(1);
		expect(rig.taken()).toEqual(range(1, 32));
		rig.start();
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 32));
	});

	it("no flush after a reconnect until something new is published (NanoMQ 2423): it begins at once", () => {
		const rig = new OutboxRig();
		rig.outbox.online();
		rig.outbox.offline();
		rig.add(1, 5);
		rig.pass(60_000);
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 5));
	});

	it.each(["oldest", "newest"] as const)(
		"a queue that stalls for ever once its limit was reached (Mosquitto 2256): with $0 dropped it goes on, again and again",
		(full) => {
			const rig = new OutboxRig({ messages: 8, full });
			for (let outage = 0; outage < 5; outage++) {
				const first = outage * 100;
				rig.add(first, first + 49);
				rig.outbox.online();
				expect(rig.settle()).toEqual(
					full === "oldest" ? range(first + 42, first + 49) : range(first, first + 7),
				);
				rig.outbox.offline();
			}
		},
	);

	it("expiry lost at a power cut: what was stored before it is too old after it", () => {
		const rig = new OutboxRig({ expires: 60_000 });
		rig.add(1);
		rig.pass(10_000);
		rig.start();
		rig.pass(51_000);
		rig.outbox.online();
		rig.pass(1000);
		expect([rig.taken(), rig.told]).toMatchObject([[], { dropped: 1, pending: 0 }]);
	});

	it("a drain of one message a second: 256 readings leave within 3 s", () => {
		const rig = new OutboxRig();
		rig.add(1, 256);
		rig.outbox.online();
		const begun = rig.clock.elapsed;
		expect(rig.settle()).toEqual(range(1, 256));
		expect(rig.clock.elapsed - begun).toBeLessThanOrEqual(3000);
	});

	it("heap exhausted while reconnecting with a full outbox: no more than the window is handed over, however often", () => {
		const rig = new OutboxRig({ drainInterval: 0 });
		rig.add(1, 300);
		for (let connection = 0; connection < 100; connection++) {
			rig.outbox.online();
			rig.pass(100);
			expect(rig.taken()).toHaveLength(4);
			expect([rig.backlog.pending, rig.backlog.bytes]).toEqual([256, 256 * 13 - 55]);
			rig.outbox.offline();
		}
	});

	it("a store destroyed by a change of configuration (ThingsBoard gateway 2124): what it had comes", () => {
		const rig = new OutboxRig();
		rig.add(1, 40);
		rig.outbox.stop();
		rig.start({ messages: 64, bytes: 4096, full: "newest", window: 1, delivery: "server", time: "unix" });
		rig.outbox.stop();
		rig.start({ drainInterval: 0, attempts: 0 });
		rig.outbox.online();
		expect(rig.settle()).toEqual(range(1, 40));
	});
});

describe("bad input", () => {
	it("a store with a damaged record: the others come, and what it had is counted as lost", () => {
		const rig = new OutboxRig();
		rig.add(1, 48);
		rig.pass(10_000);
		// Within the second of three records, in the first block that is used.
		rig.flash.start().write(new Uint8Array(64), 4096 + 700);
		rig.start();
		rig.pass(1000);
		expect(rig.told).toMatchObject({ lost: 16, pending: 32 });
		rig.outbox.online();
		expect(rig.settle()).toEqual([...range(1, 16), ...range(33, 48)]);
	});

	it("a broker that never acknowledges: the outbox stays as large as it may be, and sends no more than the window", () => {
		const rig = new OutboxRig({ messages: 16, drainInterval: 0 });
		rig.outbox.online();
		rig.add(1, 4);
		expect(rig.taken()).toEqual([1, 2, 3, 4]);
		rig.pass(3_600_000);
		expect([rig.taken(), rig.backlog.pending]).toEqual([[], 4]);
	});

	it.each([
		{ name: "an expiry in the past, as the clock jumps ahead: all are dropped", jump: 3_600_000, left: [] },
		{ name: "a clock that goes back: all are kept", jump: -3_600_000, left: [1, 2, 3] },
	])("$name", ({ jump, left }) => {
		const rig = new OutboxRig({ expires: 60_000 });
		rig.add(1, 3);
		rig.pass(10_000);
		rig.wallClock = (rig.wallClock as number) + jump;
		rig.start();
		rig.outbox.online();
		expect(rig.settle()).toEqual(left);
	});
});
