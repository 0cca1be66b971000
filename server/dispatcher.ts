import type { Action, Message } from "./action.js";
import type { ServerRefusalCode } from "./events.js";
import { groupResponsesOf } from "./group-topics.js";
import { type NewOrder, parseOrder, parseResponse } from "./order-payload.js";
import { type Acceptance, type Addressee, type OrderOutput, Orders } from "./orders.js";
import { MemoryOrders } from "./store/memory-orders.js";
import type { OrderChanges, OrderStore, Outcome } from "./store/order-store.js";
import type { Topics } from "./topics.js";

/** A message that is not taken: why, for programs and in words. */
interface Refusal {
	readonly code: ServerRefusalCode;
	readonly reason: string;
}

/** What a dispatcher is made for. */
interface DispatcherOptions {
	/** The server's name. */
	readonly name: string;
	readonly topics: Topics;
	/** Where orders are kept; if left out, in memory. */
	readonly store: OrderStore | undefined;
	/** The devices of a group of the rule file that the server serves; `undefined` for a group that is not known. */
	readonly members: (group: string) => readonly string[] | undefined;
	/** Uniform, 0 up to 1. */
	readonly random: () => number;
}

/** What became of an order that may be for a group. */
type GroupAcceptance = Acceptance | "no-group" | "no-device";

const UTF_8 = new TextDecoder();
/** Bytes of the longest status. */
const LONGEST_STATUS = 7;

/** What is done with the messages that are about orders: who orders what, and what devices and other servers say to it. */
export class Dispatcher {
	readonly #name: string;
	readonly #topics: Topics;
	readonly #members: DispatcherOptions["members"];
	readonly #orders: Orders;
	/** Where orders are kept if the server's store does not. */
	readonly #memory: MemoryOrders | undefined;

	/** @throws StoreFailure when the store cannot say which orders are open */
	constructor({ name, topics, store, members, random }: DispatcherOptions) {
		this.#name = name;
		this.#topics = topics;
		this.#members = members;
		this.#memory = store === undefined ? new MemoryOrders() : undefined;
		this.#orders = new Orders(store ?? (this.#memory as MemoryOrders), random);
	}

	/** When to call `tick`. */
	get alarm(): number | undefined {
		return this.#orders.alarm;
	}

	/** Whether something waits for a commit. */
	get isWaiting(): boolean {
		return this.#orders.isWaiting;
	}

	/** What is to be stored with the next commit. */
	get changes(): OrderChanges {
		return this.#orders.changes;
	}

	/** Whose orders, responses or status a topic is for; `undefined` if it is for none of them. */
	deviceOf(topic: string): string | undefined {
		for (const use of ["orders", "responses", "status"] as const) {
			const device = this.#topics.deviceIn(use, topic);
			if (device !== undefined) return device;
		}
		return undefined;
	}

