/**
 * UF2, the file that a boot loader's USB drive takes (Microsoft's UF2 specification, "File format"): blocks of 512
 * bytes, each with up to 476 bytes for an address. Here as the SAMD51's boot loaders want it: 256 bytes a block.
 */

/** Bytes for consecutive addresses. */
export interface FlashPart {
	/** A multiple of 256. */
	readonly address: number;
	readonly bytes: Uint8Array;
}

/** What a file holds, in ascending order of the addresses, or the reason why it cannot be used, in one line. */
export type DecodedUf2 =
	| { readonly kind: "parts"; readonly parts: readonly FlashPart[] }
	| { readonly kind: "invalid"; readonly reason: string };

/** The chips a file is for: Microchip's SAMD51, in the specification's list of families. */
export const SAMD51_FAMILY = 0x5511_4460;

export const UF2_BLOCK = 512;
/** Bytes of flash in a block. */
export const UF2_PAYLOAD = 256;
const DATA = 32;

const FIRST_MAGIC = 0x0a32_4655;
const SECOND_MAGIC = 0x9e5d_5157;
const LAST_MAGIC = 0x0ab1_6f30;
/** Flags: the block is no part of the flash's contents; the family is given. */
const NOT_MAIN_FLASH = 0x0000_0001;
const HAS_FAMILY = 0x0000_2000;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

/**
 * A file that writes the parts. What a part lacks to a multiple of 256 bytes becomes 0xFF, as erased flash is.
 * @param parts in any order
 * @throws RangeError for an address that is no multiple of 256 or has more than 32 bits, for parts that overlap, and
 * when there is nothing to write
 */
export function encodeUf2(parts: readonly FlashPart[]): Uint8Array {
	const blocks = [...parts]
		.sort((one, other) => one.address - other.address)
		.flatMap(({ address, bytes }) =>
			Array.from({ length: Math.ceil(bytes.length / UF2_PAYLOAD) }, (_, index) => ({
				address: address + index * UF2_PAYLOAD,
				bytes: bytes.subarray(index * UF2_PAYLOAD, (index + 1) * UF2_PAYLOAD),
			})),
		);
	if (blocks.length === 0) throw new RangeError("a UF2 file needs at least one byte");
	const file = new Uint8Array(blocks.length * UF2_BLOCK);
	let free = 0;
	for (const [index, { address, bytes }] of blocks.entries()) {
		if (address % UF2_PAYLOAD !== 0) throw new RangeError(`${hex(address)} is no multiple of ${UF2_PAYLOAD}`);
		if (address < free) throw new RangeError(`two parts have bytes for ${hex(address)}`);
		free = address + UF2_PAYLOAD;
		if (free > 0x1_0000_0000) throw new RangeError(`${hex(address)} has more than 32 bits`);
		const at = index * UF2_BLOCK;
		const view = new DataView(file.buffer, at, UF2_BLOCK);
		const head = [FIRST_MAGIC, SECOND_MAGIC, HAS_FAMILY, address, UF2_PAYLOAD, index, blocks.length];
		for (const [word, value] of [...head, SAMD51_FAMILY].entries()) view.setUint32(word * 4, value, true);
		view.setUint32(UF2_BLOCK - 4, LAST_MAGIC, true);
		file.fill(0xff, at + DATA, at + DATA + UF2_PAYLOAD).set(bytes, at + DATA);
	}
	return file;
}

/**
 * What a file for a SAMD51 holds; bytes for consecutive addresses are one part. Accepts blocks of 256 bytes in
 * ascending order only, as `encodeUf2` writes them.
 */
export function decodeUf2(file: Uint8Array): DecodedUf2 {
	const count = file.length / UF2_BLOCK;
	if (count === 0 || !Number.isInteger(count)) {
		return { kind: "invalid", reason: `no UF2 file: ${file.length} bytes, no multiple of ${UF2_BLOCK}` };
	}
	const parts: { address: number; end: number; blocks: Uint8Array[] }[] = [];
	for (let index = 0; index < count; index++) {
		const block = file.subarray(index * UF2_BLOCK, (index + 1) * UF2_BLOCK);
		const view = new DataView(block.buffer, block.byteOffset, UF2_BLOCK);
		const last = parts.at(-1);
		const mistake = mistakeOf(view, index, count, last?.end ?? 0);
		if (mistake !== undefined) return { kind: "invalid", reason: `block ${index}: ${mistake}` };
		const address = view.getUint32(12, true);
		const data = block.subarray(DATA, DATA + UF2_PAYLOAD);
		if (last?.end === address) {
			last.blocks.push(data);
			last.end += UF2_PAYLOAD;
		} else {
			parts.push({ address, end: address + UF2_PAYLOAD, blocks: [data] });
		}
	}
	return {
		kind: "parts",
		parts: parts.map(({ address, blocks }) => ({ address, bytes: new Uint8Array(Buffer.concat(blocks)) })),
	};
}

/** What is wrong with a block, if anything. `free`: the first address behind the block before. */
function mistakeOf(view: DataView, index: number, count: number, free: number): string | undefined {
	const word = (at: number): number => view.getUint32(at, true);
	if (word(0) !== FIRST_MAGIC || word(4) !== SECOND_MAGIC || word(UF2_BLOCK - 4) !== LAST_MAGIC)
		return "the marks of a UF2 file are missing";
	const flags = word(8);
	if ((flags & NOT_MAIN_FLASH) !== 0) return "it is not for the chip's flash";
	if ((flags & HAS_FAMILY) === 0) return "it names no family of chips";
	if (word(28) !== SAMD51_FAMILY)
		return `it is for family ${hex(word(28))}, not ${hex(SAMD51_FAMILY)} (SAMD51)`;
	if (word(16) !== UF2_PAYLOAD) return `it has ${word(16)} bytes, not ${UF2_PAYLOAD}`;
	if (word(20) !== index) return `it has number ${word(20)}`;
	if (word(24) !== count) return `it says that there are ${word(24)} blocks, the file has ${count}`;
	const address = word(12);
	if (address % UF2_PAYLOAD !== 0) return `address ${hex(address)} is no multiple of ${UF2_PAYLOAD}`;
	if (address < free) return `address ${hex(address)} is not behind the block before`;
	return undefined;
}
