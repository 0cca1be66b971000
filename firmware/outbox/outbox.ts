import { Alarm } from "../connectivity/alarm.js";
import type { TelemetryPayload } from "../events.js";
import type { Host } from "../host.js";
import { elapsed, NEVER } from "../mqtt/answer-time.js";
import { stampOf, type TimeFormat } from "../telemetry/stamp.js";
import type { Backlog } from "./backlog.js";
import type { Entry } from "./entry.js";
import { Queue, type QueueOptions } from "./queue.js";
import type { Sender } from "./sender.js";
import { Suspicion } from "./suspicion.js";

/** How an outbox keeps and sends; times in milliseconds. */
export interface OutboxOptions extends QueueOptions {
	/** Whose answer ends the waiting. */
	readonly delivery: "broker" | "server";
	/** Between two readings that are late, at least. */
	readonly drainInterval: number;
	/** For the server's answer, before everything since its last one is sent again. */
	readonly ackTimeout: number;
	/** Messages that wait for their answer at most. */
	readonly window: number;
	/** Ends of the connection in a row with the same message, before it is given up; 0: any number. */
	readonly attempts: number;
	/** How the time of measurement is written, if it is. */
	readonly time: TimeFormat;
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
	readonly #queue: Queue;
	readonly #suspicion: Suspicion;
	readonly #alarm: Alarm;
	#isOnline = false;
	/** The highest number that the broker acknowledged since the oldest was sent. */
	#acknowledged = 0;
	/** The last of the server's answers that was repeated, and all behind it sent again, on this connection. */
	#repeated: number | undefined;
	/** Whether an answer to another stream has come on this connection. */
	#isMistaken = false;
	#isDraining = false;
	/** Numbers above it were never sent. */
	#reached: number;
	/** How many messages may wait for an answer at present, and how many times `ackTimeout` it may take. */
	#width: number;
	#patience = 1;
	/** When the next late reading may go; the server must have answered. */
	#drainAt: number | undefined;
	#answerAt: number | undefined;

	/** @param lost readings that damage of the storage has taken */
	constructor(host: Host, options: OutboxOptions, backlog: Backlog, lost: number, sender: Sender) {
		this.#host = host;
		this.#options = options;
		this.#backlog = backlog;
		this.#sender = sender;
		this.#suspicion = new Suspicion(options.attempts);
		this.#queue = new Queue(host, options, backlog, lost, sender);
		this.#alarm = new Alarm(host, () => this.#wake());
		this.#reached = backlog.newest;
		this.#width = options.window;
		this.#arm();
	}

