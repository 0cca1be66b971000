import type { OrderChanges, OrderStore, OrderStream, Outcome, StoredOrder } from "./order-store.js";

/** How many ended orders are remembered, and for how many devices how their orders are numbered: anybody can make up ids. */
const MOST = 20_000;

/** Orders that last as long as the process. Of too many that ended it forgets those that ended first. */
export class MemoryOrders implements OrderStore {
	readonly #open = new Map<string, StoredOrder>();
	readonly #ended = new Map<string, Outcome>();
	readonly #streams = new Map<string, OrderStream>();

	openOrders(): readonly StoredOrder[] {
		return [...this.#open.values()];
	}

	outcomeOf(device: string, id: string): Outcome | undefined {
		return this.#ended.get(`${device} ${id}`);
	}

	orderStream(device: string): OrderStream | undefined {
		return this.#streams.get(device);
	}

	/** Takes what is new. */
	commit({ orders, streams }: OrderChanges): void {
		for (const order of orders) {
			const key = `${order.device} ${order.id}`;
			if (order.outcome === undefined) {
				this.#open.set(key, { ...order });
				continue;
			}
			this.#open.delete(key);
			put(this.#ended, key, order.outcome);
		}
		for (const { device, stream, seq } of streams) put(this.#streams, device, { device, stream, seq });
	}
}

/** Puts an entry last, and removes the first of too many. */
function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
	map.delete(key);
	map.set(key, value);
	if (map.size <= MOST) return;
	const [oldest] = map.keys();
	map.delete(oldest as string);
}
