import { CALL_HEADER, Call, EVENT_HEADER, NativeEvent, Reply } from "../../firmware/boards/native/seam.js";
import type { Config } from "../../firmware/config.js";
import { type SocketOptions, socketFor } from "../../firmware/connectivity/socket.js";
import type {
	Analog,
	Digital,
	HostProvider,
	Resolver,
	SerialOptions,
	TCPOptions,
} from "../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../firmware/events.js";
import type { Host, TimerId } from "../../firmware/host.js";
import type { Pins } from "../pins.js";
import { NOTHING, number, optional, text, withTag } from "./reply.js";
import { ServedSocket } from "./served-socket.js";
import { ServedStorage } from "./served-storage.js";

/** Hands an event to the firmware; `encode` is called when the firmware takes it, which may be later. */
export type SendEvent = (kind: number, encode: () => Uint8Array) => void;

type Protocol = Config["broker"]["protocol"];

const NEVER = 0xffff_ffff;

/**
 * The native functions of a firmware in another engine, over a host of this process: real or virtual.
 * Calls come as bytes and are answered at once; events go out as bytes.
 */
export class NativeServer {
	readonly #host: Host;
	readonly #names: ReadonlyMap<number, string>;
	readonly #send: SendEvent;
	readonly #onStopped: () => void;
	readonly #analog = new Map<number, Analog>();
	readonly #digital = new Map<number, Digital>();
	readonly #sockets = new Map<number, ServedSocket>();
	readonly #storage: ServedStorage;
	readonly #resolver: Resolver;
	#alarm: TimerId;

	/**
	 * @param pins pin numbers by the names they have on the host's board
	 * @param onStopped the firmware has gone off line, as it was told to
	 */
	constructor(host: Host, pins: Pins, send: SendEvent, onStopped: () => void) {
		this.#host = host;
		this.#names = new Map(Object.entries(pins).map(([name, number]) => [number, name]));
		this.#send = send;
		this.#onStopped = onStopped;
		this.#storage = new ServedStorage(host.device);
		const { resolver } = this.#device.network.dns;
		this.#resolver = new resolver.io(resolver);
	}

	/** An event of the present moment as bytes. */
	event(kind: number, handle = 0, count = 0, text = ""): Uint8Array {
		return encodeEvent(kind, this.#host.now() >>> 0, handle, count, text);
	}

	/** Answers a call. What the host throws becomes an error of the firmware's. */
	answer(call: Uint8Array): Uint8Array {
		const view = new DataView(call.buffer, call.byteOffset, call.byteLength);
		try {
			return this.#answer(
				view.getUint8(0),
				view.getUint16(1, true),
				view.getUint32(3, true),
				call.subarray(CALL_HEADER),
			);
		} catch (error) {
			return withTag(Reply.ERROR, Buffer.from(error instanceof Error ? error.message : String(error)));
		}
	}

	/** Frees everything the firmware had open, as a reset of the board does. */
	close(): void {
		this.#host.timer.clear(this.#alarm);
		for (const one of [this.#analog, this.#digital, this.#sockets]) {
			for (const instance of one.values()) instance.close();
			one.clear();
		}
		this.#storage.close();
		this.#resolver.close();
	}

	get #device(): HostProvider {
		return this.#host.device;
	}

