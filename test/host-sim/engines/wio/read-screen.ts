import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Picture } from "../../../../host-sim/engines/wio/lcd.js";
import { ROOT } from "../../../house/firmware-files.js";

/** Dots of a character's cell, and the first character of the font. */
const WIDTH = 6;
const HEIGHT = 8;
const FIRST = 0x20;

/** The characters by their dots: five columns, the uppermost dot in bit 0, as firmware/boards/wio-terminal/font.c has them. */
const CHARACTERS: ReadonlyMap<string, string> = new Map(
	[
		...readFileSync(join(ROOT, "firmware/boards/wio-terminal/font.c"), "utf8").matchAll(
			/\{((?: 0x[0-9A-F]{2},?){5}) \}/g,
		),
	].map(([, columns = ""], index) => [
		columns.split(",").map(Number).concat(0).join(),
		String.fromCharCode(FIRST + index),
	]),
);

/** Whether a dot of the letters' colours is at a place: anything but the black of the background. */
const isLit = ({ width, pixels }: Picture, x: number, y: number): boolean => {
	const at = (y * width + x) * 3;
	return pixels[at] !== 0 || pixels[at + 1] !== 0 || pixels[at + 2] !== 0;
};

/** The character in a cell, whose dots are squares of `scale` pixels; `undefined` for what is none. */
function characterAt(picture: Picture, left: number, top: number, scale: number): string | undefined {
	const columns: number[] = [];
	for (let column = 0; column < WIDTH; column++) {
		let dots = 0;
		for (let row = 0; row < HEIGHT; row++) {
			const [x, y] = [left + column * scale, top + row * scale];
			const isDot = isLit(picture, x, y);
			for (let dx = 0; dx < scale; dx++)
				for (let dy = 0; dy < scale; dy++) if (isLit(picture, x + dx, y + dy) !== isDot) return undefined;
			if (isDot) dots |= 1 << row;
		}
		columns.push(dots);
	}
	return CHARACTERS.get(columns.join());
}

/** A line of text that begins at a height; `undefined` where a cell has no character. */
function lineAt(picture: Picture, top: number, scale: number): string | undefined {
	if (top + HEIGHT * scale > picture.height) return undefined;
	let line = "";
	for (let left = 0; left + WIDTH * scale <= picture.width; left += WIDTH * scale) {
		const character = characterAt(picture, left, top, scale);
		if (character === undefined) return undefined;
		line += character;
	}
	return line.trimEnd();
}

/** The line whose uppermost dots are at a height, large or small: letters may begin some dots above these. */
function lineThrough(picture: Picture, height: number): { line: string; end: number } | undefined {
	for (const scale of [2, 1]) {
		for (let above = 0; above < HEIGHT * scale; above += scale) {
			const top = height - above;
			const line = top < 0 ? undefined : lineAt(picture, top, scale);
			if (line) return { line, end: top + HEIGHT * scale };
		}
	}
	return undefined;
}

/**
 * The lines of text on a screen from the top, read glyph by glyph, large ones and small ones; rows begin at its left edge.
 * @throws Error where there is something that is no text
 */
export function readScreen(picture: Picture): string[] {
	const lines: string[] = [];
	const columns = Array.from({ length: picture.width }, (_, x) => x);
	for (let height = 0; height < picture.height; ) {
		if (!columns.some((x) => isLit(picture, x, height))) {
			height++;
			continue;
		}
		const found = lineThrough(picture, height);
		if (found === undefined)
			throw new Error(`no text at row ${height} of the screen, below ${JSON.stringify(lines)}`);
		lines.push(found.line);
		height = found.end;
	}
	return lines;
}

/** What a PNG of `--screen` shows: 8 bits for each of three colours, rows without a filter. */
export function pictureOf(png: Uint8Array): Picture {
	const bytes = Buffer.from(png);
	const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
	const rows = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
	const length = 1 + width * 3;
	const lines = Array.from({ length: height }, (_, row) =>
		rows.subarray(row * length + 1, (row + 1) * length),
	);
	return { width, height, pixels: Uint8Array.from(Buffer.concat(lines)) };
}
