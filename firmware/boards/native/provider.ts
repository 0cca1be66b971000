import type {
	AnalogOptions,
	ByteBuffer,
	DigitalOptions,
	HostProvider,
	KeyValueDomain,
	ResolverOptions,
	TCPOptions,
	TCP as TCPSocket,
} from "../../ecma-419.js";
import type { Host } from "../../host.js";
import type { Native } from "./native.js";
import { NativeEvent } from "./seam.js";
import { Timers } from "./timers.js";

/** Hears of an event of the hardware: at `now` milliseconds, about the object with this handle. */
export type NativeListener = (kind: number, now: number, handle: number, count: number, text: string) => void;

type Target = (kind: number, count: number, text: string) => void;

/** The firmware's host over native functions, and the function that is to hear of their events. */
export function createNativeHost(
	native: Native,
	pins: Readonly<Record<string, number>>,
): { host: Host; onEvent: NativeListener } {
	let now = 0;
	let lastHandle = 0;
	const targets = new Map<number, Target>();
	const timers = new Timers(
		() => now,
		(delay) => native.alarm(delay),
	);

	const open = (target: Target): number => {
		do {
			lastHandle = (lastHandle % 0xffff) + 1;
		} while (targets.has(lastHandle));
		targets.set(lastHandle, target);
		return lastHandle;
	};

	class Analog {
		readonly #pin: number;
		readonly resolution: number;

		constructor({ pin }: AnalogOptions) {
			this.#pin = pin as number;
			this.resolution = native.analogResolution(this.#pin);
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

	class TCP implements TCPSocket {
		#handle: number;

		constructor({ address, port, onReadable, onWritable, onError }: TCPOptions) {
			this.#handle = open((kind, count, text) => {
				if (kind === NativeEvent.READABLE) onReadable?.call(this, count);
				else if (kind === NativeEvent.WRITABLE) onWritable?.call(this, count);
				else onError?.call(this, new Error(text));
			});
			native.socketOpen(this.#handle, address, port);
		}

		read(byteLength = 0xffff): ArrayBuffer | undefined {
			return native.socketRead(this.#handle, byteLength);
		}

		write(data: ByteBuffer): number {
			return native.socketWrite(this.#handle, data instanceof Uint8Array ? data : new Uint8Array(data));
		}

		close(): void {
			if (this.#handle === 0) return;
			native.socketClose(this.#handle);
			targets.delete(this.#handle);
			this.#handle = 0;
		}
	}

	class Resolver {
		#closed = false;

		resolve(
			{ host }: { host: string },
			callback: (error: Error | null, address?: string, host?: string) => void,
		): void {
			const handle = open((kind, _, text) => {
				targets.delete(handle);
				if (this.#closed) return;
				if (kind === NativeEvent.RESOLVED) callback(null, text, host);
				else callback(new Error(text));
			});
			native.resolve(handle, host);
		}

		close(): void {
			this.#closed = true;
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
			native.storeWrite(this.#path, key, value instanceof Uint8Array ? value : new Uint8Array(value));
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

	const device: HostProvider = {
		io: { Analog, Digital, TCP },
		pin: pins,
		network: { dns: { resolver: { io: Resolver as unknown as ResolverOptions["io"] } } },
		keyValue: { open: ({ path }) => new Domain(path) },
	};
	const host: Host = {
		device,
		timer: timers,
		now: () => now,
		date: () => native.date() || undefined,
		random: () => native.random(),
		report: (event) => native.report(JSON.stringify(event)),
	};
	const onEvent: NativeListener = (kind, time, handle, count, text) => {
		now = time;
		if (kind === NativeEvent.ALARM) timers.run();
		else targets.get(handle)?.(kind, count, text);
	};
	return { host, onEvent };
}
