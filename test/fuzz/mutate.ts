import { joined } from "./bytes.js";
import type { Random } from "./random.js";

type Mutator = (bytes: Uint8Array, random: Random) => Uint8Array;

/** A part of `bytes`, short ones likely. */
function part(bytes: Uint8Array, random: Random): { start: number; end: number } {
	const start = random.below(bytes.length + 1);
	return { start, end: Math.min(bytes.length, start + 1 + random.small(40)) };
}

/** `bytes` with the byte at a place changed; half of the places are among the first eight. */
function changed(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
	const copy = bytes.slice();
	const at = random.below(random.chance(0.5) ? Math.min(8, copy.length) : copy.length);
	copy[at] = change(copy[at] as number);
	return copy;
}

/** Ways to spoil a stream, by name. */
export const MUTATORS: Readonly<Record<string, Mutator>> = Object.freeze({
	flip: (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << random.below(8))),
	replace: (bytes, random) => changed(bytes, random, () => random.byte()),
	/** What was a length tells a lie. */
	lie: (bytes, random) => changed(bytes, random, (byte) => byte + random.pick([1, -1, 0x80, 2, -2])),
	truncate: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
	behead: (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
	insert: (bytes, random) => {
		const at = random.below(bytes.length + 1);
		return joined([bytes.subarray(0, at), random.bytes(1 + random.small(12)), bytes.subarray(at)]);
	},
	remove: (bytes, random) => {
		const { start, end } = part(bytes, random);
		return joined([bytes.subarray(0, start), bytes.subarray(end)]);
	},
	duplicate: (bytes, random) => {
		const { start, end } = part(bytes, random);
		return joined([bytes.subarray(0, end), bytes.subarray(start)]);
	},
	reorder: (bytes, random) => {
		const { start, end } = part(bytes, random);
		const rest = joined([bytes.subarray(0, start), bytes.subarray(end)]);
		const at = random.below(rest.length + 1);
		return joined([rest.subarray(0, at), bytes.subarray(start, end), rest.subarray(at)]);
	},
	/** A part takes the place of another. */
	splice: (bytes, random) => {
		const { start, end } = part(bytes, random);
		const other = part(bytes, random);
		return joined([bytes.subarray(0, start), bytes.subarray(other.start, other.end), bytes.subarray(end)]);
	},
});

const ALL = Object.values(MUTATORS);

/** `bytes`, spoilt in one way. */
export const mutated = (bytes: Uint8Array, random: Random): Uint8Array =>
	bytes.length === 0 ? random.bytes(1 + random.small(8)) : random.pick(ALL)(bytes, random);

/** `bytes` spoilt in no way, in one or in a few. */
export function spoilt(bytes: Uint8Array, random: Random, intact = 0.3): Uint8Array {
	let result = bytes;
	if (random.chance(intact)) return result;
	for (let count = 1 + random.small(4); count > 0; count--) result = mutated(result, random);
	return result;
}
