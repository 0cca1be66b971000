import { Alarm } from "../connectivity/alarm.js";
import type { TelemetryPayload } from "../events.js";
import type { Host } from "../host.js";
import { elapsed, NEVER } from "../mqtt/answer-time.js";
import { stampOf, type TimeFormat } from "../telemetry/stamp.js";
import type { Backlog } from "./backlog.js";
import type { Entry } from "./entry.js";
import { Suspicion } from "./suspicion.js";
import { Tally } from "./tally.js";
import { Window } from "./window.js";

/** How an outbox keeps and sends; times in milliseconds. */
export interface OutboxOptions {
	/** Readings, and characters of their payloads, that wait at most. */
	readonly messages: number;
	readonly bytes: number;
	/** Which are dropped when it is full; a replaced one is the oldest too, and not counted. */
	readonly full: "oldest" | "newest" | "replaced";
	/** Whose answer ends the waiting. */
	readonly delivery: "broker" | "server";
	/** Between two readings that are late, at least. */
	readonly drainInterval: number;
	/** Older readings are dropped; absent: none. */
	readonly expires?: number | undefined;
	/** For the server's answer, before everything since its last one is sent again. */
	readonly ackTimeout: number;
	/** Messages that wait for their answer at most. */
	readonly window: number;
	/** Ends of the connection in a row with the same message, before it is given up; 0: any number. */
	readonly attempts: number;
	/** How the time of measurement is written, if it is. */
	readonly time: TimeFormat;
}

/** What an outbox sends with. */
export interface Sender {
	/** Hands a message over for sending; whether it was taken. `tag` comes back with the broker's answer. */
	send(payload: TelemetryPayload, tag: string): boolean;
	/** Whether the session has the message with this tag still, and so sends it again by itself. */
	isInFlight(tag: string): boolean;
	/** A message was given up: the broker closes the connection on it. */
	onSetAside(payload: string): void;
}

/** Milliseconds a reading waits to be stored, so that several go into one record. */
const FLUSH_INTERVAL = 10_000;
/** Milliseconds before a message that was not taken is handed over again. */
const RETRY_INTERVAL = 100;
/** The wait for the server's answer doubles up to this many times `ackTimeout`. */
const MOST_PATIENCE = 16;

/**
 * Readings until they are answered, in order. On each connection it begins with the oldest that is not answered. It
 * sends as many as may wait for an answer, late ones not faster than `drainInterval`.
 */
export class Outbox {
	readonly #host: Host;
	readonly #options: OutboxOptions;
	readonly #backlog: Backlog;
	readonly #sender: Sender;
	readonly #window = new Window();
	readonly #suspicion: Suspicion;
	readonly #tally: Tally;
	readonly #alarm: Alarm;
	#isOnline = false;
	/** Whether an answer to another stream has come on this connection. */
	#isMistaken = false;
	#isDraining = false;
	/** The last number that was sent on this connection, and the reading behind it once it was looked up. */
	#sent: number;
	#upcoming: Entry | undefined;
	/** Numbers above it were never sent. */
	#reached: number;
	/** Numbers given up, for when they are the oldest. */
	#aside: number[] = [];
	/** How many messages may wait for an answer at present, and how many times `ackTimeout` it may take. */
	#width: number;
	#patience = 1;
	/** When what waits in memory is stored; the next late reading may go; the server must have answered; all else is tried again. */
	#flushAt: number | undefined;
	#drainAt: number | undefined;
	#answerAt: number | undefined;
	#retryAt: number | undefined;
	/** Whether the storage failed at the last try. */
	#isBroken = false;

	/** @param lost readings that damage of the storage has taken */
	constructor(host: Host, options: OutboxOptions, backlog: Backlog, lost: number, sender: Sender) {
		this.#host = host;
		this.#options = options;
		this.#backlog = backlog;
		this.#sender = sender;
		this.#suspicion = new Suspicion(options.attempts);
		this.#tally = new Tally(host, backlog, lost);
		this.#alarm = new Alarm(host, () => this.#wake());
		this.#sent = backlog.through;
		this.#reached = backlog.newest;
		this.#width = options.window;
		this.#arm();
	}

