import type { OrderStream, Outcome, StoredOrder } from "./store/order-store.js";

/** An order, as it changes until it ends. */
export interface Order extends StoredOrder {
	seq: number | undefined;
	outcome: Outcome | undefined;
	ended: number | undefined;
}

const LETTERS = 8;

/** The open orders of a device: the first one is under way, if it has a number. */
export class Line implements OrderStream {
	readonly device: string;
	readonly stream: string;
	/** The highest number that was given. */
	seq: number;
	/** By id, in the order in which they came. */
	readonly orders = new Map<string, Order>();
	/** How often the first one was sent since the device was last heard to come online. */
	tries = 0;
	/** When to send the first one, again; `undefined`: not before something happens. */
	next: number | undefined;

	/**
	 * @param known how its orders were numbered so far
	 * @param random uniform, 0 up to 1
	 */
	constructor(device: string, known: OrderStream | undefined, random: () => number) {
		this.device = device;
		this.stream = known?.stream ?? Array.from({ length: LETTERS }, () => letter(random())).join("");
		this.seq = known?.seq ?? 0;
	}

	get head(): Order | undefined {
		const [first] = this.orders.values();
		return first;
	}

	/**
	 * What a device is sent of an order: that a person decided, the command's own members, which may say otherwise, then
	 * those by which it knows the order.
	 */
	bodyOf({ command, id, seq, expires }: Order): string {
		const own = JSON.stringify({ id, stream: this.stream, seq, ...(expires !== undefined && { expires }) });
		const members = command.slice(1, -1);
		return `{"by":"hand",${members === "" ? "" : `${members},`}${own.slice(1)}`;
	}
}

const letter = (chance: number): string => String.fromCharCode(97 + Math.floor(chance * 26));
