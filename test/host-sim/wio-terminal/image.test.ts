import { describe, expect, it } from "vitest";
import { decodeImage, encodeImage, FLASH, HEADER_SIZE } from "../../../host-sim/wio-terminal/image.js";

/** Vectors: a stack and a start, and something behind them. */
function codeAt(address: number, length = 64): Uint8Array {
	const bytes = new Uint8Array(length).fill(0x42);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x2000_5400, true);
	view.setUint32(4, address + 9, true);
	return bytes;
}
const LOADER = codeAt(FLASH.loader);
const PROGRAM = codeAt(FLASH.program);
const IMAGE = { program: PROGRAM, version: "1.2.3" };

/** An image in which bytes are others, from an address on. */
function changed(address: number, ...values: number[]): Uint8Array {
	const bytes = encodeImage(LOADER, IMAGE);
	bytes.set(values, address - FLASH.loader);
	return bytes;
}

const reasonOf = (bytes: Uint8Array): string | undefined => {
	const decoded = decodeImage(bytes);
	return decoded.kind === "invalid" ? decoded.reason : undefined;
};

describe("an image", () => {
	it("has loader, header and program where the chip looks for them", () => {
		const bytes = encodeImage(LOADER, IMAGE);
		expect(bytes.length).toBe(0x4400 + PROGRAM.length);
		expect(bytes.subarray(0, 64)).toEqual(LOADER);
		expect(bytes.subarray(64, 0x4000).every((byte) => byte === 0xff)).toBe(true);
		const header = Buffer.from(bytes.subarray(0x4000, 0x4400));
		// The checksum is what Python's zlib.crc32 says of the same bytes.
		expect(header.subarray(0, 40).toString("hex")).toBe(
			"4e4c494d0100000440000000b66ecf2200840000312e322e330000000000000000000000ffffffff",
		);
		expect(header.subarray(36).every((byte) => byte === 0xff)).toBe(true);
		expect(header.length).toBe(HEADER_SIZE);
		expect(bytes.subarray(0x4400)).toEqual(PROGRAM);
	});

	it("is read back", () => {
		expect(decodeImage(encodeImage(LOADER, IMAGE))).toEqual({ kind: "image", ...IMAGE });
	});

	it("may be filled up, as a UF2 file does", () => {
		const bytes = encodeImage(LOADER, IMAGE);
		const filled = new Uint8Array(bytes.length + 192).fill(0xff);
		filled.set(bytes);
		expect(decodeImage(filled)).toEqual({ kind: "image", ...IMAGE });
	});

	it.each([
		["loader", new Uint8Array(0x4001), PROGRAM, "the loader has 16385 bytes, its place 16384"],
		["program", LOADER, new Uint8Array(0x75c01), "the program has 482305 bytes, its place 482304"],
	])("is refused when its %s is too large", (_, loader, program, message) => {
		expect(() => encodeImage(loader, { program, version: "" })).toThrow(new RangeError(message));
	});

	it("may fill all of the flash before the configuration page", () => {
		const program = codeAt(FLASH.program, FLASH.page - FLASH.program);
		expect(decodeImage(encodeImage(LOADER, { program, version: "" }))).toMatchObject({ kind: "image" });
	});

	it.each([
		["nothing", new Uint8Array(0), "too short: 0 bytes"],
		["a loader alone", LOADER, "too short: 64 bytes"],
		["what is too long", new Uint8Array(0x7_a001), "it reaches beyond 0x7e000, where the configuration is"],
		["another mark", changed(0x8000, 0x4d), "its header has another mark"],
		["a later header", changed(0x8004, 2), "its header is of another version"],
		["a shorter header", changed(0x8006, 0, 2), "its header has another size"],
		["no program", changed(0x8008, 0), "its header says 0 bytes of program"],
		["a program cut short", changed(0x8008, 65), "its header says 65 bytes of program"],
		["another program", changed(0x8410, 1), "its program has another checksum"],
		["another checksum", changed(0x800c, 0), "its program has another checksum"],
		["another address", changed(0x8010, 1), "its program is for another address"],
		["a loader's stack in flash", changed(0x4003, 0), "the stack at 0x4000 begins at 0x5400"],
		["a loader that starts the boot loader", changed(0x4004, 1, 0), "the program at 0x4000 begins at 0x1"],
		["a loader without Thumb's bit", changed(0x4004, 8), "the program at 0x4000 begins at 0x4008"],
		[
			"the boot loader's mark",
			changed(0x4268, 0x7c, 0xb0, 0xee, 0x87),
			"the boot loader would take it for its own update, for the word at 0x4268",
		],
	])("says why %s is none", (_, bytes, reason) => {
		expect(reasonOf(bytes)).toBe(reason);
	});

	it.each([
		["its stack at RAM's last word", 0, 0x2003_0000, "the stack at 0x8400 begins at 0x20030000"],
		["its stack at an odd place", 0, 0x2000_5404, "the stack at 0x8400 begins at 0x20005404"],
		["its start in the loader", 4, 0x4041, "the program at 0x8400 begins at 0x4041"],
		["its start in the configuration", 4, 0x7_e001, "the program at 0x8400 begins at 0x7e001"],
	])("says why a program with %s is none", (_, at, value, reason) => {
		const program = codeAt(FLASH.program);
		new DataView(program.buffer).setUint32(at, value, true);
		expect(reasonOf(encodeImage(LOADER, { program, version: "" }))).toBe(reason);
	});

	it("says that something follows its program", () => {
		const bytes = new Uint8Array([...encodeImage(LOADER, IMAGE), 0]);
		expect(reasonOf(bytes)).toBe("something follows its program");
	});
});
