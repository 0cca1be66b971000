import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Lcd } from "../../../../host-sim/engines/wio/lcd.js";
import { pngOf } from "../../../../host-sim/engines/wio/png.js";

/** Landscape: rows and columns exchanged, columns counted down. */
const LANDSCAPE = 0x60;

/** A display that is awake and on, with 16 bits a pixel. */
function display(access = LANDSCAPE): Lcd {
	const lcd = new Lcd();
	command(lcd, 0x11);
	command(lcd, 0x36, access);
	command(lcd, 0x3a, 0x55);
	command(lcd, 0x29);
	return lcd;
}

function command(lcd: Lcd, code: number, ...data: number[]): void {
	lcd.take({ dataCommand: 0, chipSelect: 0, bytes: Uint8Array.of(code) });
	if (data.length > 0) lcd.take({ dataCommand: 1, chipSelect: 0, bytes: Uint8Array.from(data) });
}

const word = (value: number): number[] => [value >> 8, value & 255];

/** Writes pixels of 16 bits into a window. */
function draw(lcd: Lcd, [left, top, right, bottom]: readonly number[], ...pixels: number[]): void {
	command(lcd, 0x2a, ...word(left as number), ...word(right as number));
	command(lcd, 0x2b, ...word(top as number), ...word(bottom as number));
	command(lcd, 0x2c, ...pixels.flatMap(word));
}

/** The places of a picture that are not black: `x,y #rrggbb`. */
function seen(lcd: Lcd): string[] {
	const { width, pixels } = lcd.picture;
	const places: string[] = [];
	for (let at = 0; at < pixels.length; at += 3) {
		const colour = Buffer.from(pixels.subarray(at, at + 3)).toString("hex");
		if (colour !== "000000") places.push(`${(at / 3) % width},${Math.floor(at / 3 / width)} #${colour}`);
	}
	return places;
}

it("is 320 by 240 in landscape, 240 by 320 else", () => {
	expect([display().picture, display(0).picture].map(({ width, height }) => [width, height])).toEqual([
		[320, 240],
		[240, 320],
	]);
});

it.each([
	["red", 0xf800, "ff0000"],
	["green", 0x07e0, "00ff00"],
	["blue", 0x001f, "0000ff"],
	["white", 0xffff, "ffffff"],
])("shows %s", (_, pixel, colour) => {
	const lcd = display();
	draw(lcd, [5, 7, 5, 7], pixel);
	expect(seen(lcd)).toEqual([`5,7 #${colour}`]);
});

it("fills a window row by row, and begins again at its end", () => {
	const lcd = display();
	draw(lcd, [318, 238, 319, 239], 0xf800, 0xf800, 0xf800, 0xf800, 0x001f);
	expect(seen(lcd)).toEqual(["318,238 #0000ff", "319,238 #ff0000", "318,239 #ff0000", "319,239 #ff0000"]);
	expect(lcd.mistakes).toEqual([]);
});

it("goes on where it was", () => {
	const lcd = display();
	draw(lcd, [0, 0, 2, 0], 0xf800);
	command(lcd, 0x3c, ...word(0x001f));
	expect(seen(lcd)).toEqual(["0,0 #ff0000", "1,0 #0000ff"]);
});

it.each([
	["asleep", 0x10],
	["off", 0x28],
	["reset", 0x01],
])("shows nothing while it is %s", (_, code) => {
	const lcd = display();
	draw(lcd, [0, 0, 0, 0], 0xffff);
	command(lcd, code);
	expect(seen(lcd)).toEqual([]);
});

describe("keeps what was wrong:", () => {
	it.each([
		[
			"bytes without a chip select",
			(lcd: Lcd) => lcd.take({ dataCommand: 0, chipSelect: 1, bytes: Uint8Array.of(1) }),
			/not selected/,
		],
		[
			"a window beyond the panel",
			(lcd: Lcd) => draw(lcd, [0, 0, 320, 0], 0),
			/a window from 0 to 320 of 320/,
		],
		["half a pixel", (lcd: Lcd) => [command(lcd, 0x2c, 1), command(lcd, 0x2c)], /half is missing/],
		["another format", (lcd: Lcd) => [command(lcd, 0x3a, 0x66), command(lcd, 0x2c)], /format 0x66/],
	])("%s", (_, play, says) => {
		const lcd = display();
		play(lcd);
		expect(lcd.mistakes.join()).toMatch(says);
	});

	it("data before any command", () => {
		const lcd = new Lcd();
		lcd.take({ dataCommand: 1, chipSelect: 0, bytes: Uint8Array.of(1) });
		expect(lcd.mistakes).toEqual(["data before any command"]);
	});
});

it("becomes a PNG", () => {
	const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7);
	const png = Buffer.from(pngOf({ width: 2, height: 2, pixels }));
	expect(png.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
	expect(png.subarray(8, 33).toString("hex")).toBe("0000000d4948445200000002000000020802000000fdd49a73");
	const length = png.readUInt32BE(33);
	expect(png.toString("latin1", 37, 41)).toBe("IDAT");
	expect([...inflateSync(png.subarray(41, 41 + length))]).toEqual([
		0,
		...pixels.subarray(0, 6),
		0,
		...pixels.subarray(6),
	]);
	expect(png.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
});
