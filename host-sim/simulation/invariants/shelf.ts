import type { Config } from "../../../firmware/config.js";
import type { Measured } from "./invariant.js";
import type { SaidReading } from "./said-reading.js";

type Outbox = Config["outbox"];

/** Milliseconds in which a reading is stored, and how many wait for that at most. */
const UNSTORED = 10_000;
const BATCH = 16;

/** Milliseconds in which a device tells what it dropped. */
const TELLS = 2000;

/** Characters of the longest payload, `{"light":1023}`. */
const LONGEST = 14;

/** A reading that has not come. */
export interface OpenReading {
	/** When it was measured. */
	readonly time: number;
	/** It came since, or it may be missing. */
	readonly isSettled: boolean;
}

/** A reading that a device is to keep. */
interface KeptReading extends OpenReading {
	readonly date: number;
	readonly key: string;
	/** In the order of measuring. */
	readonly index: number;
	/** From when on it outlives the power. */
	storedAt: number;
	/** It was handed over for sending; the broker took it. */
	isTold: boolean;
	isTaken: boolean;
	/** The broker forgot its sessions since it was handed over, and the device may not know that. */
	isForgotten: boolean;
	/** When a later one came first. */
	overtakenAt?: number;
	isSettled: boolean;
}

const keyOf = (light: number | undefined, date: number | undefined): string => `${light} at ${date}`;

/** What a device that keeps its readings has to account for. */
export class Shelf {
	readonly #qos: 0 | 1 | 2;
	/** Those that are not settled, oldest first; and all by what tells them apart, which comes twice when the clock is set. */
	readonly #open = new Set<KeptReading>();
	readonly #byKey = new Map<string, KeptReading[]>();
	/** Those that may be missing, and did not come. */
	readonly #excused = new Set<KeptReading>();
	#outbox: Outbox;
	#count = 0;
	/** What its wall clock is ahead of the world's time. */
	#clock: number | undefined;
	/** What the present start has told that did not go through. */
	#gone = 0;
	/** How many were dropped of which it is not known which they are. */
	#dropped = 0;
	/** Storages that do not work at present; whether this start does without. */
	#broken = 0;
	#brokenUntil = Number.NEGATIVE_INFINITY;
	/** The storage failed since the device began. */
	#hasFailed = false;
	#isInMemory = false;
	/** With QoS 2 the broker may take a message for one that the device has forgotten. */
	#isMistaken = false;
	/** The broker took a reading after the last of which the device knows that the server stored it. */
	#isTakenOnly = false;
	/** When the server stored one last. */
	#answeredAt = Number.NEGATIVE_INFINITY;

	constructor({ telemetry, outbox }: Config) {
		this.#qos = telemetry.qos;
		this.#outbox = outbox;
	}

