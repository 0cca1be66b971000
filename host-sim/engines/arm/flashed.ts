import { type Placed, patternOf } from "./link-map.js";
import type { Heap } from "./pack/heap.js";

/** Sections of code and constants. Strings are merged with those of others, and stay. */
const MOVABLE = /^\.(text|rodata)(?!.*\.str\d)/;

/**
 * The sections of a program that its heap image points into: functions that JavaScript calls, and tables that slots
 * refer to.
 * @param placed those of the program that built it
 */
export function pointedInto(placed: readonly Placed[], heap: Heap): Placed[] {
	const inFlash = placed.filter(({ section }) => /^\.(text|rodata)/.test(section));
	const found = new Set<Placed>();
	for (const { kind, value } of [...heap.stack(), ...heap.slots()]) {
		for (const [index, part] of kind.parts.entries()) {
			const word = value[index as 0 | 1];
			const section = part === "value" || part === "nothing" ? undefined : sectionAt(inFlash, word);
			if (section !== undefined) found.add(section);
		}
	}
	return [...found];
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
