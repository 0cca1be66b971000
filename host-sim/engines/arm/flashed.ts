import type { HeapImage } from "./heap-image.js";
import { type Placed, patternOf } from "./link-map.js";

/** Sections of code and constants. Strings are merged with those of others, and stay. */
const MOVABLE = /^\.(text|rodata)(?!.*\.str\d)/;

/**
 * The sections of a program that its heap image points into: functions that JavaScript calls, and tables that slots
 * refer to.
 * @param placed those of the program that built it
 */
export function pointedInto(placed: readonly Placed[], heap: HeapImage): Placed[] {
	const code = placed.filter(({ section }) => section.startsWith(".text"));
	const constants = placed.filter(({ section }) => section.startsWith(".rodata"));
	const view = new DataView(heap.bytes.buffer, heap.bytes.byteOffset, heap.bytes.byteLength);
	// The address of a function is odd (Thumb).
	const functions = new Map(code.map((one) => [one.address + 1, one]));
	const found = new Set<Placed | undefined>();
	// The machine itself, and its tables.
	for (let at = 0; at < heap.firstHeap; at += 4) found.add(functions.get(view.getUint32(at, true)));
	for (const slot of slotsOf(view, heap)) {
		// Also a slot that is free: what it held is still there.
		if (VALUES.has(view.getInt8(slot + 4))) continue;
		for (const at of [slot + 8, slot + 12]) {
			const word = view.getUint32(at, true);
			found.add(functions.get(word)).add(sectionAt(constants, word));
		}
	}
	found.delete(undefined);
	return [...found] as Placed[];
}

/** Kinds of slots without an address: undefined, null, boolean, integer, number, symbol (`xsAll.h`). */
const VALUES = new Set([0, 1, 2, 3, 4, 7]);

/** Bytes of a slot: next 4, kind 1, flag 1, id 2, value 8 (`txSlot`). */
const SLOT = 16;

/** Where the slots are, block by block. The first of a block tells where the block ends, and the next one is. */
function* slotsOf(view: DataView, { base, firstHeap }: HeapImage): Generator<number> {
	for (let block = firstHeap; block > 0; block = view.getUint32(block, true) - base) {
		const end = view.getUint32(block + 8, true) - base;
		for (let slot = block + SLOT; slot < end; slot += SLOT) yield slot;
	}
}

function sectionAt(placed: readonly Placed[], address: number): Placed | undefined {
	let [low, high] = [0, placed.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((placed[middle] as Placed).address <= address) low = middle + 1;
		else high = middle;
	}
	const found = placed[low - 1];
	return found !== undefined && address < found.address + found.size ? found : undefined;
}

const nameOf = ({ object, section }: Placed): string => `${object} ${section}`;

/**
 * What only builds the heap image: sections of the whole program that are not among those that stay when nothing
 * builds one.
 * @param whole the program with what builds the image
 * @param flashed the program without, in which the linker has dropped what nobody refers to
 */
export function onlyBuilds(whole: readonly Placed[], flashed: readonly Placed[]): Placed[] {
	const kept = new Set(flashed.map(nameOf));
	return whole.filter((one) => MOVABLE.test(one.section) && !kept.has(nameOf(one)));
}

/** The places in `memory.ld` for sections that are kept though only the heap image refers to them. */
const KEPT = [
	["/* KEPT */", ".text"],
	["/* KEPT CONSTANTS */", ".rodata"],
] as const;
/** … and for those that are there only while the heap image is built. */
const BUILDING = "/* BUILDING */";

/** A linker script in which sections stay. */
export const keeping = (script: string, sections: readonly Placed[]): string =>
	KEPT.reduce((text, [mark, kind]) => {
		const kept = sections.filter(({ section }) => section.startsWith(kind));
		return text.replace(mark, kept.map((one) => `KEEP(${patternOf(one)})`).join("\n"));
	}, script);

/** A linker script in which sections are out of the flash. */
export const moving = (script: string, sections: readonly Placed[]): string =>
	script.replace(BUILDING, sections.map(patternOf).join("\n"));
