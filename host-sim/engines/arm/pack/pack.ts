import { EngineError } from "../../failure.js";
import { CHUNK_HEADER, FIELD, Heap, SLOT, type Slot } from "./heap.js";
import type { Part } from "./kinds.js";
import { isIn, sharedTails } from "./share.js";

/**
 * A heap image without what a running chip has no use for: the stack's unused part, free slots, heads of chunks that
 * nobody collects; of bytecode, texts and ends of chains that are the same there is one.
 *
 *     head, machine, tables | stack | head, slots | head, items and bytes | bytecode and texts
 *
 * @throws EngineError for a kind of slot, or an address, that is not known
 */
export function pack(heap: Heap): Heap {
	const plan = new Plan(heap);
	const packed = new Heap(new Uint8Array(plan.size), heap.base);
	for (const at of heap.head()) packed.set(at, heap.word(at));
	for (const at of heap.tables()) packed.set(at, plan.slot(heap.word(at)));
	for (const slot of [...plan.stack, ...plan.slots]) plan.write(packed, slot, plan.slot(slot.address));
	for (const [address, items] of plan.chunks) {
		const to = plan.place(address);
		const size = heap.chunk(address).length + CHUNK_HEADER;
		packed.bytes.set(
			heap.bytes.subarray(address - CHUNK_HEADER - heap.base).subarray(0, size),
			to - CHUNK_HEADER - heap.base,
		);
		for (const [index, item] of items.entries()) plan.write(packed, item, to + SLOT * index);
	}
	packed.bytes.set(plan.blob, plan.size - plan.blob.length);
	plan.writeHeads(packed);
	return packed;
}

