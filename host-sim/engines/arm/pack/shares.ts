import { type Heap, SLOT, type Slot } from "./heap.js";
import { isIn } from "./share.js";

/** What a module has of a heap image, in bytes. */
export interface Share {
	/** The module's name, or words for what is none. */
	readonly name: string;
	readonly bytes: number;
	/** Slots but those of names. */
	readonly slots: number;
	readonly bytecode: number;
	/** Names of properties and variables: a slot each, a word of a table, and the text. */
	readonly names: number;
	/** Texts, and items of arrays. */
	readonly data: number;
}

type Part = "slots" | "bytecode" | "names" | "data";

/** A heap image, packed, and whose its slots are. */
export interface OwnedHeap {
	readonly original: Heap;
	readonly packed: Heap;
	/** Where each slot of the original is in the packed one. */
	readonly places: ReadonlyMap<number, number>;
	/** A byte for each slot of the original: its owner (`owners.h`). */
	readonly owners: Uint8Array;
}

/** As `owners.h` has them. */
const [BUILT_INS, NATIVES, MODULES] = [1, 2, 3];

/**
 * What each module has of a packed heap image. A byte is the module's with which its slot came, or of which the first
 * slot is that refers to it: what modules share is the first one's. All together is the app's share.
 * @param modules the names of those that are preloaded, in their order
 * @param builtIns bytes of the heap image without modules
 */
export function sharesOf(heap: OwnedHeap, modules: readonly string[], builtIns: number): Share[] {
	const claims = new Claims(heap);
	const rows = modules.map((name, index) => claims.share(name, MODULES + index));
	rows.push(claims.share("native functions", NATIVES));
	const known = rows.reduce((sum, { bytes }) => sum + bytes, 0);
	const rest = heap.packed.bytes.length - builtIns - known;
	rows.push({
		name: "heads, further built-ins",
		bytes: rest,
		...NOTHING,
	});
	return rows.sort((one, other) => other.bytes - one.bytes);
}

const NOTHING = { slots: 0, bytecode: 0, names: 0, data: 0 };

/** Gives each byte of a packed image to the first who claims it. */
class Claims {
	readonly #heap: OwnedHeap;
	readonly #isClaimed: Uint8Array;
	readonly #totals = new Map<number, Record<Part, number>>();
	/** By the address of a name's slot. */
	readonly #ownersOfNames = new Map<number, number>();

	constructor(heap: OwnedHeap) {
		this.#heap = heap;
		this.#isClaimed = new Uint8Array(heap.packed.bytes.length);
		const { original, packed, places } = heap;
		const first = original.field("firstHeap");
		for (const slot of original.slots()) {
			const to = places.get(slot.address);
			const owner = heap.owners[(slot.address - first) / SLOT] || BUILT_INS;
			if (to !== undefined) this.#claimSlot(owner, slot, packed.slot(to));
		}
		const names = packed.field("keyArray");
		for (let at = names; at < names + 4 * (packed.field("keyCount") & 0xffff); at += 4)
			this.#claim(this.#ownersOfNames.get(packed.word(at)) ?? BUILT_INS, "names", at, 4);
	}

	share(name: string, owner: number): Share {
		const total = this.#totals.get(owner) ?? NOTHING;
		return { name, bytes: total.slots + total.bytecode + total.names + total.data, ...total };
	}

	#claimSlot(owner: number, original: Slot, slot: Slot): void {
		const isName = slot.kind.name === "key";
		if (isName) this.#ownersOfNames.set(slot.address, owner);
		this.#claim(owner, isName ? "names" : "slots", slot.address, SLOT);
		this.#claimValue(owner, original, slot, isName);
		if (slot.kind.parts[0] !== "items") return;
		const items = this.#heap.packed.items(slot);
		for (const [index, item] of this.#heap.original.items(original).entries())
			this.#claimValue(owner, item, items[index] as Slot, false);
	}

	/** What a slot's value is in: bytecode, a text, an array's items. */
	#claimValue(owner: number, original: Slot, { value: [to] }: Slot, isName: boolean): void {
		const { original: heap } = this.#heap;
		const [address] = original.value;
		if (!isIn(heap, address)) return;
		switch (original.kind.parts[0]) {
			case "code":
				return this.#claim(owner, "bytecode", to, heap.code(address).length);
			case "text":
				return this.#claim(owner, isName ? "names" : "data", to, heap.text(address).length);
			case "bytes":
			case "items":
				return this.#claim(owner, "data", to, heap.chunk(address).length);
		}
	}

	#claim(owner: number, part: Part, address: number, length: number): void {
		const total = this.#totals.get(owner) ?? { ...NOTHING };
		this.#totals.set(owner, total);
		const begin = address - this.#heap.packed.base;
		for (let at = begin; at < begin + length; at++) {
			if (this.#isClaimed[at] === 0) total[part] += 1;
			this.#isClaimed[at] = 1;
		}
	}
}
