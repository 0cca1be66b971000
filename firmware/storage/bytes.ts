/** Whole numbers as bytes, the lowest byte first. */

/** The largest number that `writeNumber` can express in 6 bytes. */
export const LARGEST_OF_6 = 0xffff_ffff_ffff;

/**
 * Writes `value` as `length` bytes from `offset` on.
 * @param value an integer from 0 up to, not including, 256 to the power of `length`
 * @param length 1 to 6
 * @returns the offset behind it
 */
export function writeNumber(bytes: Uint8Array, offset: number, value: number, length: number): number {
	let rest = value;
	for (let index = 0; index < length; index++) {
		bytes[offset + index] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return offset + length;
}

/**
 * The number in `length` bytes from `offset` on.
 * @param length 1 to 6
 */
export function readNumber(bytes: Uint8Array, offset: number, length: number): number {
	let value = 0;
	for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[offset + index] as number);
	return value;
}
