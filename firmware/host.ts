import type { HostProvider } from "./ecma-419.js";
import type { DeviceEvent } from "./events.js";

/** Identifies a running timer; opaque. */
export type TimerId = unknown;

/** One-shot and repeating timers, in the shape of the Moddable SDK's `timer` module. */
export interface Timer {
	/** Calls back once, `delay` milliseconds from now, never from within this call. */
	set(callback: () => void, delay: number): TimerId;
	/** Calls back every `interval` milliseconds. */
	repeat(callback: () => void, interval: number): TimerId;
	/** Stops a timer; nothing happens when it has already run or been stopped. */
	clear(id: TimerId): void;
}

/** Everything the firmware gets from outside itself: hardware, time, chance, and someone to tell. */
export interface Host {
	/** The board: IO classes, pins, network, storage. */
	readonly device: HostProvider;
	readonly timer: Timer;
	/** Milliseconds that only go forward; may wrap at 32 bits. */
	now(): number;
	/** Milliseconds since 1970-01-01T00:00:00Z, or `undefined` while the wall clock is not set. */
	date(): number | undefined;
	/** A number from 0 up to, not including, 1. */
	random(): number;
	/** What the firmware runs on: `node`, `xs`, `arm`, or the name of a board. */
	readonly engine: string;
	/** HMAC-SHA-256 (RFC 2104) of a text in ASCII: 32 bytes. */
	hmacSha256(key: Uint8Array, text: string): Uint8Array;
	/** Starts the device again, as if its power had been off: now, or once what it has sent has left it. */
	restart(): void;
	/** Hears what happens; must not throw. */
	report(event: DeviceEvent): void;
}
