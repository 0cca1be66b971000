import { isDeepStrictEqual } from "node:util";
import type { Config } from "../../../firmware/config.js";
import type { ReadMessage } from "../network/message-reader.js";
import { wordOf } from "../orders/words.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type InputEvent, Inputs, isInput } from "./inputs.js";
import { type Invariant, type Moment, Violation } from "./invariant.js";
import type { Entry, OrderBook } from "./order-book.js";
import { StorageHealth } from "./storage-health.js";

const DONE = 200;
/** What is answered to an order that cannot be in time: it is wrong, or not. */
const NOT_OBEYED: readonly number[] = Object.freeze([400, 404, 408, 409]);

/** An order that a device obeyed, as far as it is known to remember it. */
interface Deed {
	readonly time: number;
	/** It was told while the storage failed: without power the device may not know of it. */
	isDoubtful: boolean;
}

/** One device's orders. */
class Obedience {
	/** With QoS 2 not: what comes twice is rightly told once. */
	readonly #inputs: Inputs | undefined;
	readonly #deeds = new Map<Entry, Deed>();
	readonly #storage = new StorageHealth();
	/** With QoS 2, the command that was obeyed last, and when. */
	#last: { readonly time: number; readonly payload: object } | undefined;
	/** By the wall clock, when it read last; and when that was. */
	#date: number | undefined;
	#readAt = -1;
	/** An order is obeyed that wants a restart. */
	#isToRestart = false;

	/** @param qos with which it takes commands */
	constructor(qos: number) {
		this.#inputs = qos === 2 ? undefined : new Inputs();
	}

	read(time: number, messages: readonly ReadMessage[], date: number | undefined): void {
		this.#date = date;
		this.#readAt = time;
		this.#inputs?.add(messages);
	}

	connectionEnded(): void {
		this.#inputs?.clear();
	}

	/** The device tells of a message. Returns what is wrong with that. */
	tell(time: number, event: InputEvent, entries: ReadonlyMap<string, Entry>): string | undefined {
		if (event.event === "command" && "reboot" in event.payload) this.#isToRestart = true;
		if (this.#inputs === undefined) return this.#tellOfResponse(time, event, entries);
		const { order } = this.#inputs.tell(event) ?? {};
		const entry = order === undefined ? undefined : entries.get(order);
		if (entry === undefined) return undefined;
		if (event.event === "command") return this.#obeyed(time, entry);
		return event.event === "response" ? this.#answered(entry, event.status) : undefined;
	}

	/** Without knowing what was read: an order is obeyed whose response comes right behind a command as it has it. */
	#tellOfResponse(time: number, event: InputEvent, entries: ReadonlyMap<string, Entry>): string | undefined {
		if (event.event === "command") this.#last = { time, payload: event.payload };
		const entry = event.event === "response" ? entries.get(event.id) : undefined;
		if (entry === undefined || event.event !== "response" || isUsual(entry.order.command)) return undefined;
		const isObeyed = this.#last?.time === time && isDeepStrictEqual(this.#last.payload, entry.order.command);
		this.#last = undefined;
		return (isObeyed ? this.#obeyed(time, entry) : undefined) ?? this.#answered(entry, event.status);
	}

	/** The device told that its storage failed. */
	storageFailed(time: number, isUnreadable: boolean): void {
		this.#storage.failed(time);
		// It cannot know what it obeyed before.
		if (isUnreadable) this.#deeds.clear();
		for (const deed of this.#deeds.values()) if (deed.time === time) deed.isDoubtful = true;
	}

	storageWorks(): void {
		this.#storage.works();
	}

	powerCame(time: number): void {
		this.#storage.powerCame(time);
		this.#isToRestart = false;
	}

	/** The power went: what was obeyed in this very turn may not be stored. Returns what is wrong with that. */
	powerLost(time: number, isRestart: boolean): string | undefined {
		this.#inputs?.clear();
		this.#last = undefined;
		for (const [entry, deed] of this.#deeds)
			if (deed.isDoubtful || (deed.time === time && !isRestart)) this.#deeds.delete(entry);
		return isRestart && !this.#isToRestart ? "starts again, which nobody ordered" : undefined;
	}

	#obeyed(time: number, entry: Entry): string | undefined {
		const { id, order, confirmed = Number.POSITIVE_INFINITY } = entry;
		entry.wasObeyed = true;
		const before = this.#deeds.get(entry);
		this.#deeds.set(entry, { time, isDoubtful: this.#storage.isUnsafe });
		if (before !== undefined) return `obeyed ${id} of ${before.time} ms again`;
		const later = [...this.#deeds.keys()].find((other) => (other.read ?? 0) > confirmed && other !== entry);
		if (later !== undefined) return `obeyed ${id} after ${later.id}, which was ordered later`;
		if (order.expires === undefined || this.#readAt !== time) return undefined;
		const expires = wordOf(entry.sent ?? "").expires ?? 0;
		if (this.#date === undefined) return `obeyed ${id}, which expires, without a clock`;
		return this.#date >= expires ? `obeyed ${id} ${this.#date - expires} ms after it had expired` : undefined;
	}

	#answered({ id, order, wasObeyed }: Entry, status: number): string | undefined {
		// With QoS 2 it is the answer that says so, and a power cut may come before it.
		if (status === DONE && !wasObeyed && this.#inputs !== undefined)
			return `answered ${id} as done, which it never obeyed`;
		if (this.#date !== undefined || order.expires === undefined || NOT_OBEYED.includes(status))
			return undefined;
		return `answered ${id}, which expires, with ${status}, and has no clock`;
	}
}

/** Whether a command is one that the rule sends, too. */
const isUsual = (command: object = {}): boolean => Object.keys(command).join() === "led_on";

/**
 * A device obeys an order once at most, and none after one that was ordered later, or that has expired by its own clock;
 * without a clock none that expires. It starts again when that is ordered, and then once. An order is answered as done
 * if it was obeyed.
 */
export class OrdersObeyed implements Invariant {
	readonly name = "an order is obeyed once at most, in its turn and in its time";
	readonly #book: OrderBook;
	readonly #devices: ReadonlyMap<string, Obedience>;
	readonly #acks: ReadonlySet<string | undefined>;

	/**
	 * @param configs of the devices
	 * @param book which another invariant keeps, that hears of everything before
	 */
	constructor(configs: readonly Config[], book: OrderBook) {
		this.#book = book;
		this.#devices = new Map(configs.map(({ id, commands }) => [id, new Obedience(commands.qos)]));
		this.#acks = new Set(configs.map((config) => topicsOf(config).acks));
	}

	onRead(device: string, messages: readonly ReadMessage[], { time, date }: Moment): void {
		this.#devices.get(device)?.read(time, messages, date);
	}

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "fault" && event.fault === "storage" && event.phase === "end")
			this.#devices.get(event.target)?.storageWorks();
		if (event.source === "power") {
			const device = this.#devices.get(event.device);
			if (event.isOn) device?.powerCame(time);
			else this.#judge(event.device, device?.powerLost(time, event.isRestart === true));
		}
		if (event.source !== "device") return;
		const device = this.#devices.get(event.device);
		if (event.event === "storage") device?.storageFailed(time, event.code === "storage-unreadable");
		if (event.event === "link" && event.state === "backoff") device?.connectionEnded();
		if (isInput(event, this.#acks))
			this.#judge(event.device, device?.tell(time, event, this.#book.of(event.device)));
	}

	#judge(device: string, wrong: string | undefined): void {
		if (wrong !== undefined) throw new Violation(this.name, `${device} ${wrong}`);
	}
}
