import { EngineError } from "../../failure.js";
import { KINDS, type Kind } from "./kinds.js";

/** Bytes of a slot (`txSlot`): next 4, kind 1, flag 1, ID 2, value 8. */
export const SLOT = 16;
/** Bytes before a chunk (`txChunk`): its size with them, and room for the collector. */
export const CHUNK_HEADER = 8;

/** Where `txMachine` has what is looked at here; `preload.c` asserts it. */
export const FIELD = Object.freeze({
	...{ stack: 0, stackBottom: 16, stackTop: 20, stackPrototypes: 24 },
	...{ firstBlock: 80, freeHeap: 84, firstHeap: 88 },
	...{ nameModulo: 92, nameTable: 96, symbolModulo: 100, symbolTable: 104, keyArray: 112, keyCount: 116 },
});

/** Bytes of the image's head (`HeapImage`) and of the machine. */
const HEAD = 16;
const MACHINE = 472;

/** A slot as it is in a heap image. Addresses are those of the chip. */
export interface Slot {
	readonly address: number;
	readonly next: number;
	readonly number: number;
	readonly kind: Kind;
	readonly flag: number;
	readonly id: number;
	readonly value: readonly [number, number];
}

/** A heap image (`heap-image.h`): its head, the machine and its tables, the stack, slots, chunks. */
export class Heap {
	readonly bytes: Uint8Array;
	readonly base: number;
	readonly #view: DataView;

	/** @param base the address that the image is for */
	constructor(bytes: Uint8Array, base: number) {
		this.bytes = bytes;
		this.base = base;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	get end(): number {
		return this.base + this.bytes.length;
	}

	word(address: number): number {
		return this.#view.getUint32(address - this.base, true);
	}

	set(address: number, word: number): void {
		this.#view.setUint32(address - this.base, word, true);
	}

	/** The address of the machine. */
	get machine(): number {
		return this.word(this.base + 8);
	}

	field(name: keyof typeof FIELD): number {
		return this.word(this.machine + FIELD[name]);
	}

	/** The addresses of the words of the machine's tables: each refers to a slot, or to none. */
	*tables(): Generator<number> {
		for (const [begin, length] of this.#tables()) {
			for (let at = begin; at < begin + 4 * length; at += 4) yield at;
		}
	}

	/** The end of the machine's tables, which lie behind the machine one behind the other. @throws EngineError if they do not */
	get tablesEnd(): number {
		let end = this.machine + MACHINE;
		for (const [begin, length] of this.#tables()) {
			if (begin < end) throw new EngineError("the heap image has its tables in an order that nobody knows");
			end = begin + 4 * length;
		}
		return end;
	}

	/** Where the machine's tables begin, and their words. */
	#tables(): (readonly [begin: number, length: number])[] {
		return [
			[this.field("keyArray"), this.field("keyCount") & 0xffff],
			[this.field("nameTable"), this.field("nameModulo")],
			[this.field("symbolTable"), this.field("symbolModulo")],
		];
	}

	/** The addresses of the machine's own words, and of those of the image's head. */
	*head(): Generator<number> {
		for (let at = this.base; at < this.base + HEAD; at += 4) yield at;
		for (let at = this.machine; at < this.machine + MACHINE; at += 4) yield at;
	}

	/** @throws EngineError for a kind that is not known */
	slot(address: number): Slot {
		const number = this.#view.getInt8(address - this.base + 4);
		const kind = KINDS.get(number);
		if (kind === undefined)
			throw new EngineError(`the heap image has a slot of kind ${number}, which nobody knows`);
		return {
			...{ address, number, kind, next: this.word(address) },
			flag: this.#view.getUint8(address - this.base + 5),
			id: this.#view.getUint16(address - this.base + 6, true),
			value: [this.word(address + 8), this.word(address + 12)],
		};
	}

	/** The slots in use, in their order. */
	*slots(): Generator<Slot> {
		const free = new Set<number>();
		for (let slot = this.field("freeHeap"); slot !== 0; slot = this.word(slot)) free.add(slot);
		for (let block = this.field("firstHeap"); block !== 0; block = this.word(block)) {
			const end = this.word(block + 8);
			for (let slot = block + SLOT; slot < end; slot += SLOT) if (!free.has(slot)) yield this.slot(slot);
		}
	}

	/** The slots on the stack. */
	*stack(): Generator<Slot> {
		for (let slot = this.field("stack"); slot < this.field("stackTop"); slot += SLOT) yield this.slot(slot);
	}

	/** What is in a chunk, with what fills it up. */
	chunk(address: number): Uint8Array {
		const size = this.word(address - CHUNK_HEADER) & 0x7fffffff;
		return this.bytes.subarray(address - this.base, address - this.base + size - CHUNK_HEADER);
	}

	/** Bytecode without the 0s that fill up its chunk (`code-ids.c`): no instruction that is a function's last is 0. */
	code(address: number): Uint8Array {
		const chunk = this.chunk(address);
		let length = chunk.length;
		while (chunk[length - 1] === 0) length -= 1;
		return chunk.subarray(0, length);
	}

	/** A text with the 0 at its end. */
	text(address: number): Uint8Array {
		const begin = address - this.base;
		return this.bytes.subarray(begin, this.bytes.indexOf(0, begin) + 1);
	}

	/** An array's items, as far as it is long. */
	items({ value: [address, length] }: Slot): Slot[] {
		const room = address === 0 ? 0 : this.chunk(address).length / SLOT;
		return Array.from({ length: Math.min(length, room) }, (_, index) => this.slot(address + SLOT * index));
	}
}
