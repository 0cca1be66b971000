import type { Host } from "../host.js";
import type { Backlog } from "./backlog.js";
import type { Entry } from "./entry.js";
import type { Sender } from "./sender.js";
import { Tally } from "./tally.js";
import { Window } from "./window.js";

/** What a queue keeps. */
export interface QueueOptions {
	/** Readings, and characters of their payloads, that wait at most. */
	readonly messages: number;
	readonly bytes: number;
	/** Which are dropped when it is full; a replaced one is the oldest too, and not counted. */
	readonly full: "oldest" | "newest" | "replaced";
	/** Older readings are dropped, in milliseconds; absent: none. */
	readonly expires?: number | undefined;
}

/** Milliseconds until a storage that could not be read is read again. */
const READ_INTERVAL = 10_000;

/**
 * The readings that wait, in order: those that were sent on this connection, then the others. It keeps their bounds, has
 * them stored, and ends the waiting of those that are answered, have no room, are too old or were given up.
 */
export class Queue {
	readonly #host: Host;
	readonly #options: QueueOptions;
	readonly #backlog: Backlog;
	readonly #sender: Pick<Sender, "onSetAside">;
	/** What is reported of the readings. */
	readonly tally: Tally;
	/** Those that were sent on this connection. */
	readonly window = new Window();
	/** The last number that was sent on this connection, and the reading behind it once it was looked up. */
	sent: number;
	#upcoming: Entry | undefined;
	/** Numbers given up, for when they are the oldest. */
	aside: number[] = [];
	/** When to call `flush`, and when to try again what failed. */
	flushAt: number | undefined;
	retryAt: number | undefined;
	/** Whether the storage failed at the last try. */
	#isBroken = false;

	/** @param lost readings that damage of the storage has taken */
	constructor(
		host: Host,
		options: QueueOptions,
		backlog: Backlog,
		lost: number,
		sender: Pick<Sender, "onSetAside">,
	) {
		this.#host = host;
		this.#options = options;
		this.#backlog = backlog;
		this.#sender = sender;
		this.tally = new Tally(host, backlog, lost);
		this.sent = backlog.through;
	}

	/** Takes a payload; `false`: the queue is full, and keeps the older ones. */
	add(payload: string): boolean {
		const { messages, bytes, full } = this.#options;
		const backlog = this.#backlog;
		while (backlog.pending >= messages || backlog.bytes + payload.length > bytes) {
			const oldest = this.window.oldest ?? this.#peek()?.seq;
			if (full !== "replaced") this.#drop(1);
			if (full === "newest" || oldest === undefined) return false;
			this.release(oldest);
		}
		if (backlog.isUrgent) {
			this.flush();
			backlog.leap(this.#host.random());
		}
		backlog.push(payload);
		return true;
	}

	/** The next reading to send; `undefined`: there is none, or one is to be dropped once those before it are answered. */
	next(): Entry | undefined {
		const { expires } = this.#options;
		for (;;) {
			const entry = this.#peek();
			if (entry === undefined) return undefined;
			const { seq, payload } = entry;
			const isAside = this.aside.includes(seq);
			const date = expires && this.#backlog.dateOf(entry);
			const isExpired = date !== undefined && (this.#host.date() ?? 0) - date > (expires as number);
			if (!isAside && !isExpired) return entry;
			// The others are released first, so that it is the oldest.
			if (this.window.size > 0) return undefined;
			if (isAside) {
				this.tally.setAside++;
				this.#sender.onSetAside(payload);
			}
			this.#drop(isAside ? 0 : 1);
			this.release(seq);
		}
	}

	/** The reading that `next` gave was sent. */
	advance({ seq, payload }: Entry): void {
		this.window.add(seq, payload.length);
		this.sent = seq;
		this.#upcoming = undefined;
	}

	/** Nothing counts as sent. */
	rewind(): void {
		this.window.clear();
		this.sent = this.#backlog.through;
		this.#upcoming = this.retryAt = undefined;
		this.#backlog.rewind();
	}

	/** Waits no longer for readings up to `through`. */
	release(through: number): void {
		const { window } = this;
		const backlog = this.#backlog;
		backlog.through = through;
		while (window.oldest !== undefined && window.oldest <= through) backlog.forget(1, window.shift());
		if (window.size === 0) this.#peek();
		backlog.trim(this.sent);
		this.aside = this.aside.filter((seq) => seq > through);
		if (backlog.pending === 0) this.tally.changed();
	}

	/**
	 * Stores what is to be stored.
	 * @param isLast the device stops after this
	 */
	flush(isLast = false): void {
		this.flushAt = undefined;
		try {
			for (;;) {
				const needed = this.#backlog.flush(isLast);
				if (needed === undefined || this.#options.full === "newest") break;
				const { pending } = this.#backlog;
				this.release(needed);
				this.#drop(pending - this.#backlog.pending);
			}
			this.#isBroken = false;
		} catch (error) {
			this.#complain("storage-unwritable", error);
		}
	}

	/** The reading behind the last one that was sent. */
	#peek(): Entry | undefined {
		const backlog = this.#backlog;
		try {
			for (;;) {
				this.#upcoming ??= backlog.next(this.sent);
				const entry = this.#upcoming;
				if (entry === undefined || entry.seq > backlog.through) return entry;
				// An answer may also come for what was sent on an earlier connection, and not on this one yet.
				this.sent = entry.seq;
				this.#upcoming = undefined;
				backlog.forget(1, entry.payload.length);
			}
		} catch (error) {
			this.#complain("storage-unreadable", error);
			this.retryAt = this.#host.now() + READ_INTERVAL;
			return undefined;
		}
	}

	#complain(code: "storage-unreadable" | "storage-unwritable", error: unknown): void {
		if (this.#isBroken) return;
		this.#isBroken = true;
		const reason = error instanceof Error ? error.message : String(error);
		this.#host.report({ event: "storage", code, reason });
	}

	#drop(count: number): void {
		this.tally.dropped += count;
		this.tally.changed();
	}
}
