import type { Random } from "../random.js";

/** Bytes that a chip programs together. */
const PAGE = 256;

/** Programs bytes: a bit becomes 0 or stays. */
export function program(bytes: Uint8Array, data: Uint8Array, offset: number): void {
	for (const [index, byte] of data.entries())
		bytes[offset + index] = (bytes[offset + index] as number) & byte;
}

/**
 * Programs bytes until the power goes: those at the beginning are done, perhaps none of them or all; of the one that
 * follows, or of those up to the end of its page, some bits may be done.
 */
export function tearProgram(bytes: Uint8Array, data: Uint8Array, offset: number, random: Random): void {
	const done = random.below(data.length + 1);
	program(bytes, data.subarray(0, done), offset);
	const next = offset + done;
	const pageEnd = next - (next % PAGE) + PAGE;
	const end = Math.min(random.pick([next, next + 1, pageEnd]), offset + data.length);
	for (let at = next; at < end; at++) {
		bytes[at] = (bytes[at] as number) & ((data[at - offset] as number) | random.below(256));
	}
}

/**
 * Erases the blocks from `start` up to, not including, `end` until the power goes: those before one of them are done,
 * those behind it are untouched. In this one bytes are as they were, erased, or have any bits: those before some byte
 * are erased and the others are not, or there is no order in it.
 */
export function tearErase(
	bytes: Uint8Array,
	start: number,
	end: number,
	blockLength: number,
	random: Random,
): void {
	if (start === end) return;
	const block = random.between(start, end - 1);
	bytes.fill(0xff, start * blockLength, block * blockLength);
	const torn = bytes.subarray(block * blockLength, (block + 1) * blockLength);
	if (random.chance(0.5)) {
		const done = random.below(blockLength + 1);
		torn.fill(0xff, 0, done);
		if (done < blockLength) torn[done] = random.below(256);
		return;
	}
	const share = random.next();
	const doubt = random.chance(0.5) ? 0 : random.next();
	for (const index of torn.keys()) {
		if (random.chance(share)) torn[index] = random.chance(doubt) ? random.below(256) : 0xff;
	}
}
