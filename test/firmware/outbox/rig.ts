import type { TelemetryPayload } from "../../../firmware/events.js";
import { Backlog } from "../../../firmware/outbox/backlog.js";
import { Journal } from "../../../firmware/outbox/journal.js";
import { Outbox, type OutboxOptions } from "../../../firmware/outbox/outbox.js";
import { TestFlash } from "../../support/flash.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { seededRandom } from "../../support/virtual/random.js";

const USUAL: OutboxOptions = {
	messages: 256,
	bytes: 32_768,
	full: "oldest",
	delivery: "broker",
	drainInterval: 10,
	ackTimeout: 5000,
	window: 4,
	attempts: 3,
	time: "none",
};

/** A message on its way. */
export interface Sent {
	readonly payload: TelemetryPayload;
	readonly tag: string;
}

/** An outbox over a flash that survives, and a session of the test's. */
export class OutboxRig {
	readonly flash: TestFlash;
	clock = new VirtualClock();
	host!: VirtualHost;
	outbox!: Outbox;
	backlog!: Backlog;
	/** All that was sent, in order. */
	readonly sent: Sent[] = [];
	readonly aside: string[] = [];
	/** Whether the session takes messages, and the tags of those that it has still. */
	takes = true;
	inFlight: readonly string[] = [];
	wallClock: number | undefined = Date.UTC(2026, 0, 1);
	#starts = 0;
	readonly #options: OutboxOptions;
	readonly #hasFlash: boolean;

	constructor(options: Partial<OutboxOptions> = {}, { hasFlash = true, seed = 1 } = {}) {
		this.#options = { ...USUAL, ...options };
		this.#hasFlash = hasFlash;
		this.flash = new TestFlash(seed);
		this.start();
	}

	/** Switches the device on, after a power cut if it was on. */
	start(options: Partial<OutboxOptions> = {}): void {
		this.clock = new VirtualClock(this.clock.now());
		this.host = new VirtualHost({ clock: this.clock, random: seededRandom(++this.#starts) });
		this.host.wallClock = this.wallClock;
		const stream = "abcdefgh";
		const journal = this.#hasFlash ? new Journal(this.host, this.flash.start(), stream) : undefined;
		this.backlog = new Backlog(this.host, journal, stream);
		this.outbox = new Outbox(this.host, { ...this.#options, ...options }, this.backlog, journal?.lost ?? 0, {
			send: (payload, tag) => {
				if (this.takes) this.sent.push({ payload, tag });
				return this.takes;
			},
			isInFlight: (tag) => this.inFlight.includes(tag),
			onSetAside: (payload) => this.aside.push(payload),
		});
	}

	/** Lets time pass. */
	pass(milliseconds: number): void {
		this.clock.advance(milliseconds);
		if (this.wallClock !== undefined) this.wallClock += milliseconds;
	}

	/** Takes readings 1 by 1, numbered. */
	add(from: number, to = from): void {
		for (let light = from; light <= to; light++) this.outbox.add({ light });
	}

	/** The readings that were sent so far, by their numbers; empties the list. */
	taken(): number[] {
		const numbers = this.sent.map(({ payload }) => payload.light as number);
		this.sent.length = 0;
		return numbers;
	}

	/** The broker acknowledges what was sent, until nothing more comes; returns what was sent. */
	settle(): number[] {
		const numbers: number[] = [];
		for (let round = 0; round < 10_000; round++) {
			const batch = this.sent.splice(0);
			if (batch.length === 0 && this.backlog.pending === 0) break;
			for (const { payload, tag } of batch) {
				numbers.push(payload.light as number);
				this.outbox.acknowledged(tag);
			}
			this.pass(10);
		}
		return numbers;
	}

	/** The last that was reported. */
	get told() {
		return this.host.eventsOf("outbox").at(-1);
	}
}

export const range = (from: number, to: number): number[] =>
	Array.from({ length: to - from + 1 }, (_, index) => from + index);
