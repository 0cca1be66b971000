/**
 * What is flashed on a Wio Terminal: a loader's place, a header, the program behind it (docs/wio-terminal-image.md).
 * All numbers are little endian.
 */
import { PAGE_ADDRESS } from "../configuration-page.js";
import { crc32 } from "../crc32.js";

/** Addresses in the chip's flash. Before `loader` is the UF2 boot loader, which is never written. */
export const FLASH = Object.freeze({
	loader: 0x4000,
	header: 0x8000,
	program: 0x8400,
	/** The device's configuration, which is no part of the image. */
	page: PAGE_ADDRESS,
	end: 0x8_0000,
});

/** Bytes of the header: what it does not use is 0xFF. */
export const HEADER_SIZE = FLASH.program - FLASH.header;

/** "NLIM", and the version of the header. */
const MAGIC = Uint8Array.of(0x4e, 0x4c, 0x49, 0x4d);
const HEADER_VERSION = 1;
/** Bytes of the firmware's version, ASCII, filled up with zeros. */
const VERSION_SIZE = 16;

/** RAM of the chip, but for the boot loader's word at its end. */
const RAM = Object.freeze({ start: 0x2000_0000, end: 0x2002_fffc });

/** The boot loader takes an image with this word at this address for one of its own updates. */
const FORBIDDEN = Object.freeze({ address: 0x4268, word: 0x87ee_b07c });

/** An image: from `FLASH.loader` on, up to the program's end. */
export interface WioImage {
	/** The program's bytes, which begin with its vectors. */
	readonly program: Uint8Array;
	/** The firmware's version. */
	readonly version: string;
}

/** What an image holds, or the reason why it is none, in one line. */
export type DecodedImage =
	| ({ readonly kind: "image" } & WioImage)
	| { readonly kind: "invalid"; readonly reason: string };

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The header of a program: magic, version, sizes, checksum. */
function headerOf({ program, version }: WioImage): Uint8Array {
	const header = new Uint8Array(HEADER_SIZE).fill(0xff);
	const view = new DataView(header.buffer);
	header.set(MAGIC);
	view.setUint16(4, HEADER_VERSION, true);
	view.setUint16(6, HEADER_SIZE, true);
	view.setUint32(8, program.length, true);
	view.setUint32(12, crc32(program), true);
	view.setUint32(16, FLASH.program, true);
	header.fill(0, 20, 20 + VERSION_SIZE).set(new TextEncoder().encode(version).subarray(0, VERSION_SIZE), 20);
	return header;
}

/**
 * An image of a loader and a program.
 * @throws RangeError when one of them is too large for its place
 */
export function encodeImage(loader: Uint8Array, image: WioImage): Uint8Array {
	const { program } = image;
	if (loader.length > FLASH.header - FLASH.loader)
		throw new RangeError(`the loader has ${loader.length} bytes, its place ${FLASH.header - FLASH.loader}`);
	if (program.length > FLASH.page - FLASH.program)
		throw new RangeError(`the program has ${program.length} bytes, its place ${FLASH.page - FLASH.program}`);
	const bytes = new Uint8Array(FLASH.program - FLASH.loader + program.length).fill(0xff);
	bytes.set(loader);
	bytes.set(headerOf(image), FLASH.header - FLASH.loader);
	bytes.set(program, FLASH.program - FLASH.loader);
	return bytes;
}

/**
 * Reads an image, and checks all that the boot loader and the chip expect of it.
 * @param bytes from `FLASH.loader` on; what follows the program must be 0xFF
 */
export function decodeImage(bytes: Uint8Array): DecodedImage {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const word = (address: number): number => view.getUint32(address - FLASH.loader, true);
	const invalid = (reason: string): DecodedImage => ({ kind: "invalid", reason });
	if (bytes.length < FLASH.program - FLASH.loader + 8) return invalid(`too short: ${bytes.length} bytes`);
	if (bytes.length > FLASH.page - FLASH.loader)
		return invalid(`it reaches beyond ${hex(FLASH.page)}, where the configuration is`);
	const header = bytes.subarray(FLASH.header - FLASH.loader, FLASH.program - FLASH.loader);
	if (MAGIC.some((byte, index) => header[index] !== byte)) return invalid("its header has another mark");
	if (view.getUint16(FLASH.header - FLASH.loader + 4, true) !== HEADER_VERSION)
		return invalid("its header is of another version");
	if (view.getUint16(FLASH.header - FLASH.loader + 6, true) !== HEADER_SIZE)
		return invalid("its header has another size");
	const size = word(FLASH.header + 8);
	const start = FLASH.program - FLASH.loader;
	if (size < 8 || size > bytes.length - start) return invalid(`its header says ${size} bytes of program`);
	const program = bytes.subarray(start, start + size);
	if (crc32(program) !== word(FLASH.header + 12)) return invalid("its program has another checksum");
	if (bytes.subarray(start + size).some((byte) => byte !== 0xff))
		return invalid("something follows its program");
	if (word(FLASH.header + 16) !== FLASH.program) return invalid("its program is for another address");
	const mistake =
		wrongVectors(word, FLASH.loader, FLASH.header) ?? wrongVectors(word, FLASH.program, FLASH.page);
	if (mistake !== undefined) return invalid(mistake);
	if (word(FORBIDDEN.address) === FORBIDDEN.word)
		return invalid(
			`the boot loader would take it for its own update, for the word at ${hex(FORBIDDEN.address)}`,
		);
	const text = header.subarray(20, 20 + VERSION_SIZE);
	const end = text.indexOf(0);
	const version = new TextDecoder().decode(end < 0 ? text : text.subarray(0, end));
	return { kind: "image", program, version };
}

/** What is wrong with the first two vectors at an address, if anything: a stack in RAM, a start in Thumb code. */
function wrongVectors(word: (address: number) => number, at: number, end: number): string | undefined {
	const [stack, reset] = [word(at), word(at + 4)];
	if (stack <= RAM.start || stack > RAM.end || stack % 8 !== 0)
		return `the stack at ${hex(at)} begins at ${hex(stack)}`;
	if (reset % 2 === 0 || reset < at || reset >= end)
		return `the program at ${hex(at)} begins at ${hex(reset)}`;
	return undefined;
}
