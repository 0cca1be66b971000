import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/store/memory.js";
import { type Store, StoreFailure } from "../../server/store/store.js";
import { Bench } from "./orders-bench.js";

const confirmed = ["k1 accepted", "lamp/responses k1 202 by nightlight"];
const sent = "lamp/commands k1 1";

describe("a store that fails", () => {
	/** A bench whose store can be made to fail when it writes, or when it is asked. */
	const troubled = () => {
		const memory = new MemoryStore();
		const trouble = { writing: false, asking: false };
		const failure = new StoreFailure("disk-full", "no room");
		const orders = {
			openOrders: () => memory.orders.openOrders(),
			orderStream: (device: string) => memory.orders.orderStream(device),
			outcomeOf: (device: string, id: string) => {
				if (trouble.asking) throw failure;
				return memory.orders.outcomeOf(device, id);
			},
		};
		const store: Store = {
			...{ keepsAll: true, orders, through: () => undefined, close: () => {} },
			commit: (...given) => {
				if (trouble.writing) throw failure;
				memory.commit(...given);
			},
		};
		return { bench: new Bench({ store }), trouble };
	};

	it("has an order confirmed and sent only when it works again", () => {
		const { bench, trouble } = troubled();
		trouble.writing = true;
		expect([...bench.order("k1"), ...bench.order("k1")]).toEqual(["store failed"]);
		expect(bench.wait(10_000)).toEqual([]);
		trouble.writing = false;
		expect(bench.wait(1000)).toEqual([
			"store working",
			"k1 accepted",
			...[1, 2].map(() => "lamp/responses k1 202 by nightlight"),
			sent,
		]);
	});

	it("has an order neither taken nor confirmed if it cannot say whether that is known", () => {
		const { bench, trouble } = troubled();
		trouble.asking = true;
		expect(bench.order("k1")).toEqual(["store failed"]);
		trouble.asking = false;
		expect(bench.wait(2000)).toEqual(["store working"]);
		expect(bench.order("k1")).toEqual([...confirmed, sent]);
	});
});
