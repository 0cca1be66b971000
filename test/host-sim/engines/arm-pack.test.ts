import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildImage } from "../../../host-sim/engines/arm/build.js";
import { heapImage } from "../../../host-sim/engines/arm/heap-image.js";
import { firmwareFiles, readManifest, transpile } from "../../../host-sim/engines/arm/modules.js";
import { Heap, type Slot } from "../../../host-sim/engines/arm/pack/heap.js";
import { pack } from "../../../host-sim/engines/arm/pack/pack.js";
import { verify } from "../../../host-sim/engines/arm/pack/verify.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";

describeWith([compiler, armTools], "the packed heap image", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-pack-"));
	let original: Heap;
	let packed: Heap;

	beforeAll(async () => {
		const manifest = readManifest();
		const modules = await transpile(firmwareFiles(manifest), manifest.preload ?? []);
		await buildImage(folder, manifest, modules, () => {});
		original = await heapImage(folder, "program.elf");
		packed = pack(original);
	}, 120_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const copyOf = ({ bytes, base }: Heap): Heap => new Heap(new Uint8Array(bytes), base);
	const inUse = (heap: Heap): Slot[] => [...heap.slots()];
	/** Packs a heap image in which something was changed first. */
	const packing = (change: (heap: Heap) => void) => (): Heap => {
		const heap = copyOf(original);
		change(heap);
		return pack(heap);
	};

	it("is what it was made from, in less than nine tenths of the bytes that are in use there", () => {
		verify(original, packed);
		const used =
			inUse(original).length * 16 +
			original.word(original.field("firstBlock") + 4) -
			original.field("firstBlock");
		expect(packed.bytes.length).toBeLessThan(0.9 * (used + original.field("firstHeap") - original.base));
	});

	it("is the same each time, and packed already", () => {
		expect(Buffer.compare(pack(original).bytes, packed.bytes)).toBe(0);
		expect([...packed.slots()].length).toBeLessThan(inUse(original).length);
		expect(packed.field("freeHeap")).toBe(0);
	});

	it("is known to be another one when a word of a slot is changed", () => {
		const slots = inUse(packed);
		const change = fc.record({
			slot: fc.nat(slots.length - 1),
			at: fc.constantFrom(0, 4, 8, 12),
			by: fc.integer({ min: 1 }),
		});
		fc.assert(
			fc.property(change, ({ slot, at, by }) => {
				const { address, kind } = slots[slot] as Slot;
				// What is nothing is not looked at.
				fc.pre(at < 8 || kind.parts[at === 8 ? 0 : 1] !== "nothing");
				const other = copyOf(packed);
				other.set(address + at, (other.word(address + at) + by) >>> 0);
				expect(() => verify(original, other)).toThrow();
			}),
			{ numRuns: 60 },
		);
	});

	it.each([
		["a text", "text"],
		["bytecode", "code"],
		["an item", "items"],
	])("is known to be another one when %s is changed", (_, part) => {
		const slot = inUse(packed).find(
			({ kind, value }) => kind.parts[0] === part && value[0] >= packed.base,
		) as Slot;
		const other = copyOf(packed);
		const at = slot.value[0] - packed.base + (part === "items" ? 4 : 0);
		other.bytes[at] = (other.bytes[at] as number) ^ 1;
		expect(() => verify(original, other)).toThrow("another one");
	});

	it("is known to be another one when a table is changed", () => {
		const other = copyOf(packed);
		const [at] = [...other.tables()].filter((address) => other.word(address) !== 0);
		other.set(at as number, other.word((at as number) + 4) === 0 ? 0 : packed.field("stack"));
		expect(() => verify(original, other)).toThrow("another one");
	});

	it("is not made of a kind of slot that nobody knows", () => {
		const change = (heap: Heap): void => {
			const [slot] = inUse(heap);
			heap.bytes[(slot as Slot).address - heap.base + 4] = 21;
		};
		expect(packing(change)).toThrow("a slot of kind 21, which nobody knows");
	});

	it("is not made of an address that nobody knows", () => {
		const change = (heap: Heap): void => {
			const slot = inUse(heap).find(({ kind }) => kind.name === "reference") as Slot;
			heap.set(slot.address + 8, slot.value[0] + 4);
		};
		expect(packing(change)).toThrow(/refers to 0x[0-9a-f]+, where nobody knows what is/);
	});
});