	#answer(operation: number, handle: number, argument: number, bytes: Uint8Array): Uint8Array {
		switch (operation) {
			case Call.ANALOG_READ:
				return number(this.#input(handle).read());
			case Call.ANALOG_RESOLUTION:
				return number(this.#input(handle).resolution);
			case Call.DIGITAL_WRITE:
				this.#write(handle, argument === 0 ? 0 : 1);
				return NOTHING;
			case Call.SOCKET_OPEN:
				this.#open(handle, text(bytes), argument);
				return NOTHING;
			case Call.SOCKET_READ:
				return optional(this.#sockets.get(handle)?.read(argument));
			case Call.SOCKET_WRITE:
				return number(this.#sockets.get(handle)?.write(bytes) ?? 0);
			case Call.SOCKET_CLOSE:
				this.#sockets.get(handle)?.close();
				this.#sockets.delete(handle);
				return NOTHING;
			case Call.RESOLVE:
				this.#resolve(handle, text(bytes));
				return NOTHING;
			case Call.ALARM:
				this.#setAlarm(argument);
				return NOTHING;
			case Call.RANDOM:
				return number(this.#host.random());
			case Call.DATE:
				return number(this.#host.date() ?? 0);
			case Call.REPORT:
				this.#host.report(JSON.parse(text(bytes)) as DeviceEvent);
				return NOTHING;
			case Call.HMAC_SHA256:
				return withTag(
					Reply.BYTES,
					this.#host.hmacSha256(bytes.subarray(0, handle), text(bytes.subarray(handle))),
				);
			case Call.RESTART:
				this.#host.restart();
				return NOTHING;
			case Call.STOPPED:
				this.#onStopped();
				return NOTHING;
			case Call.NOTHING:
				return NOTHING;
			default:
				return this.#storage.answer(operation, handle, argument, bytes);
		}
	}

	#input(pin: number): Analog {
		let input = this.#analog.get(pin);
		if (input === undefined) {
			input = new this.#device.io.Analog({ pin: this.#pin(pin) });
			this.#analog.set(pin, input);
		}
		return input;
	}

	#write(pin: number, level: 0 | 1): void {
		const output = this.#digital.get(pin);
		if (output !== undefined) return output.write(level);
		const { Digital } = this.#device.io;
		const options = { pin: this.#pin(pin), mode: Digital.Output, initialValue: level };
		this.#digital.set(pin, new Digital(options));
	}

	#pin(pin: number) {
		return this.#device.pin[this.#names.get(pin) ?? ""] ?? -1;
	}

	#open(handle: number, endpoint: string, port: number): void {
		const [address = "", protocol = "mqtt", host = "", path = ""] = endpoint.split(" ");
		const client =
			address === "serial"
				? serialPort(this.#device, Number(protocol))
				: socketFor(this.#device, { protocol: protocol as Protocol, host, port, path });
		const socket = new ServedSocket(client, address, port, (kind, count, why) =>
			this.#send(kind, () => this.event(kind, handle, count(), why)),
		);
		this.#sockets.get(handle)?.close();
		this.#sockets.set(handle, socket);
	}

	#resolve(handle: number, host: string): void {
		this.#resolver.resolve({ host }, (error, address) => {
			const isFound = error === null && address !== undefined;
			const kind = isFound ? NativeEvent.RESOLVED : NativeEvent.UNRESOLVED;
			const { code = "name-not-resolved", message = `cannot resolve ${host}` } = error ?? {};
			const text = isFound ? address : `${code} ${message}`;
			this.#send(kind, () => this.event(kind, handle, 0, text));
		});
	}

	#setAlarm(delay: number): void {
		const { timer } = this.#host;
		if (this.#alarm !== undefined) timer.clear(this.#alarm);
		this.#alarm =
			delay === NEVER
				? undefined
				: timer.set(() => {
						this.#alarm = undefined;
						this.#send(NativeEvent.ALARM, () => this.event(NativeEvent.ALARM));
					}, delay);
	}
}

/**
 * The serial port of the board's radio in the shape of a socket, which it has at the seam.
 * @throws RangeError when the board has none
 */
function serialPort({ io }: HostProvider, baud: number): SocketOptions {
	const { Serial = missing() } = io;
	// It is called with `new`.
	function open({ onReadable, onWritable }: TCPOptions) {
		return new Serial({
			baud,
			...(onReadable && { onReadable: onReadable as SerialOptions["onReadable"] }),
			...(onWritable && { onWritable: onWritable as SerialOptions["onWritable"] }),
		} as SerialOptions);
	}
	return { io: open as unknown as SocketOptions["io"] };
}

function missing(): never {
	throw new RangeError("this board has no serial port");
}

/** An event as bytes; `now` in milliseconds, 32 bits. */
export function encodeEvent(
	kind: number,
	now: number,
	handle: number,
	count: number,
	text: string,
): Uint8Array {
	const body = Buffer.from(text);
	const bytes = new Uint8Array(EVENT_HEADER + body.length);
	const view = new DataView(bytes.buffer);
	view.setUint8(0, kind);
	view.setUint32(1, now, true);
	view.setUint16(5, handle, true);
	view.setUint32(7, count, true);
	bytes.set(body, EVENT_HEADER);
	return bytes;
}
