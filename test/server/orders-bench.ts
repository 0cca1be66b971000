import type { Action } from "../../server/action.js";
import { ServerCore } from "../../server/core.js";
import type { CoreOptions } from "../../server/core-options.js";
import { MemoryStore } from "../../server/store/memory.js";

/** Milliseconds since 1970 when a bench begins. */
export const TODAY = 1_795_770_000_000;

/** An order in words: its id and, if they are not `{"led_on":true}` and `ordered`, command, policy and expiry. */
export const order = (id: string, more: object = {}): string =>
	JSON.stringify({ id, policy: "ordered", command: { led_on: true }, ...more });

const words: Partial<{ [Kind in Action["kind"]]: (action: Extract<Action, { kind: Kind }>) => string }> = {
	order: ({ topic, body }) => {
		const { id, seq } = JSON.parse(body);
		return `${topic} ${id} ${seq}`;
	},
	respond: ({ topic, body }) => {
		const { id, status, payload, by } = JSON.parse(body);
		return `${topic} ${id} ${status}${payload === undefined ? "" : ` ${JSON.stringify(payload)}`} by ${by}`;
	},
	told: ({ event }) =>
		event.event === "order"
			? `${event.id} ${event.state}${event.status === undefined ? "" : ` ${event.status}`}`
			: `${event.event} ${"state" in event ? event.state : ""}`,
	refused: ({ device, code, reason }) => `refused ${device} ${code}: ${reason}`,
};

/** A server's core in virtual time: what it does about orders, in words. */
export class Bench {
	core: ServerCore;
	/** Where it keeps orders, unless it is made with another store. */
	store = new MemoryStore();
	now = 0;
	readonly said: string[] = [];
	/** Bodies of what was sent to devices. */
	readonly bodies: string[] = [];
	readonly #options: CoreOptions;

	/** Its link is online, and the time over in which the broker's statuses of devices come. */
	constructor(options: CoreOptions = {}) {
		this.#options = options;
		this.core = this.#made();
		this.connect();
		this.wait(1000);
	}

	/** The server's process ends without a word, and begins again. */
	crash(): void {
		this.core = this.#made();
	}

	connect(): void {
		this.core.connected(this.now);
		this.#look();
	}

	/** Takes a message; the commit that it wants follows with `wait`. */
	message(topic: string, payload: string | Uint8Array, retain = false): void {
		const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
		this.#act(this.core.receive({ topic, payload: bytes, retain }, this.now, TODAY + this.now));
		this.#look();
	}

	/** Orders, and waits for the commit. Returns what happened. */
	order(id: string, more: object = {}): string[] {
		this.message("lamp/orders", order(id, more));
		return this.wait(5);
	}

	/** A device answers; waits for the commit. */
	answer(id: string, status = 200, payload?: object): string[] {
		this.message("lamp/responses", JSON.stringify({ id, status, payload }));
		return this.wait(5);
	}

	status(status: string, retain = false): string[] {
		this.message("lamp/status", status, retain);
		return this.wait(5);
	}

	/** Lets time go by. Returns what was said since the last time. */
	wait(duration: number): string[] {
		const end = this.now + duration;
		for (;;) {
			const next = Math.min(this.core.due ?? end, this.core.alarm ?? end);
			if (next >= end) break;
			this.now = Math.max(this.now, next);
			this.#look();
		}
		this.now = end;
		this.#look();
		return this.said.splice(0);
	}

	#made(): ServerCore {
		return new ServerCore({ random: () => 0, store: this.store, ...this.#options });
	}

	#look(): void {
		if (this.core.alarm !== undefined && this.core.alarm <= this.now)
			this.core.tick(this.now, TODAY + this.now);
		if (this.core.due !== undefined && this.core.due <= this.now) this.#act(this.core.commit(this.now));
	}

	#act(actions: readonly Action[]): void {
		for (const action of actions) {
			if (action.kind === "order") this.bodies.push(action.body);
			const say = words[action.kind] as ((action: Action) => string) | undefined;
			this.said.push(say?.(action) ?? action.kind);
		}
	}
}
