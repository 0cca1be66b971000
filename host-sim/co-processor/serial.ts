import type {
	ByteBuffer,
	PinSpecifier,
	Serial,
	SerialConstructor,
	SerialOptions,
} from "../../firmware/ecma-419.js";
import type { Timer } from "../../firmware/host.js";
import { bytesOf } from "../io/byte-buffer.js";
import { createDigital } from "../io/digital.js";
import { PinBoard } from "../io/pins.js";
import type { CoProcessor } from "./chip.js";
import { Line } from "./line.js";
import { Timers } from "./timers.js";

/** Bytes that the port holds in each direction. */
export const SERIAL_BUFFER = 4096;

/** Time, real or a world's. */
export interface SerialTime {
	readonly timer: Timer;
	/** Milliseconds that only go forward; may wrap at 32 bits, may have a fraction. */
	readonly now: () => number;
}

/** The UART between a host and its chip, as a serial port. */
class ChipSerial implements Serial {
	declare target?: unknown;
	readonly #chip: CoProcessor;
	readonly #options: SerialOptions;
	readonly #timers: Timers;
	readonly #line: Line;
	#received = new Uint8Array(0);
	#isClosed = false;

	constructor(chip: CoProcessor, { timer, now }: SerialTime, options: SerialOptions) {
		const { baud, format = "buffer", target } = options;
		if (!(baud > 0)) throw new RangeError(`baud: ${baud} is not a rate`);
		if (format !== "buffer") throw new RangeError(`format: ${format} is not "buffer"`);
		if (chip.onSend !== undefined) throw new Error("the serial port of the radio is in use");
		if (target !== undefined) this.target = target;
		this.#chip = chip;
		this.#options = options;
		this.#timers = new Timers(timer);
		this.#line = new Line(
			timer,
			now,
			() => baud,
			(bytes) => {
				chip.receive(bytes, baud);
				this.#writable();
			},
		);
		chip.onSend = (bytes, rate) => {
			// At another rate there is nothing but framing errors.
			if (rate === baud) this.#arrived(bytes);
		};
		this.#timers.set(() => this.#writable(), 0);
	}

	read(byteLength = this.#received.length): ArrayBuffer | undefined {
		this.#check();
		if (this.#received.length === 0) return undefined;
		const bytes = this.#received.slice(0, byteLength);
		this.#received = this.#received.slice(byteLength);
		return bytes.buffer;
	}

	write(data: ByteBuffer): void {
		this.#check();
		const bytes = bytesOf(data).slice();
		const room = SERIAL_BUFFER - this.#line.length;
		if (bytes.length > room) throw new Error(`cannot write ${bytes.length} bytes, at present ${room} fit`);
		this.#line.send(bytes);
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#chip.onSend = undefined;
		this.#line.clear();
		this.#timers.end();
	}

	#check(): void {
		if (this.#isClosed) throw new Error("closed");
	}

	/** What does not fit is lost: there is no flow control. */
	#arrived(bytes: Uint8Array): void {
		const kept = bytes.subarray(0, SERIAL_BUFFER - this.#received.length);
		const received = new Uint8Array(this.#received.length + kept.length);
		received.set(this.#received);
		received.set(kept, this.#received.length);
		this.#received = received;
		if (kept.length > 0) this.#options.onReadable?.call(this, received.length);
	}

	#writable(): void {
		if (!this.#isClosed) this.#options.onWritable?.call(this, SERIAL_BUFFER - this.#line.length);
	}
}

/**
 * Makes the `Serial` class of a host whose only serial port leads to this chip (ECMA-419 §10, "Serial").
 * A write takes all of its bytes, up to what `onWritable` has announced, 4096 at first.
 */
export const createSerial = (chip: CoProcessor, time: SerialTime): SerialConstructor =>
	class extends ChipSerial {
		constructor(options: SerialOptions) {
			super(chip, time, options);
		}
	};

/** Wires a pin of a board to the chip's enable pin, CHIP_PU. */
export function wireEnable(board: PinBoard, pin: PinSpecifier, chip: CoProcessor): void {
	board.onDigital(pin, (level) => chip.setPower(level));
}

/** Makes the `Digital` class of a host whose only pin is the chip's enable pin. */
export function createEnable(chip: CoProcessor, pin: PinSpecifier) {
	const board = new PinBoard([pin]);
	wireEnable(board, pin, chip);
	return createDigital(board);
}
