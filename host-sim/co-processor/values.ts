/** What was read is not there, or is not what was to be read. */
export class Malformed extends Error {
	override readonly name = "Malformed";
}

const DECODER = new TextDecoder("utf-8");
const ENCODER = new TextEncoder();

/**
 * Reads eRPC's values, little endian and unpadded, from a payload.
 * Each method throws `Malformed` when its value goes past the end.
 */
export class ValueReader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at: number;

	/** @param start where the first value lies */
	constructor(bytes: Uint8Array, start = 0) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#at = start;
	}

	/** Bytes that have not been read. */
	get rest(): number {
		return this.#bytes.length - this.#at;
	}

	u8(): number {
		return this.#view.getUint8(this.#take(1));
	}

	u16(): number {
		return this.#view.getUint16(this.#take(2), true);
	}

	u32(): number {
		return this.#view.getUint32(this.#take(4), true);
	}

	i32(): number {
		return this.#view.getInt32(this.#take(4), true);
	}

	/** A `binary`: u32 length, then its bytes, which are shared with the payload. */
	binary(): Uint8Array {
		const length = this.u32();
		const at = this.#take(length);
		return this.#bytes.subarray(at, at + length);
	}

	/** A `string`: as `binary`, in UTF-8. */
	string(): string {
		return DECODER.decode(this.binary());
	}

	/** A `string` that may be null: u8 1 for null; another number, and the string follows. */
	nullableString(): string | undefined {
		return this.u8() === 1 ? undefined : this.string();
	}

	/** A `binary` that may be null, as `nullableString`. */
	nullableBinary(): Uint8Array | undefined {
		return this.u8() === 1 ? undefined : this.binary();
	}

	#take(length: number): number {
		const at = this.#at;
		if (length > this.rest) throw new Malformed(`${length} bytes wanted at ${at}, ${this.rest} there`);
		this.#at = at + length;
		return at;
	}
}

/** Writes eRPC's values, one behind the other; each method returns the writer. */
export class ValueWriter {
	readonly #bytes: number[] = [];

	u8(value: number): this {
		return this.#put(value, 1);
	}

	/** @param value from -128 to 127 */
	i8(value: number): this {
		return this.#put(value, 1);
	}

	u16(value: number): this {
		return this.#put(value, 2);
	}

	u32(value: number): this {
		return this.#put(value, 4);
	}

	i32(value: number): this {
		return this.#put(value, 4);
	}

	/** The bytes alone: an array of a fixed length. */
	raw(bytes: Uint8Array): this {
		for (const byte of bytes) this.#bytes.push(byte);
		return this;
	}

	/** u32 length, then the bytes. */
	binary(bytes: Uint8Array): this {
		return this.u32(bytes.length).raw(bytes);
	}

	/** As `binary`, in UTF-8. */
	string(text: string): this {
		return this.binary(ENCODER.encode(text));
	}

	/** What has been written. */
	get bytes(): Uint8Array {
		return Uint8Array.from(this.#bytes);
	}

	#put(value: number, size: number): this {
		for (let at = 0; at < size; at++) this.#bytes.push((value >> (8 * at)) & 0xff);
		return this;
	}
}
