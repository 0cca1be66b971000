import type {
	AnalogOptions,
	ByteBuffer,
	DigitalOptions,
	Flash,
	FlashStatus,
	FlashStorage,
	HostProvider,
	KeyValue,
	KeyValueDomain,
} from "../../ecma-419.js";
import type { Host } from "../../host.js";
import type { Native } from "./native.js";
import { FLASH_BLOCK, NativeEvent } from "./seam.js";
import { Timers } from "./timers.js";

/** Hears of an event of the hardware: at `now` milliseconds, about the object with this handle. */
export type NativeListener = (kind: number, now: number, handle: number, count: number, text: string) => void;

/** A host provider without a network, and the host that has it: `withNetwork` gives it one. */
export type BareProvider = Omit<HostProvider, "io" | "network"> & {
	readonly io: Pick<HostProvider["io"], "Analog" | "Digital">;
};
export type BareHost = Omit<Host, "device"> & { readonly device: BareProvider };

/** What an event is for. */
export interface Target {
	onEvent(kind: number, count: number, text: string): void;
}

// A chip has one board, and classes at module level live in its flash.
let native: Native;
let present = 0;
let lastHandle = 0;
let targets: Map<number, Target>;

/** Gives a target a handle, by which the hardware's events find it. */
export function open(target: Target): number {
	do {
		lastHandle = (lastHandle % 0xffff) + 1;
	} while (targets.has(lastHandle));
	targets.set(lastHandle, target);
	return lastHandle;
}

/** That is over. */
export const forget = (handle: number): boolean => targets.delete(handle);

/** The native functions of the machine's board. */
export const hardware = (): Native => native;

export const bytesOf = (data: ByteBuffer): Uint8Array =>
	data instanceof Uint8Array ? data : new Uint8Array(data);

class Analog {
	readonly #pin: number;

	constructor({ pin }: AnalogOptions) {
		this.#pin = pin as number;
	}

	get resolution(): number {
		return native.analogResolution(this.#pin);
	}

	read(): number {
		return native.analogRead(this.#pin);
	}

	close(): void {}
}

class Digital {
	static readonly Output = 8;
	readonly #pin: number;

	constructor({ pin, initialValue }: DigitalOptions) {
		this.#pin = pin as number;
		if (initialValue !== undefined) native.digitalWrite(this.#pin, initialValue);
	}

	write(level: 0 | 1): void {
		native.digitalWrite(this.#pin, level);
	}

	close(): void {}
}

class Domain implements KeyValueDomain {
	readonly #path: string;

	constructor(path: string) {
		this.#path = path;
	}

	read(key: string): ArrayBuffer | undefined {
		return native.storeRead(this.#path, key);
	}

	write(key: string, value: ByteBuffer): void {
		native.storeWrite(this.#path, key, bytesOf(value));
	}

	delete(key: string): void {
		native.storeDelete(this.#path, key);
	}

	[Symbol.iterator](): Iterator<string> {
		const keys = native.storeKeys(this.#path);
		return (keys === "" ? [] : keys.split("\0")).values();
	}

	close(): void {}
}

class Partition implements Flash {
	readonly #path: string;
	readonly #size: number;

	constructor(path: string) {
		this.#path = path;
		this.#size = native.flashSize(path);
		if (this.#size === 0) throw new Error(`no flash partition ${path}`);
	}

	eraseBlock(start: number, end = start + 1): void {
		for (let block = start; block < end; block++) native.flashErase(this.#path, block);
	}

	read(byteLength: number, byteOffset: number): ArrayBuffer {
		return native.flashRead(this.#path, byteOffset, byteLength);
	}

	write(data: ByteBuffer, byteOffset: number): void {
		native.flashWrite(this.#path, byteOffset, bytesOf(data));
	}

	status(): FlashStatus {
		return { size: this.#size, blocks: this.#size / FLASH_BLOCK, blockLength: FLASH_BLOCK };
	}

	close(): void {}
}

const IO = Object.freeze({ Analog, Digital });
const KEY_VALUE = Object.freeze({ open: ({ path }: { path: string }) => new Domain(path) });
const FLASH = Object.freeze({ open: ({ path }: { path: string }) => new Partition(path) });

class NativeHost implements BareHost {
	readonly device: BareProvider;
	readonly timer: Timers;
	readonly engine: string;

	constructor(pin: Readonly<Record<string, number>>, engine: string, keyValue: KeyValue | undefined) {
		this.engine = engine;
		this.device = keyValue === undefined ? { io: IO, pin } : { io: IO, pin, keyValue, flash: FLASH };
		this.timer = new Timers(this, native);
	}

	now(): number {
		return present;
	}

	date(): number | undefined {
		return native.date() || undefined;
	}

	random(): number {
		return native.random();
	}

	hmacSha256(key: Uint8Array, text: string): Uint8Array {
		return new Uint8Array(native.hmacSha256(key, text));
	}

	restart(): void {
		native.restart();
	}

	report(event: Parameters<Host["report"]>[0]): void {
		native.report(JSON.stringify(event));
	}

	readonly onEvent: NativeListener = (kind, now, handle, count, text) => {
		present = now;
		if (kind === NativeEvent.ALARM) this.timer.run();
		else targets.get(handle)?.onEvent(kind, count, text);
	};
}

/** The storage of a board. */
export interface NativeStorage {
	/** Whether it has any, key-value storage and flash memory; the default is true. */
	readonly storage?: boolean;
	/**
	 * Makes the key-value storage of a board whose native functions have none, over its flash memory:
	 * `key-value/flash-key-value.ts`, which takes flash in images of such boards alone.
	 */
	readonly keyValueOn?: (flash: FlashStorage) => KeyValue;
}

/**
 * The firmware's host over native functions, without a network, and the function that is to hear of their events. There
 * is one in a machine: another call takes the place of the one before.
 */
export function createNativeHost(
	functions: Native,
	pins: Readonly<Record<string, number>>,
	engine: string,
	{ storage = true, keyValueOn }: NativeStorage = {},
): { host: BareHost; onEvent: NativeListener } {
	native = functions;
	targets = new Map();
	present = 0;
	const keyValue = keyValueOn === undefined ? KEY_VALUE : keyValueOn(FLASH);
	const host = new NativeHost(pins, engine, storage ? keyValue : undefined);
	return { host, onEvent: host.onEvent };
}