/** Where everything goes. */
class Plan {
	readonly #heap: Heap;
	readonly #places = new Map<number, number>();
	readonly #shared: ReadonlyMap<number, number>;
	readonly stack: readonly Slot[];
	readonly slots: readonly Slot[];
	/** Chunks that keep their head, with their items if they are an array's. */
	readonly chunks = new Map<number, readonly Slot[]>();
	/** Bytecode and texts. */
	readonly blob: Uint8Array;
	readonly size: number;
	/** The end of what does not move. */
	readonly tables: number;
	readonly #heads: {
		readonly slots: number;
		readonly end: number;
		readonly chunks: number;
		readonly current: number;
	};

	constructor(heap: Heap) {
		this.#heap = heap;
		this.tables = heap.tablesEnd;
		this.stack = [...heap.stack()];
		const all = [...heap.slots()];
		for (const slot of [...this.stack, ...all]) this.#addChunks(slot);
		const items = [...this.chunks.values()].flat();
		this.#shared = sharedTails(heap, all, this.#pointers([...this.stack, ...all, ...items]));
		this.slots = all.filter(({ address }) => !this.#shared.has(address));

		let at = this.tables;
		const put = (address: number, size: number): void => {
			this.#places.set(address, at);
			at += size;
		};
		for (const { address } of this.stack) put(address, SLOT);
		put(heap.field("stackTop"), 0);
		const slots = at;
		at += SLOT;
		for (const { address } of this.slots) put(address, SLOT);
		const end = at;
		at += (8 - (at % 8)) % 8;
		const chunks = at;
		// Its head (txBlock) is as long as a slot.
		at += SLOT;
		for (const address of this.chunks.keys()) {
			at += CHUNK_HEADER;
			put(address, heap.chunk(address).length);
		}
		this.#heads = { slots, end, chunks, current: at };
		this.blob = this.#placeBlob([...this.stack, ...this.slots, ...items], at);
		this.size = at + this.blob.length - heap.base;
	}

	/** Where what was at an address is. @throws EngineError when nobody knows */
	place(address: number): number {
		const place = this.#places.get(this.#shared.get(address) ?? address);
		if (place === undefined) throw unknown(address);
		return place;
	}

	/** Where a slot is; 0 for none. */
	slot(address: number): number {
		return address === 0 ? 0 : this.place(address);
	}

	/** Writes a slot; `next` of an array's item is its index. */
	write(packed: Heap, slot: Slot, to: number): void {
		const from = slot.address - this.#heap.base;
		packed.bytes.set(this.#heap.bytes.subarray(from, from + 8), to - packed.base);
		if (!this.#isItem(slot.address)) packed.set(to, this.slot(slot.next));
		for (const [index, part] of slot.kind.parts.entries()) {
			packed.set(to + 8 + 4 * index, this.#moved(part, slot.value[index as 0 | 1]));
		}
	}

	/** Writes the heads of the slots and of the chunks, and what the machine knows of them: `stackPrototypes` is the stack's top. */
	writeHeads(packed: Heap): void {
		const { slots, end, chunks, current } = this.#heads;
		packed.set(slots + 8, end);
		packed.set(chunks + 4, current);
		packed.set(chunks + 8, current);
		const stack = this.tables;
		const stackTop = this.place(this.#heap.field("stackTop"));
		const fields = {
			stack,
			stackBottom: stack,
			stackTop,
			stackPrototypes: stackTop,
			firstBlock: chunks,
			freeHeap: 0,
			firstHeap: slots,
		};
		for (const [name, value] of Object.entries(fields)) {
			packed.set(packed.machine + FIELD[name as keyof typeof fields], value);
		}
		// The image's head has its size.
		packed.set(packed.base + 4, this.size);
	}

	#moved(part: Part, word: number): number {
		switch (part) {
			case "nothing":
				return 0;
			case "value":
			case "flash":
				return word;
			case "slot":
				return this.slot(word);
			default:
				return isIn(this.#heap, word) ? this.place(word) : word;
		}
	}

	/** Items lie in chunks, which are behind the slots. */
	#isItem(address: number): boolean {
		return address >= this.#heap.field("firstBlock");
	}

	#addChunks(slot: Slot): void {
		const [part] = slot.kind.parts;
		const [address] = slot.value;
		if (address === 0 || this.chunks.has(address)) return;
		if (part === "bytes") this.chunks.set(address, []);
		if (part !== "items") return;
		const items = this.#heap.items(slot);
		this.chunks.set(address, items);
		for (const item of items) this.#addChunks(item);
	}

	/** What is referred to otherwise than by a slot's `next`. */
	#pointers(slots: readonly Slot[]): Set<number> {
		const pointers = new Set<number>();
		for (const { kind, value } of slots) {
			for (const [index, part] of kind.parts.entries())
				if (part === "slot") pointers.add(value[index as 0 | 1]);
		}
		for (const at of this.#heap.tables()) pointers.add(this.#heap.word(at));
		return pointers;
	}

	/** Places bytecode and texts behind an address, each that is the same once; a text may be the end of another. */
	#placeBlob(slots: readonly Slot[], begin: number): Uint8Array {
		const codes = new Map<number, Uint8Array>();
		const texts = new Map<number, Uint8Array>();
		for (const { kind, value } of slots) {
			const [address] = value;
			if (!isIn(this.#heap, address)) continue;
			if (kind.parts[0] === "code") codes.set(address, this.#heap.code(address));
			if (kind.parts[0] === "text") texts.set(address, this.#heap.text(address));
		}
		let blob = Buffer.alloc(0);
		const add = (address: number, bytes: Uint8Array): void => {
			let found = blob.indexOf(bytes);
			if (found < 0) {
				found = blob.length;
				blob = Buffer.concat([blob, bytes]);
			}
			this.#places.set(address, begin + found);
		};
		const longestFirst = (all: Map<number, Uint8Array>) =>
			[...all].sort(([, one], [, other]) => other.length - one.length);
		for (const [address, bytes] of [...longestFirst(codes), ...longestFirst(texts)]) add(address, bytes);
		return Buffer.concat([blob, Buffer.alloc((4 - ((begin + blob.length) % 4)) % 4)]);
	}
}

const unknown = (address: number): EngineError =>
	new EngineError(`the heap image refers to 0x${address.toString(16)}, where nobody knows what is`);
