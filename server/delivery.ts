import type { StreamEvent } from "./events.js";
import type { OrderChanges } from "./store/order-store.js";
import { type Progress, type Row, type Store, StoreFailure } from "./store/store.js";
import type { Standing } from "./streams.js";
import { Streams } from "./streams.js";
import type { Reading } from "./telemetry.js";

/** A commit comes after so many messages at the latest. */
export const MOST_MESSAGES = 64;

/** A commit comes so many milliseconds after the first message at the latest. */
export const COMMIT_DELAY = 100;

/** A commit comes so many milliseconds after what a person waits for. */
export const PROMPT_DELAY = 5;

/** Milliseconds from a commit that failed to the next try. */
export const RETRY_DELAY = 1000;

/** Readings that wait while the store cannot take them; further ones are put off. */
export const MOST_WAITING = 1024;

const NO_ORDERS: OrderChanges = Object.freeze({ orders: [], streams: [] });

/** What is found of a reading. */
export interface Finding {
	/** `undefined` for one without a number. */
	readonly standing: Standing | undefined;
	/** Whether it says how the device is now: it is not late, and its number is the highest so far. */
	readonly isNewest: boolean;
	/** Whether nothing was known of its stream. */
	readonly isFirst: boolean;
	readonly through: number;
}

/** What a commit came to. */
export type Commit =
	/** All is stored; these are to be told to the devices. `isBack`: the try before had failed. */
	| { kind: "committed"; progress: readonly Progress[]; isBack: boolean }
	/** Nothing is stored, and it is tried again; `isNew`: the try before had not failed for this reason. */
	| { kind: "failed"; failure: StoreFailure; isNew: boolean };

/**
 * Takes readings, finds which are new, and commits those to the store, many at a time. No IO and no time of its own:
 * `due` says when to call `commit`.
 */
export class Delivery {
	readonly #store: Store;
	readonly #streams: Streams;
	#rows: Row[] = [];
	#messages = 0;
	#unnumbered = 0;
	#due: number | undefined;
	#failed: StoreFailure["code"] | undefined;
	/** What went wrong when the store was asked, to be told by the next commit. */
	#unread: StoreFailure | undefined;

	constructor(store: Store) {
		this.#store = store;
		this.#streams = new Streams(store);
	}

	/** When to call `commit`, by the clock of `take`; `undefined` when nothing waits for it. */
	get due(): number | undefined {
		return this.#due;
	}

	/** Whether a reading without a number waits for the commit: its device does not send it again, the broker might. */
	get isOwing(): boolean {
		return this.#unnumbered > 0;
	}

	/**
	 * Takes a reading of a device.
	 * @param now milliseconds of a clock that is never set
	 * @param received when it came, in milliseconds since 1970
	 * @param isKept whether it waits for the store however many do, as the broker limits their number
	 */
	take(device: string, reading: Reading, now: number, received: number, isKept = false): Finding {
		const { sequence, isLate, measured, text } = reading;
		const isFull = this.#failed !== undefined && this.#rows.length >= MOST_WAITING;
		const found = sequence && this.#verdict(device, sequence, isFull, now);
		const isNewest = !isLate && (found?.isNewest ?? true);
		const isStored =
			found === undefined ? this.#store.keepsAll && (!isFull || isKept) : found.standing === "new";
		if (isStored) {
			const { stream, seq } = sequence ?? {};
			if (sequence === undefined) this.#unnumbered++;
			this.#rows.push({ ...{ device, stream, seq, measured, received, isLate }, payload: text });
		}
		if (isStored || (found !== undefined && found.standing !== "put-off")) this.#wait(now);
		const { standing, isFirst = false, through = 0 } = found ?? {};
		return { standing, isNewest, isFirst, through };
	}

	/** Something else is to be committed soon. */
	hurry(now: number): void {
		if (this.#failed === undefined) this.#due = Math.min(this.#due ?? Infinity, now + PROMPT_DELAY);
	}

	/** The store could not be read, which the next commit tells. Whoever wanted to know asks again. */
	unread(failure: StoreFailure, now: number): void {
		this.#unread = failure;
		this.#due ??= now;
	}

	/**
	 * Commits what waits.
	 * @param now by the clock of `take`
	 * @param orders what is new of them
	 */
	commit(now: number, orders: OrderChanges = NO_ORDERS): Commit {
		const { waiting: progress, moved } = this.#streams;
		const count = this.#rows.length + moved.length + orders.orders.length + orders.streams.length;
		try {
			this.#throwUnread();
			if (count > 0) this.#store.commit(this.#rows, moved, orders);
		} catch (error) {
			if (!(error instanceof StoreFailure)) throw error;
			const isNew = this.#failed !== error.code;
			this.#failed = error.code;
			this.#due = now + RETRY_DELAY;
			return { kind: "failed", failure: error, isNew };
		}
		const isBack = this.#failed !== undefined;
		this.#failed = undefined;
		this.#due = undefined;
		this.#rows = [];
		this.#messages = this.#unnumbered = 0;
		const acknowledged = progress.map(({ device, stream, through }) => ({ device, stream, through }));
		this.#streams.settle();
		return { kind: "committed", progress: acknowledged, isBack };
	}

	#verdict(device: string, sequence: NonNullable<Reading["sequence"]>, isFull: boolean, now: number) {
		try {
			return this.#streams.take(device, sequence, isFull);
		} catch (error) {
			if (!(error instanceof StoreFailure)) throw error;
			// The store is asked again when the device sends again.
			this.unread(error, now);
			return { standing: "put-off" as const, isNewest: true, isFirst: false, through: 0 };
		}
	}

	#throwUnread(): void {
		const failure = this.#unread;
		this.#unread = undefined;
		if (failure !== undefined) throw failure;
	}

	#wait(now: number): void {
		this.#messages++;
		if (this.#failed !== undefined) return;
		this.#due = this.#messages >= MOST_MESSAGES ? now : (this.#due ?? now + COMMIT_DELAY);
	}
}

/** What is to be told of a numbered reading beside that it came. */
export function eventsOf(
	device: string,
	{ sequence }: Reading,
	{ standing, isFirst, through }: Finding,
): StreamEvent[] {
	if (sequence === undefined) return [];
	const { stream, seq, base } = sequence;
	const isOdd = standing === "duplicate" || standing === "gap";
	return [
		...(isFirst ? [{ event: "stream", device, stream, base } as const] : []),
		...(isOdd ? [{ event: standing, device, stream, seq, through } as const] : []),
	];
}