	/** The device takes a reading. */
	measured({ time, date, light }: Measured): void {
		const index = this.#count++;
		this.#clock = date - time;
		if (this.#outbox.policy !== "keep") return;
		const storedAt = this.#isInMemory || this.#broken > 0 ? Number.POSITIVE_INFINITY : time + UNSTORED;
		const key = keyOf(light, date);
		const reading: KeptReading = {
			...{ time, date, key, index, storedAt, isTold: false, isTaken: false, isForgotten: false },
			isSettled: false,
		};
		this.#open.add(reading);
		const alike = this.#byKey.get(key);
		if (alike === undefined) this.#byKey.set(key, [reading]);
		else alike.push(reading);
	}

	/** The device hands a message over. */
	handOver(said: SaidReading): void {
		const reading = this.#find(said);
		if (reading !== undefined) reading.isTold = true;
	}

	/** The broker took a message. */
	take(time: number, said: SaidReading): void {
		const reading = this.#find(said);
		if (reading === undefined) return;
		reading.isTaken = true;
		this.#isTakenOnly = true;
		if (this.#outbox.delivery === "broker") this.#came(time, reading);
	}

	/** The server stored it. */
	stored(time: number, said: SaidReading): void {
		const reading = this.#find(said);
		if (reading === undefined) return;
		this.#isTakenOnly = false;
		this.#answeredAt = time;
		this.#came(time, reading);
	}

	/** The device tells how many did not go through since its start. */
	gone(time: number, count: number): void {
		const more = count - this.#gone;
		this.#gone = count;
		this.#drop(time, more);
	}

	/** The storage fails, or works again, for one of several reasons. */
	storage(time: number, works: boolean): void {
		this.#broken += works ? -1 : 1;
		this.#hasFailed ||= !works;
		if (works) this.#brokenUntil = time;
		for (const reading of this.#open) {
			if (!works && reading.storedAt >= time) reading.storedAt = Number.POSITIVE_INFINITY;
			if (!works || this.#broken > 0 || this.#isInMemory) continue;
			// It is tried again within that time.
			if (reading.storedAt === Number.POSITIVE_INFINITY) reading.storedAt = time + UNSTORED;
		}
	}

	/** The device begins. */
	powerCame(outbox: Outbox | undefined): void {
		this.#outbox = outbox ?? this.#outbox;
		this.#isInMemory = this.#hasFailed = this.#broken > 0;
		if (this.#outbox.delivery === "server") return;
		// What the broker took, and the device has not heard of, is answered now.
		for (const reading of this.#open) if (reading.isTaken) this.#settle(reading);
	}

	/** The power goes: what was not stored yet may be lost, and what was dropped in the last second was not told. */
	powerLost(time: number): void {
		const unsafe = [...this.#open].filter(({ storedAt }) => storedAt >= time);
		// What a start hands over that keeps nothing is not among them.
		const isUnknown = this.#hasFailed && this.#outbox.policy !== "keep";
		if (this.#qos === 2 && (isUnknown || unsafe.some(({ isTold }) => isTold))) this.#isMistaken = true;
		for (const reading of unsafe) {
			const isOfBatch = reading.index >= this.#count - BATCH;
			// More than a batch waits after the storage has failed.
			const isDelayed = reading.storedAt > reading.time + UNSTORED;
			if (isOfBatch || isDelayed) this.#settle(reading);
		}
		for (const reading of this.#open) if (this.#mayBeExpired(reading, time)) this.#settle(reading);
		this.#drop(time, this.#untold);
		this.#gone = 0;
		// What the server answered last may not be stored yet.
		this.#isTakenOnly ||= time - this.#answeredAt <= UNSTORED;
	}

	/** The broker forgot, with QoS 2 also what it had acknowledged and not released. */
	brokerForgot(): void {
		if (this.#qos < 2 || this.#outbox.delivery === "server") return;
		for (const reading of this.#open) reading.isForgotten ||= reading.isTold;
	}

	/** The device reads CONNACK, which says whether the broker has its session still. */
	online(): void {
		// It stores that then, or would not know it any more after a power cut.
		if (this.#broken > 0) return;
		for (const reading of this.#open) reading.isForgotten = false;
	}

	/**
	 * The broker says in CONNACK that it has the device's session. If that is one that began after it forgot, and the
	 * device has not read the CONNACK before, nothing tells the device.
	 */
	sessionPresent(): void {
		for (const reading of this.#open) if (reading.isForgotten) this.#settle(reading);
	}

	/** The wall clock is set, and not known until the next reading. */
	clockSet(): void {
		this.#clock = undefined;
	}

	/** Those that have not come, also those that the device did not keep. */
	get open(): ReadonlySet<OpenReading> {
		return this.#open;
	}

	/** How many of them the device does not have any more. */
	get dropped(): number {
		return this.#dropped;
	}

	/** How many the device may have, and not have sent. */
	get waiting(): number {
		const { messages } = this.#outbox;
		return Math.min(messages, this.#open.size - this.#dropped + this.#excused.size);
	}

	/** What the device is to do with them at present; `undefined`: nothing can be expected. */
	get outbox(): Outbox | undefined {
		return this.#isInMemory || this.#isMistaken || this.#outbox.policy !== "keep" ? undefined : this.#outbox;
	}

	/**
	 * Whether the session may have nothing to send but the PUBREL of a reading that the broker took, perhaps for a
	 * start that waited for the broker only. The server does not answer a PUBREL: the device sends after `ackTimeout`.
	 */
	get isSilent(): boolean {
		return this.#qos === 2 && this.#outbox.delivery === "server" && this.#isTakenOnly;
	}

	/** What of those measured until then is missing, beside what the device told of; `undefined`: nothing is. */
	missing(until: number): string | undefined {
		return this.#describe([...this.#open].filter(({ time }) => time <= until));
	}

	/** What is missing though later ones have come before that time; `undefined`: nothing is. */
	overtaken(until: number): string | undefined {
		return this.#describe([...this.#open].filter(({ overtakenAt = until }) => overtakenAt < until));
	}

	#describe(missing: readonly KeptReading[]): string | undefined {
		if (this.#outbox.policy !== "keep") return undefined;
		if (this.#isMistaken && this.#outbox.delivery === "broker") return undefined;
		// What is stored waits for a start that can read it.
		const due = this.#isInMemory
			? missing.filter(({ storedAt }) => storedAt === Number.POSITIVE_INFINITY)
			: missing;
		if (due.length <= this.#dropped) return undefined;
		const [first, last] = [due[0], due.at(-1)].map((reading) => `${reading?.key}, ${reading?.time} ms`);
		return `${due.length} readings did not come, from ${first} to ${last}, and it told of ${this.#dropped}`;
	}

	/** The device has dropped some: the oldest; or any, where those stay, or cannot be read. */
	#drop(time: number, count: number): void {
		const { policy, full } = this.#outbox;
		if (policy !== "keep") return;
		const isUnread = this.#isInMemory || this.#broken > 0 || time < this.#brokenUntil + TELLS;
		if (full === "newest" || isUnread) {
			this.#dropped += count;
			return;
		}
		for (const reading of [...this.#open].slice(0, count)) this.#settle(reading);
	}

	/** A reading came: in order, so that older ones do not come any more. */
	#came(time: number, reading: KeptReading): void {
		this.#settle(reading);
		this.#excused.delete(reading);
		const isInOrder = !this.#isInMemory && (this.#outbox.delivery === "server" || this.#qos === 1);
		if (!isInOrder) return;
		for (const older of this.#open) {
			if (older.index > reading.index) return;
			older.overtakenAt ??= time;
		}
	}

	/** How many may have been dropped and not told, for there was no room. */
	get #untold(): number {
		const [oldest] = this.#open;
		if (oldest === undefined) return 0;
		const { messages, bytes } = this.#outbox;
		const waiting = this.#count - oldest.index + BATCH;
		const room = Math.min(messages, Math.floor(bytes / LONGEST) - 1);
		// A start may have less room than what waits needs.
		return waiting >= room ? 2 + waiting - room : 0;
	}

	/** Whether it may be too old, as far as the device's clock is known. */
	#mayBeExpired({ date }: KeptReading, time: number): boolean {
		const { expires } = this.#outbox;
		if (expires === undefined) return false;
		return this.#clock === undefined || this.#clock + time - date > expires;
	}

	#find({ light, time }: SaidReading): KeptReading | undefined {
		const alike = this.#byKey.get(keyOf(light, time));
		return alike?.find(({ isSettled }) => !isSettled) ?? alike?.[0];
	}

	#settle(reading: KeptReading): void {
		reading.isSettled = true;
		if (!reading.isTaken) this.#excused.add(reading);
		this.#open.delete(reading);
	}
}
