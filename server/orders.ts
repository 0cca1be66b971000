import { DeviceSet } from "./device-set.js";
import type { OrderEvent } from "./events.js";
import { Line, type Order } from "./order-line.js";
import type { NewOrder, Response } from "./order-payload.js";
import type { OrderChanges, OrderStore, Outcome } from "./store/order-store.js";

/** Open orders of a device at most, and of all devices together. */
export const MOST_OF_DEVICE = 10_000;
export const MOST_OPEN = 100_000;

/**
 * Changes and responses that wait for a commit at most, and besides those of one group's order: there are so many only
 * while the store fails.
 */
export const MOST_UNCOMMITTED = 10_000;

/** Milliseconds from each sending of an order to the next, while there is no response; the last one stays. */
export const RESEND_DELAYS: readonly number[] = Object.freeze([5000, 10_000, 20_000, 40_000, 60_000]);

/** Milliseconds after the link came online in which the broker's statuses of devices come, before orders are sent. */
export const QUIET = 500;

/** Milliseconds between the devices to which orders are sent again when the link came online. */
const SPACING = 2;

/** Milliseconds after which dates are looked at again, as the clock may be set. */
const MOST_WAIT = 60_000;

/** Whose orders are meant: a device's, or those that were given to a group. */
export type Addressee = { readonly device: string } | { readonly group: string };

/** What is to be done, after a commit. */
export type OrderOutput =
	/** Say where the orders of this device, or of this group, are answered how one stands. */
	| ({ kind: "respond"; id: string; outcome: Outcome } & Addressee)
	/** Publish `body` where the device takes commands. */
	| { kind: "send"; device: string; id: string; body: string }
	| { kind: "told"; event: OrderEvent };

/**
 * What became of an order that came: `taken`; a `repeat` of one that is known; `too-many` are open; or `put-off`: it
 * cannot be stored now, and is not confirmed.
 */
export type Acceptance = "taken" | "repeat" | "too-many" | "put-off";

const ACCEPTED: Outcome = Object.freeze({ status: 202 });
const because = (status: number, reason: string): Outcome => ({
	status,
	payload: JSON.stringify({ reason }),
});

/**
 * The orders of all devices: which is sent when, and how each ends. Of a device one order at a time is under way. No
 * IO and no time of its own: whatever is called, its outputs come with `settle`, after `changes` have been stored.
 * Times `now` are milliseconds of a clock that is never set, `date` milliseconds since 1970.
 */
export class Orders {
	readonly #store: OrderStore;
	readonly #random: () => number;
	/** The devices with open orders, and those whose changes are not stored. */
	readonly #lines = new Map<string, Line>();
	/** Devices that are known to be offline. */
	readonly #away = new DeviceSet();
	readonly #changed = new Map<string, Order>();
	/** Lines that have a new number, that send an order, and that came to their end. */
	readonly #numbered = new Set<Line>();
	readonly #sending = new Set<Line>();
	readonly #idle = new Set<Line>();
	#responses: OrderOutput[] = [];
	#told: OrderOutput[] = [];
	#isConnected = false;
	#quietUntil = 0;
	#open = 0;
	#alarm: number | undefined;

	/**
	 * @param random uniform, 0 up to 1
	 * @throws StoreFailure when the store cannot say which orders are open
	 */
	constructor(store: OrderStore, random: () => number) {
		this.#store = store;
		this.#random = random;
		for (const order of store.openOrders()) {
			this.#lineOf(order.device).orders.set(order.id, { ...order });
			this.#open++;
		}
	}

	/** When to call `tick`; `undefined` when nothing is waited for. */
	get alarm(): number | undefined {
		return this.#alarm;
	}

	/** Whether `settle` would do something. */
	get isWaiting(): boolean {
		const isSpeaking = this.#isConnected && (this.#responses.length > 0 || this.#sending.size > 0);
		return isSpeaking || this.#changed.size > 0 || this.#told.length > 0;
	}

