import { isDeepStrictEqual } from "node:util";
import { type Invariant, type TakenMessage, Violation } from "./invariant.js";
import type { Entry, OrderBook, OrderMessage } from "./order-book.js";

/**
 * A device is sent what was ordered, each time the same, one order at a time; none that has ended, and of those with the
 * policy `newest` only the last.
 */
export class OrdersSent implements Invariant {
	readonly name = "a device is sent what was ordered, one at a time, and of the newest only the last";
	readonly #book: OrderBook;
	/** By device, what it was sent last, and of the confirmed ones with `newest` the one that came last. */
	readonly #current = new Map<string, Entry>();
	readonly #newest = new Map<string, Entry>();

	/** @param book which another invariant keeps, that hears of everything before */
	constructor(book: OrderBook) {
		this.#book = book;
	}

	onTaken(time: number, message: TakenMessage): void {
		const taken = this.#book.take(time, message);
		const { entry, device, kind, payload } = taken ?? {};
		if (taken === undefined || device === undefined) return;
		if (kind === "said" && entry?.order.policy === "newest") this.#confirmed(device, entry);
		if (kind !== "sent") return;
		const wrong = entry === undefined ? "which nobody ordered" : this.#sent(time, taken, entry);
		if (wrong !== undefined) throw new Violation(this.name, `${device} was sent ${payload}, ${wrong}`);
		this.#current.set(device, entry as Entry);
	}

	#confirmed(device: string, entry: Entry): void {
		if (entry.confirmed === undefined || entry.read === undefined) return;
		const newest = this.#newest.get(device);
		if (newest === undefined || (newest.read ?? 0) < entry.read) this.#newest.set(device, entry);
	}

	/** What is wrong with what a device was sent. */
	#sent(time: number, { device, payload }: OrderMessage, entry: Entry): string | undefined {
		const { sent = payload, end, isOrder } = entry;
		entry.sent = sent;
		if (!isOrder) return "which is no order";
		if (payload !== sent) return `and before it ${sent}`;
		if (end !== undefined) return `which had ended with ${end}`;
		if (!isDeepStrictEqual(commandOf(payload), entry.order.command)) return "which is not what was ordered";
		if (payload.includes('"expires"') !== (entry.order.expires !== undefined))
			return "which does not say what was ordered of its end";
		const current = this.#current.get(device) ?? entry;
		const isOver = current === entry || current.end !== undefined || current.answers.length > 0;
		// That it expired may have been said over a dead connection.
		if (!isOver && !hasExpired(current, time)) return `while ${current.id} was under way`;
		const newest = this.#newest.get(device) ?? entry;
		if (newest === entry || entry.order.policy !== "newest" || entry.confirmed === undefined)
			return undefined;
		return entry.confirmed < (newest.read ?? 0) ? `which ${newest.id} had replaced` : undefined;
	}
}

/** Whether an order is over by its own time, from when the server read it. */
const hasExpired = ({ read, order: { expires } }: Entry, time: number): boolean =>
	read !== undefined && expires !== undefined && time >= read + expires * 1000;

/** What a device is to do by a message: all but what the server adds. */
function commandOf(payload: string): object {
	const { by, id, stream, seq, expires, ...command } = JSON.parse(payload);
	return command;
}