	/** Takes a reading; `false`: the outbox is full, and keeps the older ones. */
	add(readings: TelemetryPayload): boolean {
		const isTaken = this.#queue.add(JSON.stringify(readings));
		if (isTaken) {
			this.#drain();
			if (!this.#isOnline || this.#patience > 1) this.#queue.tally.changed();
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
		this.#repeated = undefined;
		this.#beginAgain(1);
		this.#queue.tally.changed();
		this.#arm();
	}

	/** The broker acknowledged a message. */
	acknowledged(tag: string): void {
		const seq = this.#numberOf(tag);
		if (seq === undefined) return;
		this.#suspicion.acknowledged();
		if (this.#options.delivery === "server") {
			if (seq > this.#acknowledged) this.#acknowledged = seq;
			if (this.#patience === 1) this.#width = this.#options.window;
			return this.#drain();
		}
		this.#width = this.#options.window;
		const through = this.#queue.window.answer(seq);
		if (through !== undefined) this.#release(through);
		this.#drain();
	}

	/** The session does not send a message any more: it has given it up, or the connection was its session. */
	undeliverable(tag: string, isGivenUp: boolean): void {
		const seq = this.#numberOf(tag);
		if (seq === undefined || !(isGivenUp || this.#suspicion.ended(seq))) return;
		this.#queue.aside.push(seq);
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
		const isRepeated = through === this.#backlog.through && through !== this.#repeated;
		// The server misses the oldest, as the broker has acknowledged a later one.
		if (isRepeated && !this.#isDraining && this.#acknowledged > (this.#queue.window.oldest ?? NEVER)) {
			this.#repeated = through;
			this.#beginAgain(this.#options.window);
		}
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
		this.#queue.flush(true);
		this.#queue.tally.end();
		this.#alarm.set(NEVER);
	}

	/** Nothing counts as sent: sends from the oldest reading on that is not answered, if there is a connection. */
	#beginAgain(width: number): void {
		this.#queue.rewind();
		this.#acknowledged = 0;
		this.#answerAt = this.#drainAt = undefined;
		this.#width = width;
		this.#drain();
	}

	/** Sends what may be sent. */
	#drain(): void {
		// A message that is handed over may be answered at once.
		if (!this.#isOnline || this.#isDraining) return;
		this.#isDraining = true;
		while (this.#queue.window.size < this.#width && this.#sendNext());
		this.#isDraining = false;
		if (this.#options.delivery === "server" && this.#queue.window.size > 0) {
			this.#answerAt ??= this.#host.now() + this.#options.ackTimeout * this.#patience;
		}
		this.#arm();
	}

	/** Sends the next reading; whether that was possible. */
	#sendNext(): boolean {
		const queue = this.#queue;
		const entry = queue.next();
		if (entry === undefined) return false;
		const { seq } = entry;
		const { delivery } = this.#options;
		// The server takes what follows a hole only when all before it has been answered.
		if (delivery === "server" && queue.window.size > 0 && seq !== queue.sent + 1) return false;
		const tag = `${this.#backlog.stream}-${seq}`;
		if (seq > this.#reached || !this.#sender.isInFlight(tag)) {
			const isLate = seq < this.#backlog.newest;
			const now = this.#host.now();
			if (isLate && this.#drainAt !== undefined && elapsed(this.#drainAt, now) > 0) return false;
			if (!this.#sender.send(this.#message(entry, isLate), tag)) {
				queue.retryAt = now + RETRY_INTERVAL;
				return false;
			}
			this.#drainAt = isLate ? now + this.#options.drainInterval : undefined;
		}
		queue.advance(entry);
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
			...(delivery === "server" && {
				seq,
				stream: this.#backlog.stream,
				base: this.#queue.window.oldest ?? seq,
			}),
			...(isLate && { late: true }),
		};
	}

	/** Waits no longer for readings up to `through`. */
	#release(through: number): void {
		this.#queue.release(through);
		if (!this.#isOnline || this.#drainAt !== undefined) this.#queue.tally.changed();
	}

	/** The number in a tag; `undefined`: it is of another stream. */
	#numberOf(tag: string): number | undefined {
		const { stream } = this.#backlog;
		return tag.slice(0, stream.length) === stream ? Number(tag.slice(stream.length + 1)) : undefined;
	}

	#wake(): void {
		const now = this.#host.now();
		const queue = this.#queue;
		if (until(queue.flushAt, now) <= 0) queue.flush();
		if (until(queue.retryAt, now) <= 0) queue.retryAt = undefined;
		if (until(this.#answerAt, now) <= 0) {
			this.#answerAt = undefined;
			if (queue.window.size > 0) {
				if (this.#patience < MOST_PATIENCE) this.#patience *= 2;
				this.#beginAgain(1);
			}
		}
		this.#drain();
		this.#arm();
	}

	/** Sees to it that the alarm goes when the next thing is due. */
	#arm(): void {
		const now = this.#host.now();
		const queue = this.#queue;
		queue.tally.tell();
		if (this.#backlog.isWorthStoring) queue.flushAt ??= now + FLUSH_INTERVAL;
		const next = Math.min(
			until(queue.flushAt, now),
			until(queue.retryAt, now),
			// What is due and did not leave waits for something else.
			until(this.#drainAt, now) || NEVER,
			until(this.#answerAt, now),
			until(queue.tally.due, now),
		);
		this.#alarm.set(next);
	}
}

/** Milliseconds from `now` until `time`, 0 when that is over; for ever when there is none. */
const until = (time: number | undefined, now: number): number =>
	time === undefined ? NEVER : Math.max(0, elapsed(time, now));