	/**
	 * Takes a message on such a topic of a device. Returns why, if it is refused.
	 * @throws StoreFailure when an order cannot be taken now
	 */
	receive(device: string, message: Message, now: number, date: number): Refusal | undefined {
		if (this.#topics.deviceIn("orders", message.topic) !== undefined)
			return this.#take({ device }, message, (order) => this.#orders.take(device, order, now, date));
		if (this.#topics.deviceIn("responses", message.topic) !== undefined)
			return this.#response(device, message, now, date);
		if (message.payload.length > LONGEST_STATUS) return undefined;
		const status = UTF_8.decode(message.payload);
		if (status === "online") this.#orders.online(device, now);
		if (status === "offline") this.#orders.offline(device);
		return undefined;
	}

	/**
	 * Takes an order for a group: each of its devices gets one of its own, with the same id. Returns why, if it is refused.
	 * @throws StoreFailure when it cannot be taken now: those of its devices that have it know it by its id
	 */
	receiveGroup(group: string, message: Message, now: number, date: number): Refusal | undefined {
		return this.#take({ group }, message, (order) => this.#expand(group, order, now, date));
	}

	/** A reading came from a device. */
	heard(device: string, now: number): void {
		this.#orders.heard(device, now);
	}

	/** The link to the broker came online. */
	connected(now: number): void {
		this.#orders.connected(now);
	}

	/** The link to the broker is lost. */
	disconnected(): void {
		this.#orders.disconnected();
	}

	/** It is as late as `alarm`. */
	tick(now: number, date: number): void {
		this.#orders.tick(now, date);
	}

	/** What waited is stored. Returns what to do. */
	settle(now: number): Action[] {
		this.#memory?.commit(this.#orders.changes);
		return this.#orders.settle(now).map((output) => this.#actionOf(output));
	}

	/** Takes what is to be an order, and says how it stands where it is for. */
	#take(
		to: Addressee,
		{ payload, retain }: Message,
		take: (order: NewOrder) => GroupAcceptance,
	): Refusal | undefined {
		// The broker would hand it out again at each connection.
		if (retain) return { code: "retained-order", reason: "retained: an order is for once" };
		const parsed = parseOrder(payload);
		if (parsed.kind === "malformed") {
			const { code, reason, id } = parsed;
			if (id !== undefined)
				this.#orders.respond(to, id, { status: 400, payload: JSON.stringify({ reason }) });
			return { code, reason };
		}
		switch (take(parsed.order)) {
			case "too-many":
				return { code: "too-many-orders", reason: "too many orders are open" };
			case "no-group":
				return { code: "unknown-group", reason: "no group of this name is in the rule file" };
			case "no-device":
				return { code: "unknown-group", reason: "no device of the group is served here" };
			default:
				return undefined;
		}
	}

	#expand(group: string, order: NewOrder, now: number, date: number): GroupAcceptance {
		const { id } = order;
		const members = this.#members(group);
		const say = (status: number, payload: object) =>
			this.#orders.respond({ group }, id, { status, payload: JSON.stringify(payload) });
		if (members === undefined) {
			say(404, { reason: "no such group in the rule file" });
			return "no-group";
		}
		if (members.length === 0) {
			say(404, { reason: "no device of the group is served here" });
			return "no-device";
		}
		const { hasRoom } = this.#orders;
		const came = members.map((device) => this.#orders.take(device, order, now, date, hasRoom));
		// It is not confirmed, and comes again.
		if (came.includes("put-off")) return "put-off";
		const taken = came.filter((one) => one !== "too-many").length;
		if (taken === 0) {
			say(400, { reason: "too many" });
			return "too-many";
		}
		say(202, { members: taken });
		return taken < came.length ? "too-many" : "taken";
	}

	#response(device: string, { payload, retain }: Message, now: number, date: number): Refusal | undefined {
		const parsed = parseResponse(payload);
		switch (parsed.kind) {
			case "malformed":
				return { code: parsed.code, reason: parsed.reason };
			case "response":
				if (!retain) this.#orders.answer(device, parsed.response, now, date);
				return undefined;
			case "said":
				return undefined;
		}
	}

	#actionOf(output: OrderOutput): Action {
		switch (output.kind) {
			case "told":
				return output;
			case "send": {
				const { device, id, body } = output;
				return { kind: "order", device, id, topic: this.#topics.commandsOf(device), body };
			}
			case "respond": {
				const { id, outcome } = output;
				const topic =
					"group" in output
						? groupResponsesOf(output.group)
						: (this.#topics.responsesOf(output.device) as string);
				return { kind: "respond", topic, body: bodyOf(id, outcome, this.#name) };
			}
		}
	}
}

/** What is said of an order. */
function bodyOf(id: string, { status, payload }: Outcome, by: string): string {
	const own = JSON.stringify({ id, status }).slice(0, -1);
	return `${own}${payload === undefined ? "" : `,"payload":${payload}`},"by":${JSON.stringify(by)}}`;
}