	/** Takes a reading; `false`: the outbox is full, and keeps the older ones. */
	add(readings: TelemetryPayload): boolean {
		const payload = JSON.stringify(readings);
		const isTaken = this.#makeRoom(payload.length);
		if (isTaken) {
			if (this.#backlog.isUrgent) {
				this.#flush();
				this.#backlog.leap(this.#host.random());
			}
			this.#backlog.push(payload);
			this.#drain();
			if (!this.#isOnline || this.#patience > 1) this.#tally.changed();
		}
		this.#arm();
		return isTaken;
	}

	/** A connection begins, and its session sends what it still has. */
	online(): void {
		this.#isOnline = true;
		this.#suspicion.begin();
		this.#patience = 1;
		this.#beginAgain(this.#suspicion.isStrong ? 1 : this.#options.window);
	}

	/** The connection is over. */
	offline(): void {
		this.#isOnline = this.#isMistaken = false;
		this.#rewind();
		this.#tally.changed();
		this.#arm();
	}

	/** The broker acknowledged a message. */
	acknowledged(tag: string): void {
		const seq = this.#numberOf(tag);
		if (seq === undefined) return;
		this.#suspicion.acknowledged();
		if (this.#options.delivery === "server") {
			if (this.#patience === 1) this.#width = this.#options.window;
			return this.#drain();
		}
		this.#width = this.#options.window;
		const through = this.#window.answer(seq);
		if (through !== undefined) this.#release(through);
		this.#drain();
	}

	/** The session does not send a message any more: it has given it up, or the connection was its session. */
	undeliverable(tag: string, isGivenUp: boolean): void {
		const seq = this.#numberOf(tag);
		if (seq === undefined || !(isGivenUp || this.#suspicion.ended(seq))) return;
		this.#aside.push(seq);
		if (this.#isOnline) this.#drain();
	}

	/**
	 * The server has all readings of a stream up to `through`. Whether that can be: it can have none that were never sent. Of
	 * answers to another stream, which a session that is kept may have of an earlier one, only the first on a connection is
	 * `false`.
	 */
	answered(stream: string, through: number): boolean {
		if (stream !== this.#backlog.stream) {
			const isKnown = this.#isMistaken;
			this.#isMistaken = true;
			return isKnown;
		}
		if (through > this.#reached) return false;
		if (through <= this.#backlog.through) return true;
		this.#patience = 1;
		this.#width = this.#options.window;
		this.#release(through);
		this.#answerAt = undefined;
		this.#drain();
		return true;
	}

	/** The device stops: stores what is to be stored. */
	stop(): void {
		this.#flush(true);
		this.#alarm.set(NEVER);
	}

	/** Sends from the oldest reading on that is not answered. */
	#beginAgain(width: number): void {
		this.#rewind();
		this.#width = width;
		this.#drain();
	}

	/** Nothing counts as sent. */
	#rewind(): void {
		this.#window.clear();
		this.#sent = this.#backlog.through;
		this.#upcoming = undefined;
		this.#backlog.rewind();
		this.#answerAt = this.#drainAt = this.#retryAt = undefined;
	}

	/** Sends what may be sent. */
	#drain(): void {
		// A message that is handed over may be answered at once.
		if (!this.#isOnline || this.#isDraining) return;
		this.#isDraining = true;
		while (this.#window.size < this.#width && this.#sendNext());
		this.#isDraining = false;
		if (this.#options.delivery === "server" && this.#window.size > 0) {
			this.#answerAt ??= this.#host.now() + this.#options.ackTimeout * this.#patience;
		}
		this.#arm();
	}

	/** Sends the next reading, or drops it; whether that was possible. */
	#sendNext(): boolean {
		const entry = this.#peek();
		if (entry === undefined) return false;
		const { seq, payload } = entry;
		const isAside = this.#aside.includes(seq);
		if (isAside || this.#isExpired(entry)) {
			// The others are released first, so that it is the oldest.
			if (this.#window.size > 0) return false;
			if (isAside) this.#setAside(entry);
			else this.#drop(1);
			this.#release(seq);
			return true;
		}
		const { delivery } = this.#options;
		// The server takes what follows a hole only when all before it has been answered.
		if (delivery === "server" && this.#window.size > 0 && seq !== this.#sent + 1) return false;
		const tag = this.#tagOf(seq);
		if (seq > this.#reached || !this.#sender.isInFlight(tag)) {
			const isLate = seq < this.#backlog.newest;
			const now = this.#host.now();
			if (isLate && this.#drainAt !== undefined && elapsed(this.#drainAt, now) > 0) return false;
			if (!this.#sender.send(this.#message(entry, isLate), tag)) {
				this.#retryAt = now + RETRY_INTERVAL;
				return false;
			}
			this.#drainAt = isLate ? now + this.#options.drainInterval : undefined;
		}
		this.#window.add(seq, payload.length);
		this.#sent = seq;
		this.#upcoming = undefined;
		if (seq > this.#reached) this.#reached = seq;
		return true;
	}

	#message(entry: Entry, isLate: boolean): TelemetryPayload {
		const { delivery, time } = this.#options;
		const { seq } = entry;
		const stamp = stampOf(time, this.#backlog.dateOf(entry));
		return {
			...(JSON.parse(entry.payload) as TelemetryPayload),
			...(stamp !== undefined && { time: stamp }),
			...(delivery === "server" && { seq, stream: this.#backlog.stream, base: this.#window.oldest ?? seq }),
			...(isLate && { late: true }),
		};
	}

	/** The reading behind the last one that was sent. */
	#peek(): Entry | undefined {
		const backlog = this.#backlog;
		try {
			for (;;) {
				this.#upcoming ??= backlog.next(this.#sent);
				const entry = this.#upcoming;
				if (entry === undefined || entry.seq > backlog.through) return entry;
				// An answer may also come for what was sent on an earlier connection, and not on this one yet.
				this.#sent = entry.seq;
				this.#upcoming = undefined;
				backlog.forget(1, entry.payload.length);
			}
		} catch (error) {
			this.#complain("storage-unreadable", error);
			this.#retryAt = this.#host.now() + FLUSH_INTERVAL;
			return undefined;
		}
	}

	/** Waits no longer for readings up to `through`. */
	#release(through: number): void {
		const window = this.#window;
		const backlog = this.#backlog;
		backlog.release(through);
		while (window.oldest !== undefined && window.oldest <= through) backlog.forget(1, window.shift());
		if (window.size === 0) this.#peek();
		backlog.trim(this.#sent);
		this.#aside = this.#aside.filter((seq) => seq > through);
		if (backlog.pending === 0 || !this.#isOnline || this.#drainAt !== undefined) this.#tally.changed();
	}

	/** Makes room for a payload, if it may; whether there is room. */
	#makeRoom(length: number): boolean {
		const { messages, bytes, full } = this.#options;
		const backlog = this.#backlog;
		while (backlog.pending >= messages || backlog.bytes + length > bytes) {
			const oldest = this.#window.oldest ?? this.#peek()?.seq;
			if (full !== "replaced") this.#drop(1);
			if (full === "newest" || oldest === undefined) return false;
			this.#release(oldest);
		}
		return true;
	}

	#flush(isLast = false): void {
		this.#flushAt = undefined;
		try {
			for (;;) {
				const needed = this.#backlog.flush(isLast);
				if (needed === undefined || this.#options.full === "newest") break;
				const { pending } = this.#backlog;
				this.#release(needed);
				this.#drop(pending - this.#backlog.pending);
			}
			this.#isBroken = false;
		} catch (error) {
			this.#complain("storage-unwritable", error);
		}
	}

	#complain(code: "storage-unreadable" | "storage-unwritable", error: unknown): void {
		if (this.#isBroken) return;
		this.#isBroken = true;
		const reason = error instanceof Error ? error.message : String(error);
		this.#host.report({ event: "storage", code, reason });
	}

	#drop(count: number): void {
		this.#tally.dropped += count;
		this.#tally.changed();
	}

	#setAside({ payload }: Entry): void {
		this.#tally.setAside++;
		this.#tally.changed();
		this.#sender.onSetAside(payload);
	}

	#isExpired(entry: Entry): boolean {
		const { expires } = this.#options;
		if (expires === undefined) return false;
		const date = this.#backlog.dateOf(entry);
		const today = this.#host.date();
		return date !== undefined && today !== undefined && today - date > expires;
	}

	#tagOf(seq: number): string {
		return `${this.#backlog.stream}-${seq}`;
	}

	/** The number in a tag; `undefined`: it is of another stream. */
	#numberOf(tag: string): number | undefined {
		const { stream } = this.#backlog;
		return tag.slice(0, stream.length) === stream ? Number(tag.slice(stream.length + 1)) : undefined;
	}

	#wake(): void {
		const now = this.#host.now();
		if (isDue(this.#flushAt, now)) this.#flush();
		if (isDue(this.#retryAt, now)) this.#retryAt = undefined;
		if (isDue(this.#answerAt, now)) {
			this.#answerAt = undefined;
			if (this.#window.size > 0) {
				if (this.#patience < MOST_PATIENCE) this.#patience *= 2;
				this.#beginAgain(1);
			}
		}
		this.#drain();
		this.#tally.tell();
		this.#arm();
	}

	/** Sees to it that the alarm goes when the next thing is due. */
	#arm(): void {
		this.#tally.tell();
		const now = this.#host.now();
		if (this.#backlog.isWorthStoring) this.#flushAt ??= now + FLUSH_INTERVAL;
		const next = Math.min(
			until(this.#flushAt, now),
			// What is due and did not leave waits for something else.
			isDue(this.#drainAt, now) ? NEVER : until(this.#drainAt, now),
			until(this.#answerAt, now),
			until(this.#retryAt, now),
			until(this.#tally.due, now),
		);
		this.#alarm.set(next);
	}
}

const isDue = (time: number | undefined, now: number): boolean =>
	time !== undefined && elapsed(time, now) <= 0;

/** Milliseconds from `now` until `time`; for ever when there is none. */
const until = (time: number | undefined, now: number): number =>
	time === undefined ? NEVER : Math.max(0, elapsed(time, now));
