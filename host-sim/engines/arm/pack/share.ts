import type { Heap, Slot } from "./heap.js";
import { HOME } from "./kinds.js";

/**
 * Slots that another one, which is the same, stands for: ends of chains, as nobody writes to the flash.
 * @param slots those in use
 * @param pointers the addresses that anything but a slot's `next` refers to
 * @returns the one that stands for it, by address
 */
export function sharedTails(
	heap: Heap,
	slots: readonly Slot[],
	pointers: ReadonlySet<number>,
): Map<number, number> {
	const shared = new Map<number, number>();
	const first = new Map<string, number>();
	for (const slot of fromTheirEnds(slots)) {
		if (!slot.kind.isShareable || pointers.has(slot.address)) continue;
		const next = shared.get(slot.next) ?? slot.next;
		const id = slot.number === HOME ? 0 : slot.id;
		const key = [next, slot.number, slot.flag, id, ...contentsOf(heap, slot)].join();
		const other = first.get(key);
		if (other === undefined) first.set(key, slot.address);
		else shared.set(slot.address, other);
	}
	return shared;
}

/** Slots so that each comes after those behind it in its chain. */
function fromTheirEnds(slots: readonly Slot[]): Slot[] {
	const byAddress = new Map(slots.map((slot) => [slot.address, slot]));
	const depths = new Map<number, number>();
	for (const slot of slots) {
		const chain: number[] = [];
		let at: Slot | undefined = slot;
		while (at !== undefined && !depths.has(at.address)) {
			chain.push(at.address);
			at = byAddress.get(at.next);
		}
		let depth = at === undefined ? 0 : (depths.get(at.address) as number);
		for (const address of chain.reverse()) depths.set(address, ++depth);
	}
	return [...slots].sort(
		(one, other) => (depths.get(one.address) as number) - (depths.get(other.address) as number),
	);
}

/** What a slot's value comes to: of a text or bytecode that itself, else the words. */
const contentsOf = (heap: Heap, { kind, value }: Slot): (string | number)[] =>
	kind.parts.map((part, index) => {
		const word = value[index as 0 | 1];
		switch (part) {
			case "nothing":
				return 0;
			case "text":
				return isIn(heap, word) ? Buffer.from(heap.text(word)).toString("latin1") : word;
			case "code":
				return isIn(heap, word) ? Buffer.from(heap.code(word)).toString("latin1") : word;
			default:
				return word;
		}
	});

/** Whether an address is in the heap image; else it is in the program, or none. */
export const isIn = (heap: Heap, address: number): boolean => address >= heap.base && address < heap.end;
