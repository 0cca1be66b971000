import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf } from "./toolchain.js";

/** A board that there is an image for. */
export interface ImageBoard {
	readonly name: string;
	/** The folder of its C sources and its `memory.ld`. */
	readonly folder: string;
	/** Flash that a program may fill: its first address, and bytes. */
	readonly flash: { readonly start: number; readonly size: number };
	/** Bytes of RAM for C's stack, and for what `malloc` gives. */
	readonly cStackSize: number;
	readonly heapSize: number;
	/** Whether something of its own is flashed before the program: the section `.loader`. */
	readonly hasLoader: boolean;
}

/** The C sources that every board has. */
export const COMMON = fileURLToPath(new URL("../../../firmware/boards/cortex-m4", import.meta.url));

const folderOf = (name: string): string => join(COMMON, "..", name);

/** QEMU's board, with a Wio Terminal's memory: all flash behind the boot loader. */
export const MPS2_AN386: ImageBoard = Object.freeze({
	name: "mps2-an386",
	folder: folderOf("mps2-an386"),
	flash: { start: 0x4000, size: 507_904 },
	cStackSize: 8192,
	heapSize: 13_312,
	hasLoader: false,
});

/** The Wio Terminal: the program begins behind the loader's place and its own header, and ends at the configuration page. */
export const WIO_TERMINAL: ImageBoard = Object.freeze({
	name: "wio-terminal",
	folder: folderOf("wio-terminal"),
	flash: { start: 0x8400, size: 0x7_e000 - 0x8400 },
	cStackSize: 8192,
	heapSize: 13_312,
	hasLoader: true,
});

/** A board's files, those of every board among them, by their names. */
export const boardFiles = ({ folder }: ImageBoard, ...endings: readonly string[]): string[] =>
	[COMMON, folder]
		.flatMap((folder) => filesOf(folder, ...endings))
		.sort((one, other) => (basename(one) < basename(other) ? -1 : 1));

/** Where the linker puts things on a board: its memory, and what every image has. */
export const linkerScripts = ({ folder }: ImageBoard): string[] => [
	join(folder, "memory.ld"),
	join(COMMON, "sections.ld"),
];
