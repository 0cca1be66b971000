import type { Message } from "../../../server/action.js";
import type { WorldEvent } from "../trace.js";
import { RECOVERY, recovered } from "./calm-devices.js";
import { type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";
import type { Entry, OrderBook } from "./order-book.js";

const ACCEPTED = 202;
const WRONG = 400;
const EXPIRED = 408;
const REPLACED = 409;

/**
 * An order that the server has confirmed ends as one thing, whatever crashes, and ends once all is calm. What the server
 * says of its end is what the device answered, unless it has expired or a newer one has replaced it.
 */
export class OrdersEnd implements Invariant {
	readonly name = "an order that is confirmed ends, once";
	readonly #book: OrderBook;
	/** Devices whose storage failed: they may answer otherwise the next time. */
	readonly #failed = new Set<string>();

	/** @param book which this invariant keeps */
	constructor(book: OrderBook) {
		this.#book = book;
	}

	onServerRead(message: Message): void {
		this.#book.read(message);
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "device" && event.event === "storage") this.#failed.add(event.device);
	}

	onTaken(time: number, message: TakenMessage): void {
		const taken = this.#book.take(time, message);
		if (taken === undefined || (taken.kind !== "said" && taken.kind !== "answered")) return;
		const { device, word, entry, kind, payload } = taken;
		// Somebody may have sent it to the device himself.
		if (entry === undefined && kind === "answered") return;
		const { status = 0 } = word;
		const wrong =
			entry === undefined
				? "nobody gave"
				: kind === "said"
					? this.#said(device, entry, status)
					: this.#answered(device, entry, status);
		if (wrong !== undefined) this.#fail(device, `${payload} is of an order that ${wrong}`);
	}

	end(world: WorldView): void {
		for (const { id: device } of recovered(world)) {
			for (const entry of this.#book.of(device).values()) {
				const { id, confirmed, end, since } = entry;
				if (confirmed === undefined || end !== undefined || world.time - since < RECOVERY) continue;
				this.#fail(device, `the order ${id} of ${since} ms has not ended`);
			}
		}
	}

	/** What is wrong with what the server says. */
	#said(device: string, entry: Entry, status: number): string | undefined {
		const { end, answers, order, isOrder } = entry;
		if (end !== undefined && status !== end) return `had ended with ${end}`;
		if (status === ACCEPTED) {
			entry.confirmed ??= this.#book.now();
			return isOrder ? undefined : "is none";
		}
		entry.end = status;
		if (answers.includes(status)) return undefined;
		if (!isOrder) return status === WRONG ? undefined : "is none";
		if (status === EXPIRED) return order.expires === undefined ? "does not expire" : undefined;
		if (status === REPLACED) return this.#isReplaced(device, entry) ? undefined : "was not replaced";
		return "the device has not answered so";
	}

	/** What is wrong with what the device answers. */
	#answered(device: string, { answers, sent }: Entry, status: number): string | undefined {
		if (sent === undefined) return "was not sent";
		if (answers.includes(status)) return undefined;
		// A copy that comes late is an old one.
		const isNews = answers.length > 0 && status !== REPLACED;
		answers.push(status);
		return isNews && !this.#failed.has(device) ? `was answered with ${answers[0]}` : undefined;
	}

	/** Whether another one came that may have replaced it. */
	#isReplaced(device: string, { id, order }: Entry): boolean {
		if (order.policy !== "newest") return false;
		for (const other of this.#book.of(device).values()) {
			if (other.id !== id && other.order.policy === "newest" && other.read !== undefined) return true;
		}
		return false;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
