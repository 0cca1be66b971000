/** Where a Wio Terminal shows itself: its boot loader is a USB drive with a file that says whose it is. */
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file by which such a drive is known (Microsoft's UF2 specification, "Files exposed by bootloaders"). */
const INFO = "INFO_UF2.TXT";
/** What it names: the board, or its chip. */
const OURS = /wio terminal|samd51p19/i;
/** Folders between a place and its drives: `/media/drive`, `/run/media/user/drive`. */
const DEPTH = 2;

/** A boot loader's drive. */
export interface Drive {
	readonly folder: string;
	/** The board's name, as its boot loader gives it. */
	readonly model: string;
	readonly isWioTerminal: boolean;
}

/** Where this system shows drives. */
export function usualPlaces(platform: NodeJS.Platform = process.platform): readonly string[] {
	if (platform === "win32") return Array.from("DEFGHIJKLMNOPQRSTUVWXYZ", (letter) => `${letter}:\\`);
	return platform === "darwin" ? ["/Volumes"] : ["/media", "/run/media", "/mnt"];
}

/** The boot loaders' drives in these places; what cannot be read is none. */
export const findDrives = (places: readonly string[]): Drive[] =>
	places.flatMap((place) => drivesIn(place, DEPTH));

function drivesIn(folder: string, depth: number): Drive[] {
	const drive = readDrive(folder);
	if (drive !== undefined) return [drive];
	if (depth === 0) return [];
	return foldersIn(folder).flatMap((name) => drivesIn(join(folder, name), depth - 1));
}

function foldersIn(folder: string): string[] {
	let entries: Dirent[];
	try {
		entries = readdirSync(folder, { withFileTypes: true });
	} catch {
		return [];
	}
	return entries
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort();
}

function readDrive(folder: string): Drive | undefined {
	let info: string;
	try {
		info = readFileSync(join(folder, INFO), "utf8");
	} catch {
		return undefined;
	}
	const model = /^Model:[ \t]*(.+?)[ \t]*\r?$/m.exec(info)?.[1] ?? "a board without a name";
	return { folder, model, isWioTerminal: OURS.test(info) };
}
