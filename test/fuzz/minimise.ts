import { joined } from "./bytes.js";

/** Tries at most: a slow target is not to keep anybody waiting. */
const TRIES = 20_000;

/** Whether an input still fails. */
type Fails = (input: Uint8Array) => Promise<boolean>;

/**
 * A smaller input that fails too (delta debugging): leaves parts out, ever smaller ones, then single
 * bytes, then bytes that a length counts, and makes what is left as plain as can be.
 * @param most tries at most
 */
export async function minimised(
	input: Uint8Array,
	fails: Fails,
	split: (input: Uint8Array) => Uint8Array[] = single,
	most = TRIES,
): Promise<Uint8Array> {
	let tries = 0;
	const stillFails: Fails = async (candidate) => tries++ < most && fails(candidate);
	let smallest = input;
	for (let before = Number.POSITIVE_INFINITY; smallest.length < before; ) {
		before = smallest.length;
		smallest = joined(await withoutParts(split(smallest), stillFails));
		smallest = joined(await withoutParts(single(smallest), stillFails));
		smallest = await withoutCounted(smallest, stillFails);
	}
	return plainer(smallest, stillFails);
}

const single = (input: Uint8Array): Uint8Array[] => Array.from(input, (byte) => Uint8Array.of(byte));

async function withoutParts(all: readonly Uint8Array[], fails: Fails): Promise<readonly Uint8Array[]> {
	let parts = all;
	for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let at = parts.length; at > 0; at -= size) {
			const start = Math.max(0, at - size);
			const fewer = [...parts.slice(0, start), ...parts.slice(at)];
			if (fewer.length < parts.length && (await fails(joined(fewer)))) parts = fewer;
		}
	}
	return parts;
}

/** Leaves out a byte when one or two bytes before it, which count it, become less by one. */
async function withoutCounted(input: Uint8Array, fails: Fails): Promise<Uint8Array> {
	let result = input;
	for (let at = result.length - 1; at > 0; at--) {
		for (const counts of countersBefore(result, at)) {
			const candidate = joined([result.subarray(0, at), result.subarray(at + 1)]);
			for (const count of counts) candidate[count] = (candidate[count] as number) - 1;
			if (await fails(candidate)) {
				result = candidate;
				break;
			}
		}
	}
	return result;
}

/** Where a length is likely: of two, both near the beginning. */
const HEAD = 12;

/** Places before `at` that may count the byte there: one, or two of them. */
function countersBefore(input: Uint8Array, at: number): number[][] {
	const places = Array.from({ length: at }, (_, place) => place).filter((place) => input[place] !== 0);
	const near = places.filter((place) => place < HEAD);
	const pairs = near.flatMap((first) => near.filter((other) => other > first).map((other) => [first, other]));
	return [...places.map((place) => [place]), ...pairs];
}

/** Zero where any byte does, else `a`. */
async function plainer(input: Uint8Array, fails: Fails): Promise<Uint8Array> {
	let result = input;
	for (let at = 0; at < result.length; at++) {
		for (const plain of [0, 0x61]) {
			if (result[at] === plain) break;
			const candidate = result.slice();
			candidate[at] = plain;
			if (await fails(candidate)) {
				result = candidate;
				break;
			}
		}
	}
	return result;
}
