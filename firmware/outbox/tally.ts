import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import type { Backlog } from "./backlog.js";

/** Milliseconds between two reports at least. */
const INTERVAL = 1000;

/** What an outbox has to report of itself, at most once a second. */
export class Tally {
	readonly #host: Pick<Host, "now" | "report">;
	readonly #backlog: Pick<Backlog, "pending" | "bytes">;
	/** Readings that were not waited for to the end: the outbox was full, or they were too old. */
	dropped = 0;
	/** Readings given up because the broker closed the connection on them. */
	setAside = 0;
	readonly #lost: number;
	/** When to call `tell` next; `undefined`: there is nothing to report. */
	due: number | undefined;
	/** The earliest time to report. */
	#earliest: number;
	/** What was reported last: how many waited, and how many did not go through. */
	#toldPending = 0;
	#toldGone = 0;

	/** @param lost readings that damage of the storage has taken */
	constructor(host: Pick<Host, "now" | "report">, backlog: Pick<Backlog, "pending" | "bytes">, lost: number) {
		this.#host = host;
		this.#backlog = backlog;
		this.#lost = lost;
		this.#earliest = host.now();
		if (lost > 0 || backlog.pending > 0) this.changed();
	}

	/** There is something to report. */
	changed(): void {
		const now = this.#host.now();
		this.due ??= elapsed(this.#earliest, now) > 0 ? this.#earliest : now;
	}

	/** Reports now what there is to report, as the device stops. */
	end(): void {
		if (this.due !== undefined) this.due = this.#host.now();
		this.tell();
	}

	/** Reports if it is time. */
	tell(): void {
		const now = this.#host.now();
		if (this.due === undefined || elapsed(this.due, now) > 0) return;
		this.due = undefined;
		const { pending, bytes } = this.#backlog;
		const { dropped, setAside } = this;
		const gone = dropped + setAside + this.#lost;
		if (pending === this.#toldPending && gone === this.#toldGone) return;
		this.#toldPending = pending;
		this.#toldGone = gone;
		this.#earliest = now + INTERVAL;
		this.#host.report({ event: "outbox", pending, bytes, dropped, setAside, lost: this.#lost });
	}
}
