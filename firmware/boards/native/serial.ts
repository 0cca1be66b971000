import type { ByteBuffer, SerialOptions, Serial as SerialPort } from "../../ecma-419.js";
import { bytesOf, forget, hardware, open, type Target } from "./provider.js";
import { NativeEvent } from "./seam.js";

/** The serial port of the board's radio: it has no other. */
export class Serial implements SerialPort, Target {
	readonly target: unknown;
	readonly #options: SerialOptions;
	#handle: number;

	constructor(options: SerialOptions) {
		this.target = options.target;
		this.#options = options;
		this.#handle = open(this);
		hardware().socketOpen(this.#handle, `serial ${options.baud}`, 0);
	}

	read(byteLength = 0xffff): ArrayBuffer | undefined {
		return hardware().socketRead(this.#handle, byteLength);
	}

	write(data: ByteBuffer): void {
		hardware().socketWrite(this.#handle, bytesOf(data));
	}

	close(): void {
		if (this.#handle === 0) return;
		hardware().socketClose(this.#handle);
		forget(this.#handle);
		this.#handle = 0;
	}

	onEvent(kind: number, count: number): void {
		const { onReadable, onWritable } = this.#options;
		if (kind === NativeEvent.READABLE) onReadable?.call(this, count);
		else if (kind === NativeEvent.WRITABLE) onWritable?.call(this, count);
	}
}
