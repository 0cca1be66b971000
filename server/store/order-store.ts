/**
 * How an order relates to others for the same device: `newest` replaces those of this policy that are not answered;
 * `ordered` comes after all before it.
 */
export type Policy = "newest" | "ordered";

/** How an order ended. */
export interface Outcome {
	/** As in HTTP: 200 done, 400 wrong, 404 no such command, 408 expired, 409 replaced, 500 failed. */
	readonly status: number;
	/** A JSON object with more. */
	readonly payload?: string;
}

/** An order as it is stored. */
export interface StoredOrder {
	readonly device: string;
	/** Names it among those of its device. */
	readonly id: string;
	readonly policy: Policy;
	/** A JSON object. */
	readonly command: string;
	/** When it came, in milliseconds since 1970. */
	readonly accepted: number;
	/** When it expires, in milliseconds since 1970, if it does. */
	readonly expires: number | undefined;
	/** Its number in the device's stream of orders, as soon as it may have been sent. */
	readonly seq: number | undefined;
	/** How it ended, and when, in milliseconds since 1970; `undefined` while it is open. */
	readonly outcome: Outcome | undefined;
	readonly ended: number | undefined;
}

/** How the orders for a device are numbered, and the highest number that was given. */
export interface OrderStream {
	readonly device: string;
	/** Eight letters a to z. */
	readonly stream: string;
	readonly seq: number;
}

/** What is new of orders since the last commit. An order that is stored is changed; those that are new are in the order in which they came. */
export interface OrderChanges {
	readonly orders: readonly StoredOrder[];
	readonly streams: readonly OrderStream[];
}

/** Where orders are kept. Each function throws StoreFailure when it cannot say. */
export interface OrderStore {
	/** Those that have not ended, in the order in which they came. */
	openOrders(): readonly StoredOrder[];
	/** How an order ended; `undefined` for one that is open, or not known. */
	outcomeOf(device: string, id: string): Outcome | undefined;
	/** How orders for a device are numbered; `undefined` if none was sent. */
	orderStream(device: string): OrderStream | undefined;
}

/** Of each device as many ended orders are kept, those that ended last. */
export const MOST_ENDED = 1000;
