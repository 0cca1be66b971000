import { spawnSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { codeOf, ExitCode, Failure, usage } from "../cli/failure.js";
import { decodeUf2, type FlashPart } from "../uf2.js";
import { type Drive, findDrives, usualPlaces } from "./drives.js";
import { FLASH } from "./image.js";

/** The image that the build makes. */
export const IMAGE = fileURLToPath(new URL("../../dist/nightlight-wio-terminal.uf2", import.meta.url));

/** What to do for a drive to appear. */
const PRESS = "slide the board's reset switch twice, quickly, so that its drive appears";

/** Milliseconds between two looks for a drive; that a board takes for its way into the boot loader. */
const LOOK = 250;
const TOUCH = 1000;

/** Copying an image to a drive. */
export interface FlashOptions {
	readonly file: string;
	/** Folders in which drives appear, instead of the system's. */
	readonly places?: readonly string[];
	/** Milliseconds to wait for a drive. */
	readonly wait: number;
	/** Hears lines for people. */
	readonly log: (line: string) => void;
}

/**
 * Copies an image to the board's drive, for which it waits.
 * @throws Failure for a file that is no image for the board, without a drive, or when it cannot be written
 */
export async function flashByDrive({ file, places = usualPlaces(), wait, log }: FlashOptions): Promise<void> {
	const parts = readParts(file);
	const folder = await waitForDrive(places, wait, log);
	copy(readFileSync(file), join(folder, basename(file)));
	log(`copied ${file} to ${folder}: the board starts it now`);
	if (!parts.some(({ address, bytes }) => address + bytes.length > FLASH.page))
		log("it has no configuration: the board keeps the one that it has (nightlight pack writes one)");
}

/**
 * Writes an image over a serial port, with `bossac`, if it is installed.
 * @throws Failure as `flashByDrive` does, and without `bossac`
 */
export async function flashByBossac(file: string, port: string, log: (line: string) => void): Promise<void> {
	const bytes = joined(readParts(file));
	const offset = `--offset=0x${FLASH.loader.toString(16)}`;
	const wordsFor = (bin: string): string[] => ["-p", port, "-U", "-i", offset, "-w", "-v", bin, "-R"];
	if (spawnSync("bossac", ["--help"], { stdio: "ignore" }).error !== undefined) {
		const command = `bossac ${wordsFor("FILE.bin").join(" ")}`;
		throw new Failure(
			ExitCode.FAILED,
			`no bossac on the PATH: install it (Debian: bossa-cli), or copy ${file} to the board's drive; it would be ${command}`,
		);
	}
	const folder = mkdtempSync(join(tmpdir(), "nightlight-flash-"));
	try {
		const bin = join(folder, "image.bin");
		writeFileSync(bin, bytes, { mode: 0o600 });
		await touch(port);
		log(`bossac ${wordsFor(bin).join(" ")}`);
		const { status } = spawnSync("bossac", wordsFor(bin), { stdio: "inherit" });
		if (status !== 0)
			throw new Failure(ExitCode.FAILED, `bossac failed (${status}): ${PRESS}, and try again with its port`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** What a file writes: it must begin where the boot loader starts programs, and leave the boot loader alone. */
function readParts(file: string): readonly FlashPart[] {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw usage(`--file: cannot read ${file} (${codeOf(error)}); npm run build:wio-terminal makes an image`);
	}
	const decoded = decodeUf2(bytes);
	if (decoded.kind === "invalid") throw usage(`--file: ${file}: ${decoded.reason}`);
	const first = decoded.parts[0] as FlashPart;
	if (first.address !== FLASH.loader)
		throw usage(
			`--file: ${file} begins at 0x${first.address.toString(16)}, programs for the board at 0x${FLASH.loader.toString(16)}`,
		);
	return decoded.parts;
}

/** Parts as they lie in the flash, and 0xFF between them. */
function joined(parts: readonly FlashPart[]): Uint8Array {
	const last = parts.at(-1) as FlashPart;
	const bytes = new Uint8Array(last.address + last.bytes.length - FLASH.loader).fill(0xff);
	for (const part of parts) bytes.set(part.bytes, part.address - FLASH.loader);
	return bytes;
}

async function waitForDrive(
	places: readonly string[],
	wait: number,
	log: (line: string) => void,
): Promise<string> {
	const end = Date.now() + wait;
	let isTold = false;
	for (;;) {
		const drives = findDrives(places);
		const [drive, another] = drives.filter(({ isWioTerminal }) => isWioTerminal);
		if (drive !== undefined && another !== undefined)
			throw new Failure(
				ExitCode.FAILED,
				`two boards, ${drive.folder} and ${another.folder}: leave one, or name its place with --drives`,
			);
		if (drive !== undefined) return drive.folder;
		if (Date.now() >= end) throw new Failure(ExitCode.FAILED, withoutDrive(drives, places, wait));
		if (!isTold) log(`no board in its boot loader yet: ${PRESS}`);
		isTold = true;
		await pause(Math.min(LOOK, Math.max(0, end - Date.now())));
	}
}

function withoutDrive(others: readonly Drive[], places: readonly string[], wait: number): string {
	const [other] = others;
	const found =
		other === undefined ? `in ${places.join(", ")}` : `but ${other.folder}, which is of ${other.model}`;
	return `no drive of a Wio Terminal within ${Math.round(wait / 1000)} s ${found}: ${PRESS}`;
}

/** Writes a file to the drive. The board starts as soon as it has all: that its drive is gone then is no failure. */
function copy(bytes: Uint8Array, file: string): void {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, "w");
		writeFileSync(descriptor, bytes);
	} catch (error) {
		if (descriptor !== undefined) quietly(() => closeSync(descriptor as number));
		throw new Failure(ExitCode.FAILED, `cannot write ${file} (${codeOf(error)})`);
	}
	const open = descriptor;
	quietly(() => fsyncSync(open));
	quietly(() => closeSync(open));
}

/** Opens a serial port at 1200 baud: a program with Arduino's USB goes into the boot loader then; ours has no USB. */
async function touch(port: string): Promise<void> {
	const flag = process.platform === "darwin" ? "-f" : "-F";
	const { status } = spawnSync("stty", [flag, port, "1200"], { stdio: "ignore", timeout: 5000 });
	if (status === 0) await pause(TOUCH);
}

function quietly(action: () => void): void {
	try {
		action();
	} catch {
		// The drive has gone.
	}
}
