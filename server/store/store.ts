import type { OrderChanges, OrderStore } from "./order-store.js";

/** A reading as it is stored. */
export interface Row {
	readonly device: string;
	/** The stream and the number in it; `undefined` for a device that does not count. */
	readonly stream: string | undefined;
	readonly seq: number | undefined;
	/** When it was measured, in milliseconds since 1970, if the device says so. */
	readonly measured: number | undefined;
	/** When it came, in milliseconds since 1970. */
	readonly received: number;
	/** Whether it was measured before the newest one that had come. */
	readonly isLate: boolean;
	/** The message's payload. */
	readonly payload: string;
}

/** How far a stream has come: up to `through` each number is stored or never comes. */
export interface Progress {
	readonly device: string;
	readonly stream: string;
	readonly through: number;
}

/** Where the server keeps what it must not forget. */
export interface Store {
	/** Whether readings without a number are kept, too. */
	readonly keepsAll: boolean;
	/** The orders that it has; `undefined` for a store that keeps none. */
	readonly orders?: OrderStore;
	/** How far a stream has come; `undefined` for one that the store does not know. @throws StoreFailure */
	through(device: string, stream: string): number | undefined;
	/**
	 * Stores readings, in this order, how far streams have come, and what is new of orders if it keeps them: all of it or nothing. When
	 * it returns, a crash does not lose it.
	 * @throws StoreFailure
	 */
	commit(rows: readonly Row[], progress: readonly Progress[], orders?: OrderChanges): void;
	/** Ends it. Nothing else may be called then. */
	close(): void;
}

/** Why a store cannot work while the server runs, for programs. */
export type StoreTrouble = "disk-full" | "locked" | "write-failed" | "damaged";

/** A store cannot be opened, or cannot work. The message says why and what to do, without the name of the file. */
export class StoreFailure<Code extends string = StoreTrouble> extends Error {
	override readonly name = "StoreFailure";
	readonly code: Code;

	constructor(code: Code, message: string) {
		super(message);
		this.code = code;
	}
}
