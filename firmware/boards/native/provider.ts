import type {
	AnalogOptions,
	ByteBuffer,
	DigitalOptions,
	Flash,
	FlashStatus,
	FlashStorage,
	HostProvider,
	IOError,
	KeyValue,
	KeyValueDomain,
	ResolverOptions,
	TCPOptions,
	TCP as TCPSocket,
	TLSSocketOptions,
	WebSocketOptions,
} from "../../ecma-419.js";
import type { LinkCode } from "../../events.js";
import type { Host } from "../../host.js";
import { ioError } from "../../io-error.js";
import type { Native } from "./native.js";
import { FLASH_BLOCK, NativeEvent } from "./seam.js";
import { Timers } from "./timers.js";

/** Hears of an event of the hardware: at `now` milliseconds, about the object with this handle. */
export type NativeListener = (kind: number, now: number, handle: number, count: number, text: string) => void;

/** What an event is for. */
export interface Target {
	onEvent(kind: number, count: number, text: string): void;
}

type Completion = (error: IOError | null, address?: string, host?: string) => void;

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

/** The error that an event's text tells: a code, a space, and words. */
function errorOf(text: string): IOError {
	const end = text.indexOf(" ");
	return ioError(text.slice(0, end) as LinkCode, text.slice(end + 1));
}

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

/** Options of any socket; `scheme` is absent for plain TCP. */
type SocketOptions = TCPOptions &
	Partial<TLSSocketOptions & WebSocketOptions & { scheme: "mqtts" | "ws" | "wss" }>;

/** A socket of any kind: the hardware knows what each takes. */
class TCP implements TCPSocket, Target {
	readonly target: unknown;
	readonly #callbacks: TCPOptions;
	#handle: number;

	constructor(options: SocketOptions) {
		this.target = options.target;
		this.#callbacks = options;
		this.#handle = open(this);
		const { address, port, scheme, tls, host = tls?.host, path = "" } = options;
		const endpoint = scheme === undefined ? address : `${address} ${scheme} ${host} ${path}`;
		native.socketOpen(this.#handle, endpoint, port);
	}

	read(byteLength = 0xffff): ArrayBuffer | undefined {
		return native.socketRead(this.#handle, byteLength);
	}

	write(data: ByteBuffer): number {
		return native.socketWrite(this.#handle, bytesOf(data));
	}

	close(): void {
		if (this.#handle === 0) return;
		native.socketClose(this.#handle);
		targets.delete(this.#handle);
		this.#handle = 0;
	}

	onEvent(kind: number, count: number, text: string): void {
		const { onReadable, onWritable, onError, onSecuring } = this.#callbacks;
		if (kind === NativeEvent.READABLE) onReadable?.call(this, count);
		else if (kind === NativeEvent.WRITABLE) onWritable?.call(this, count);
		else if (kind === NativeEvent.SECURING) onSecuring?.call(this);
		else onError?.call(this, errorOf(text));
	}
}

class Lookup implements Target {
	readonly #resolver: Resolver;
	readonly #host: string;
	readonly #callback: Completion;
	readonly #handle: number;

	constructor(resolver: Resolver, host: string, callback: Completion) {
		this.#resolver = resolver;
		this.#host = host;
		this.#callback = callback;
		this.#handle = open(this);
		native.resolve(this.#handle, host);
	}

	onEvent(kind: number, _: number, text: string): void {
		targets.delete(this.#handle);
		if (this.#resolver.isClosed) return;
		if (kind === NativeEvent.RESOLVED) this.#callback(null, text, this.#host);
		else this.#callback(errorOf(text));
	}
}

class Resolver {
	isClosed = false;

	resolve({ host }: { host: string }, callback: Completion): void {
		new Lookup(this, host, callback);
	}

	close(): void {
		this.isClosed = true;
	}
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

const IO = Object.freeze({ Analog, Digital, TCP });
const NETWORK = Object.freeze({
	tls: Object.freeze({ client: Object.freeze({ io: TCP, scheme: "mqtts" }) }),
	ws: Object.freeze({ stream: Object.freeze({ io: TCP, scheme: "ws" }) }),
	wss: Object.freeze({ stream: Object.freeze({ io: TCP, scheme: "wss" }) }),
	dns: Object.freeze({ resolver: Object.freeze({ io: Resolver as unknown as ResolverOptions["io"] }) }),
});
const KEY_VALUE = Object.freeze({ open: ({ path }: { path: string }) => new Domain(path) });
const FLASH = Object.freeze({ open: ({ path }: { path: string }) => new Partition(path) });

class NativeHost implements Host {
	readonly device: HostProvider;
	readonly timer: Timers;
	readonly engine: string;

	constructor(pin: Readonly<Record<string, number>>, engine: string, keyValue: KeyValue) {
		this.engine = engine;
		this.device = { io: IO, pin, network: NETWORK, keyValue, flash: FLASH };
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

/**
 * The firmware's host over native functions, and the function that is to hear of their events. There
 * is one in a machine: another call takes the place of the one before.
 * @param keyValueOn makes the key-value storage of a board whose native functions have none, over its flash memory:
 * `key-value/flash-key-value.ts`, which takes flash in images of such boards alone
 */
export function createNativeHost(
	functions: Native,
	pins: Readonly<Record<string, number>>,
	engine: string,
	keyValueOn?: (flash: FlashStorage) => KeyValue,
): { host: Host; onEvent: NativeListener } {
	native = functions;
	targets = new Map();
	present = 0;
	const host = new NativeHost(pins, engine, keyValueOn === undefined ? KEY_VALUE : keyValueOn(FLASH));
	return { host, onEvent: host.onEvent };
}
