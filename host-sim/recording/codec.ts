import type { FlashStatus } from "../../firmware/ecma-419.js";

/** A way to write values of a type as JSON, and to read them back. */
export interface Codec<T> {
	/** What the value is, in words. */
	readonly wants: string;
	encode(value: T): unknown;
	/** @throws Mismatch for what is no such value */
	decode(value: unknown): T;
}

/** A value of a recording is not what it must be; the message is a line. */
export class Mismatch extends Error {
	override readonly name = "Mismatch";
}

const codec = <T>(
	wants: string,
	fits: (value: unknown) => boolean,
	encode: (value: T) => unknown,
	decode: (value: never) => T,
): Codec<T> => ({
	wants,
	encode,
	decode: (value) => {
		if (!fits(value)) throw new Mismatch(`wants ${wants}`);
		return decode(value as never);
	},
});

const plain = <T>(wants: string, fits: (value: unknown) => boolean): Codec<T> =>
	codec<T>(
		wants,
		fits,
		(value) => value,
		(value) => value,
	);

const isObject = (value: unknown): boolean =>
	typeof value === "object" && value !== null && !Array.isArray(value);

export const text = plain<string>("text", (value) => typeof value === "string");

export const flag = plain<boolean>("true or false", (value) => typeof value === "boolean");

export const texts = plain<readonly string[]>(
	"a list of texts",
	(value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
);

/** A pin specifier (ECMA-419 §9). */
export const pin = plain<number | string>(
	"a pin: a number or text",
	(value) => typeof value === "string" || Number.isFinite(value),
);

export const object = plain<object>("an object", isObject);

/** The size of a flash partition (ECMA-419 §28). */
export const flashStatus = plain<FlashStatus>(
	"an object of size, blocks and blockLength",
	(value) =>
		isObject(value) &&
		["size", "blocks", "blockLength"].every((name) =>
			Number.isSafeInteger((value as FlashStatus)[name as "size"]),
		),
);

/** A number; those that JSON does not have are texts. */
export const number: Codec<number> = codec(
	"a number",
	(value) => Number.isFinite(value) || value === "NaN" || value === "Infinity" || value === "-Infinity",
	(value) => (Number.isFinite(value) ? value : String(value)),
	(value) => Number(value),
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes, as Base64 (RFC 4648, 4) with padding. */
export const bytes: Codec<Uint8Array> = codec(
	"bytes in Base64",
	(value) => typeof value === "string" && BASE64.test(value),
	(value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
	(value: string) => new Uint8Array(Buffer.from(value, "base64")),
);

/** Nothing. */
export const none = codec<void>(
	"nothing",
	(value) => value === null,
	() => null,
	() => undefined,
);

/** A value, or `null` for `undefined`. */
export const optional = <T>(inner: Codec<T>): Codec<T | undefined> => ({
	wants: `${inner.wants}, or null`,
	encode: (value) => (value === undefined ? null : inner.encode(value)),
	decode: (value) => {
		if (value === null) return undefined;
		try {
			return inner.decode(value);
		} catch {
			throw new Mismatch(`wants ${inner.wants}, or null`);
		}
	},
});
