import { EngineError } from "../../failure.js";
import { FIELD, type Heap, SLOT, type Slot } from "./heap.js";
import { HOME, type Part } from "./kinds.js";
import { isIn } from "./share.js";

/**
 * Walks a packed heap image beside the one that it was made from, from the machine, its tables and its stack on along
 * every address: each must come to the same slot, text, bytecode and bytes.
 * @returns where each slot of the original is in the packed one
 * @throws EngineError for the first difference
 */
export function verify(original: Heap, packed: Heap): ReadonlyMap<number, number> {
	const walk = new Walk(original, packed);
	walk.all();
	return walk.seen;
}

class Walk {
	readonly #original: Heap;
	readonly #packed: Heap;
	/** Where a slot of the original is in the packed one. */
	readonly seen = new Map<number, number>();
	readonly #queue: (readonly [from: number, to: number, isItem: boolean])[] = [];

	constructor(original: Heap, packed: Heap) {
		this.#original = original;
		this.#packed = packed;
	}

	all(): void {
		const { base } = this.#original;
		if (packedSize(this.#packed) !== this.#packed.bytes.length) throw different(base, "its size");
		const depth = (heap: Heap): number => heap.field("stackTop") - heap.field("stack");
		if (depth(this.#original) !== depth(this.#packed)) throw different(base, "the stack's depth");
		this.#roots();
		for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) this.#compare(...next);
	}

	/** What the tables refer to, and the stack. */
	#roots(): void {
		const [original, packed] = [this.#original, this.#packed];
		const { base } = original;
		const moved = Object.values(FIELD).map((offset) => original.machine + offset);
		for (const at of original.head()) {
			const isOther = original.word(at) !== packed.word(at) && at !== original.base + 4;
			if (isOther && !moved.includes(at)) throw different(at, "the machine");
		}
		for (const name of [
			"nameTable",
			"symbolTable",
			"keyArray",
			"nameModulo",
			"symbolModulo",
			"keyCount",
		] as const)
			if (original.field(name) !== packed.field(name)) throw different(original.machine, name);
		if (packed.field("stackPrototypes") !== packed.field("stackTop")) throw different(base, "the built-ins");
		for (const at of original.tables()) this.#meet(original.word(at), packed.word(at));
		const [from, to] = [original.field("stack"), packed.field("stack")];
		for (let offset = 0; from + offset < original.field("stackTop"); offset += SLOT)
			this.#meet(from + offset, to + offset);
	}

	#meet(from: number, to: number, isItem = false): void {
		if (from === 0 && to === 0) return;
		const seen = this.seen.get(from);
		if (seen === to) return;
		if (seen !== undefined) throw different(from, "it is in two places");
		this.seen.set(from, to);
		this.#queue.push([from, to, isItem]);
	}

	#compare(from: number, to: number, isItem: boolean): void {
		const { end, base } = this.#packed;
		if (to < base || to + SLOT > end || to % 4 !== 0) throw different(from, `it is at 0x${to.toString(16)}`);
		const [one, other] = [this.#original.slot(from), this.#packed.slot(to)];
		if (one.number !== other.number || one.flag !== other.flag) throw different(from, "its kind");
		if (one.id !== other.id && one.number !== HOME) throw different(from, "its ID");
		if (isItem) {
			if (one.next !== other.next) throw different(from, "its index");
		} else this.#meet(one.next, other.next);
		this.#half(one, other, 0);
		this.#half(one, other, 1);
	}

	#half(one: Slot, other: Slot, index: 0 | 1): void {
		const [from, to] = [one.value[index], other.value[index]];
		const part = one.kind.parts[index];
		if (part === "nothing") return;
		if (part === "slot") return this.#meet(from, to);
		if (!isIn(this.#original, from)) {
			if (from !== to) throw different(one.address, `its ${part}`);
			return;
		}
		if (part === "value" || part === "flash") {
			if (from !== to) throw different(one.address, `its ${part}`);
			return;
		}
		if (!isIn(this.#packed, to)) throw different(one.address, `its ${part}`);
		const bytesOf = (heap: Heap, at: number, length: number): Uint8Array =>
			heap.bytes.subarray(at - heap.base, at - heap.base + length);
		const wanted = bytesAt(this.#original, part, from);
		if (part !== "items" && Buffer.compare(wanted, bytesOf(this.#packed, to, wanted.length)) !== 0)
			throw different(one.address, `its ${part}`);
		if (part !== "items" && part !== "bytes") return;
		if (this.#packed.chunk(to).length !== wanted.length)
			throw different(one.address, `the length of its ${part}`);
		if (part !== "items") return;
		const items = this.#packed.items(other);
		for (const [at, item] of this.#original.items(one).entries()) {
			this.#meet(item.address, (items[at] as Slot).address, true);
		}
	}
}

function bytesAt(heap: Heap, part: Part, address: number): Uint8Array {
	switch (part) {
		case "text":
			return heap.text(address);
		case "code":
			return heap.code(address);
		default:
			return heap.chunk(address);
	}
}

const packedSize = (heap: Heap): number => heap.word(heap.base + 4);

const different = (address: number, what: string): EngineError =>
	new EngineError(`the packed heap image is another one: at 0x${address.toString(16)}, ${what}`);
