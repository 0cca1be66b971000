import type { Flash } from "../../../ecma-419.js";
import { type Bench, bad, good, type Result, reasonOf } from "./bench.js";

/** The partition of the firmware's outbox. */
const PARTITION = "outbox";
const ERASED = 0xff;
/** Bytes that are read at a time. */
const PIECE = 256;

const partitionsOf = ({ flash }: Bench): string => {
	const names = typeof flash[Symbol.iterator] === "function" ? [...(flash as Iterable<string>)] : [];
	return names.length === 0 ? "" : `; there are ${names.join(", ")}`;
};

function isErased(flash: Flash, start: number, end: number): boolean {
	for (let offset = start; offset < end; offset += PIECE) {
		const bytes = new Uint8Array(flash.read(Math.min(PIECE, end - offset), offset));
		if (bytes.some((byte) => byte !== ERASED)) return false;
	}
	return true;
}

/** Whether the bytes at `offset` are all `value`. */
const holds = (flash: Flash, offset: number, value: number): boolean =>
	new Uint8Array(flash.read(PIECE, offset)).every((byte) => byte === value);

/**
 * Writes into the last block, as flash memory is written: bits become 0 and stay so until the block is erased.
 * @param block its number; it is erased, and is again when this returns
 */
function tryWriting(flash: Flash, block: number, blockLength: number): Result | undefined {
	const offset = block * blockLength;
	try {
		flash.write(new Uint8Array(PIECE).fill(0xf0), offset);
		if (!holds(flash, offset, 0xf0)) return bad("R", "it reads other bytes than were written");
		flash.write(new Uint8Array(PIECE).fill(0x3c), offset);
		if (!holds(flash, offset, 0x30)) return bad("B", "a second write does not clear bits alone");
	} catch (error) {
		return bad("W", `cannot write: ${reasonOf(error)}`);
	}
	try {
		flash.eraseBlock(block, block + 1);
	} catch (error) {
		return bad("E", `cannot erase: ${reasonOf(error)}`);
	}
	return isErased(flash, offset, offset + blockLength) ? undefined : bad("E", "a block is not erased whole");
}

/**
 * The partition of flash memory that the outbox keeps readings in. It is written when all of it is erased; one that
 * holds something is read only, as it may be somebody's readings.
 */
export function checkFlash(bench: Bench): Result {
	let flash: Flash;
	try {
		flash = bench.flash.open({ path: PARTITION });
	} catch (error) {
		return bad("X", `cannot open "${PARTITION}": ${reasonOf(error)}${partitionsOf(bench)}`);
	}
	try {
		const { size, blocks, blockLength } = flash.status();
		const what = `"${PARTITION}" has ${blocks} blocks of ${blockLength} bytes`;
		if (size === 0 || size !== blocks * blockLength) return bad("S", `${what}, but ${size} bytes`);
		if (!isErased(flash, 0, size)) return good("2", `${what}; it holds something, so it was read only`);
		return tryWriting(flash, blocks - 1, blockLength) ?? good("1", `${what}; written, read and erased`);
	} finally {
		flash.close();
	}
}