	/** What is to be stored before `settle`. */
	get changes(): OrderChanges {
		return { orders: [...this.#changed.values()], streams: [...this.#numbered] };
	}

	/** Whether an order can be taken now, and not too many changes wait for a commit. */
	get hasRoom(): boolean {
		return this.#changed.size < MOST_UNCOMMITTED;
	}

	/**
	 * Takes an order for a device.
	 * @param hasRoom whether it can be taken now: a group's order is taken for all of its devices, or for none
	 * @throws StoreFailure when the store cannot say whether it is known; nothing is changed then
	 */
	take(
		device: string,
		{ id, policy, lifetime, command }: NewOrder,
		now: number,
		date: number,
		hasRoom = this.hasRoom,
	): Acceptance {
		const known = this.#stateOf(device, id);
		if (known !== undefined) {
			this.respond({ device }, id, known);
			return "repeat";
		}
		if (!hasRoom) return "put-off";
		const line = this.#lineOf(device);
		if (line.orders.size >= MOST_OF_DEVICE || this.#open >= MOST_OPEN) {
			this.respond({ device }, id, because(400, "too many"));
			return "too-many";
		}
		const expires = lifetime === undefined ? undefined : date + lifetime;
		const rest = { seq: undefined, outcome: undefined, ended: undefined };
		const order: Order = { device, id, policy, command, accepted: date, expires, ...rest };
		this.#change(order);
		this.#open++;
		this.#tell(order, "accepted");
		this.respond({ device }, id, ACCEPTED);
		if (policy === "newest")
			for (const other of line.orders.values())
				if (other.policy === "newest")
					this.#end(line, other, because(409, `replaced by ${id}`), "replaced", date);
		line.orders.set(id, order);
		if (lifetime !== undefined) this.#wake(now + Math.min(lifetime, MOST_WAIT));
		if (line.head?.seq === undefined) this.#go(line, now);
		return "taken";
	}

	/** Has a sender told how its order stands. */
	respond(to: Addressee, id: string, outcome: Outcome): void {
		if (this.#responses.length >= MOST_UNCOMMITTED) this.#responses.shift();
		this.#responses.push({ kind: "respond", ...to, id, outcome });
	}

	/** Takes what a device says of an order: that of the one under way is its end, any other says nothing new. */
	answer(device: string, { id, outcome }: Response, now: number, date: number): void {
		const line = this.#lines.get(device);
		const order = line?.head;
		if (line === undefined || order?.id !== id || order.seq === undefined) return;
		this.#end(line, order, outcome, "answered", date);
		this.#go(line, now);
	}

	/** A device has said that it is online: its order is sent, or sent again. */
	online(device: string, now: number): void {
		this.#away.set(device, false);
		const line = this.#lines.get(device);
		if (line === undefined) return;
		line.tries = 0;
		this.#go(line, now);
	}

	/** A device is offline, as it or the broker has said: nothing is sent to it until it is back. */
	offline(device: string): void {
		this.#away.set(device, true);
		const line = this.#lines.get(device);
		if (line === undefined) return;
		line.next = undefined;
		this.#sending.delete(line);
	}

	/** Something came from a device that cannot be offline then. */
	heard(device: string, now: number): void {
		if (this.#away.has(device)) this.online(device, now);
	}

	/** The link to the broker is online. What was known of devices may be out of date, and what was sent may be lost. */
	connected(now: number): void {
		this.#isConnected = true;
		this.#away.clear();
		this.#quietUntil = now + QUIET;
		let at = this.#quietUntil;
		for (const line of this.#lines.values()) {
			line.tries = 0;
			line.next = at;
			at += SPACING;
		}
		// Meanwhile some may have expired.
		this.#wake(now);
	}

	/** The link to the broker is lost. */
	disconnected(): void {
		this.#isConnected = false;
		this.#sending.clear();
		for (const line of this.#lines.values()) line.next = undefined;
	}

	/** Ends what has expired, and sends again what has waited long enough. */
	tick(now: number, date: number): void {
		if (this.#alarm === undefined || now < this.#alarm) return;
		this.#alarm = undefined;
		for (const line of this.#lines.values()) {
			this.#expire(line, now, date);
			if (line.next === undefined) continue;
			if (line.next <= now) this.#go(line, now);
			else this.#wake(line.next);
		}
	}

	/** The changes are stored. Returns what to do, in this order. */
	settle(now: number): OrderOutput[] {
		const outputs = this.#told;
		this.#told = [];
		if (this.#isConnected) {
			outputs.push(...this.#responses);
			this.#responses = [];
			for (const line of this.#sending) outputs.push(...this.#send(line, now));
		}
		this.#sending.clear();
		this.#changed.clear();
		this.#numbered.clear();
		for (const line of this.#idle) if (line.head === undefined) this.#lines.delete(line.device);
		this.#idle.clear();
		return outputs;
	}

	/** How an order stands; `undefined` for one that is not known. */
	#stateOf(device: string, id: string): Outcome | undefined {
		if (this.#lines.get(device)?.orders.has(id)) return ACCEPTED;
		return this.#changed.get(`${device} ${id}`)?.outcome ?? this.#store.outcomeOf(device, id);
	}

	#lineOf(device: string): Line {
		const known = this.#lines.get(device);
		if (known !== undefined) return known;
		const line = new Line(device, this.#store.orderStream(device), this.#random);
		this.#lines.set(device, line);
		this.#idle.add(line);
		return line;
	}

	/** Sends the first order of a line as soon as it is stored under its number, if it can be sent. */
	#go(line: Line, now: number): void {
		line.next = undefined;
		const order = line.head;
		if (order === undefined || !this.#isConnected || this.#away.has(line.device)) return;
		if (now < this.#quietUntil) {
			line.next = this.#quietUntil;
			return this.#wake(line.next);
		}
		if (order.seq === undefined) {
			order.seq = ++line.seq;
			line.tries = 0;
			this.#numbered.add(line);
			this.#change(order);
		}
		this.#sending.add(line);
	}

	#send(line: Line, now: number): OrderOutput[] {
		const order = line.head;
		if (order?.seq === undefined) return [];
		const delay = RESEND_DELAYS[Math.min(line.tries++, RESEND_DELAYS.length - 1)] as number;
		line.next = now + delay;
		this.#wake(line.next);
		return [{ kind: "send", device: line.device, id: order.id, body: line.bodyOf(order) }];
	}

	#expire(line: Line, now: number, date: number): void {
		const before = line.head;
		for (const order of line.orders.values()) {
			if (order.expires === undefined) continue;
			if (order.expires > date) this.#wake(now + Math.min(order.expires - date, MOST_WAIT));
			else this.#end(line, order, because(408, "expired"), "expired", date);
		}
		if (line.head !== before) this.#go(line, now);
	}

	#end(line: Line, order: Order, outcome: Outcome, state: OrderEvent["state"], date: number): void {
		order.outcome = outcome;
		order.ended = date;
		line.orders.delete(order.id);
		this.#open--;
		if (line.head === undefined) this.#idle.add(line);
		this.#change(order);
		this.#tell(order, state);
		// A device has answered by itself.
		if (state !== "answered") this.respond(order, order.id, outcome);
	}

	#change(order: Order): void {
		this.#changed.set(`${order.device} ${order.id}`, order);
	}

	#tell({ device, id, outcome }: Order, state: OrderEvent["state"]): void {
		const { status } = outcome ?? {};
		const event: OrderEvent = { event: "order", device, id, state, ...(status !== undefined && { status }) };
		this.#told.push({ kind: "told", event });
	}

	#wake(at: number): void {
		this.#alarm = Math.min(this.#alarm ?? at, at);
	}
}
