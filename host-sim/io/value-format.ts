import { type ByteBuffer, bytesOf } from "./byte-buffer.js";
import { integer, oneOf } from "./options.js";

/** What `read` returns in each data format (§28, "Key-Value", "`format` property"). */
export interface ValueTypes {
	buffer: ArrayBuffer;
	string: string;
	uint8: number;
	int8: number;
	uint16: number;
	int16: number;
	uint32: number;
	int32: number;
	uint64: bigint;
	int64: bigint;
}
export type ValueFormat = keyof ValueTypes;
export type ValueOf<Format extends ValueFormat> = ValueTypes[Format];
/** What `write` takes in a data format. */
export type WritableOf<Format extends ValueFormat> = Format extends "buffer"
	? ByteBuffer
	: ValueTypes[Format];

interface Codec {
	/** @throws Error when the value cannot be coerced */
	encode(value: unknown): Uint8Array;
	decode(data: Buffer): ArrayBuffer | string | number | bigint;
}

const small = (from: number, to: number): Codec => ({
	encode: (value) => Buffer.from(String(integer(from, to)(value, "value"))),
	decode: (data) => Number(data.toString()),
});

const big = (from: bigint, to: bigint): Codec => ({
	encode: (value) => {
		const number = BigInt(value as bigint);
		if (number < from || number > to) throw new RangeError(`${number} is out of range`);
		return Buffer.from(String(number));
	},
	decode: (data) => BigInt(data.toString()),
});

const CODECS: Readonly<Record<ValueFormat, Codec>> = {
	buffer: {
		encode: bytesOf,
		decode: (data) => new Uint8Array(data).buffer,
	},
	string: {
		// As JSON, which unlike UTF-8 can hold half of a surrogate pair.
		encode: (value) => Buffer.from(JSON.stringify(`${value as string}`)),
		decode: (data) => JSON.parse(data.toString()),
	},
	uint8: small(0, 0xff),
	int8: small(-0x80, 0x7f),
	uint16: small(0, 0xffff),
	int16: small(-0x8000, 0x7fff),
	uint32: small(0, 0xffff_ffff),
	int32: small(-0x8000_0000, 0x7fff_ffff),
	uint64: big(0n, 2n ** 64n - 1n),
	int64: big(-(2n ** 63n), 2n ** 63n - 1n),
};

/** Any of the data formats. */
export const valueFormat = oneOf(...(Object.keys(CODECS) as ValueFormat[]));

/** The bytes to store for a value. @throws TypeError when it cannot be coerced to the format */
export const encodeValue = (format: ValueFormat, value: unknown): Uint8Array => {
	try {
		if (value === undefined) throw new TypeError("a value is required");
		return CODECS[format].encode(value);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new TypeError(`cannot store this value as "${format}": ${reason}`, { cause: error });
	}
};

/** The value of stored bytes. */
export const decodeValue = <Format extends ValueFormat>(format: Format, data: Buffer): ValueOf<Format> =>
	CODECS[format].decode(data) as ValueOf<Format>;
