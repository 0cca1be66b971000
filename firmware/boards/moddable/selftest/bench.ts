import type {
	AnalogConstructor,
	DigitalConstructor,
	FlashStorage,
	KeyValue,
	PinSpecifier,
	WiFi,
} from "../../../ecma-419.js";
import type { Timer } from "../../../host.js";

/** An access point that a scan found. */
export interface AccessPoint {
	/** dBm. */
	readonly RSSI: number;
}

/** The part of the SDK's Wi-Fi interface that only the self-test uses. */
export interface Radio extends WiFi {
	/** Six bytes in hexadecimal with colons between; `undefined` when the radio does not tell. */
	readonly MAC: string | undefined;
	/** @throws Error when a scan is in progress, or the radio refuses */
	scan(options: { onFound: (found: AccessPoint) => void; onComplete: () => void }): void;
	close(): void;
}
export type RadioConstructor = new (options: { onChanged: () => void }) => Radio;

/** What the self-test examines: a board as the SDK gives it, its clocks, and a log. */
export interface Bench {
	/** The board's name. */
	readonly board: string;
	/** The firmware's version. */
	readonly version: string;
	/** The version of the Moddable SDK; absent when the build did not say. */
	readonly sdk?: string | undefined;
	readonly Analog: AnalogConstructor;
	readonly Digital: DigitalConstructor;
	readonly pin: Readonly<Record<string, PinSpecifier>>;
	readonly keyValue: KeyValue;
	/** The SDK's can also be iterated: names of partitions. */
	readonly flash: FlashStorage & Partial<Iterable<string>>;
	/** Absent on a board whose network is there without us. */
	readonly WiFi?: RadioConstructor | undefined;
	readonly timer: Timer;
	/** Milliseconds since an unknown moment; wraps at 32 bits. */
	ticks(): number;
	/** Milliseconds since 1970, or since the start. */
	date(): number;
	/** A number from 0 up to, not including, 1. */
	random(): number;
	/** A value of the SDK's instrumentation by its name there; `undefined` in a build without. */
	instrument(name: string): number | undefined;
	/** Writes a line to the log. */
	say(line: string): void;
}

/** What a check has found. */
export interface Result {
	/** `none`: the board, or the build, does not have what is checked. */
	readonly verdict: "good" | "bad" | "none";
	/** Its character in the code. */
	readonly code: string;
	/** What was found, for people. */
	readonly text: string;
}

/** A check; what it throws, or rejects with, counts as failed. */
export type Check = (bench: Bench) => Result | Promise<Result>;

export const good = (code: string, text: string): Result => ({ verdict: "good", code, text });
export const bad = (code: string, text: string): Result => ({ verdict: "bad", code, text });
export const none = (text: string): Result => ({ verdict: "none", code: "Z", text });

/** What an error says; its kind, if it says nothing. */
export const reasonOf = (error: unknown): string =>
	error instanceof Error && error.message !== "" ? error.message : String(error);

/** Resolves after `delay` milliseconds. */
export const pause = ({ timer }: Bench, delay: number): Promise<void> =>
	new Promise((resolve) => {
		timer.set(resolve, delay);
	});
