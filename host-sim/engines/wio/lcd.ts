import type { WioEvent } from "./messages.js";

/** Commands of the ILI9341, as far as a panel shows what they do (its data sheet, 8.2 and 8.3). */
const Command = Object.freeze({
	SOFTWARE_RESET: 0x01,
	SLEEP_IN: 0x10,
	SLEEP_OUT: 0x11,
	DISPLAY_OFF: 0x28,
	DISPLAY_ON: 0x29,
	COLUMN_ADDRESS_SET: 0x2a,
	PAGE_ADDRESS_SET: 0x2b,
	MEMORY_WRITE: 0x2c,
	MEMORY_ACCESS_CONTROL: 0x36,
	PIXEL_FORMAT_SET: 0x3a,
	MEMORY_WRITE_CONTINUE: 0x3c,
});

/** The panel's own orientation: columns and pages of its memory. */
const COLUMNS = 240;
const PAGES = 320;

/** Bits of the memory access control: which way the addresses count. */
const Access = Object.freeze({ PAGES_DOWN: 0x80, COLUMNS_DOWN: 0x40, EXCHANGED: 0x20, BGR: 0x08 });

/** 16 bits a pixel, on the serial interface: 5 red, 6 green, 5 blue. */
const PIXEL_16 = 0x55;

/** What a panel shows: rows from the top, three bytes (red, green, blue) a pixel. */
export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly pixels: Uint8Array;
}

type LcdBytes = Pick<Extract<WioEvent, { kind: "lcd" }>, "dataCommand" | "chipSelect" | "bytes">;

/**
 * The display of a Wio Terminal: an ILI9341, of which the serial interface, the memory and its window are modelled. What
 * a program does with it that is not, or that the data sheet forbids, is a mistake that is kept.
 */
export class Lcd {
	/** 5-6-5 bits each, in the panel's own orientation. */
	readonly #memory = new Uint16Array(COLUMNS * PAGES);
	#command = -1;
	#parameters: number[] = [];
	#access = 0;
	#format = 0x66;
	#isAwake = false;
	#isOn = false;
	/** The window, in the addresses that the program counts in, and where the next pixel goes. */
	#window = { left: 0, right: COLUMNS - 1, top: 0, bottom: PAGES - 1 };
	#at = { column: 0, page: 0 };
	#half: number | undefined;
	/** What was wrong so far, in lines. */
	readonly mistakes: string[] = [];

	/** Takes bytes of the serial interface. */
	take({ dataCommand, chipSelect, bytes }: LcdBytes): void {
		if (chipSelect !== 0) return this.#wrong("bytes while the display is not selected");
		for (const byte of bytes) {
			if (dataCommand === 1) this.#data(byte);
			else this.#begin(byte);
		}
	}

	/** What is seen: black while it sleeps or is off. Landscape, as the board lies with its buttons at the top. */
	get picture(): Picture {
		const isExchanged = (this.#access & Access.EXCHANGED) !== 0;
		const [width, height] = isExchanged ? [PAGES, COLUMNS] : [COLUMNS, PAGES];
		const pixels = new Uint8Array(width * height * 3);
		if (!this.#isAwake || !this.#isOn) return { width, height, pixels };
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++) {
				const pixel = this.#memory[this.#place(x, y)] as number;
				const [high, middle, low] = [pixel >> 11, (pixel >> 5) & 63, pixel & 31];
				const at = (y * width + x) * 3;
				pixels[at] = (high * 255) / 31;
				pixels[at + 1] = (middle * 255) / 63;
				pixels[at + 2] = (low * 255) / 31;
			}
		}
		return { width, height, pixels };
	}

	#begin(command: number): void {
		if (this.#half !== undefined) this.#wrong("a pixel of which half is missing");
		this.#half = undefined;
		this.#command = command;
		this.#parameters = [];
		switch (command) {
			case Command.SOFTWARE_RESET:
				this.#isAwake = false;
				this.#isOn = false;
				this.#access = 0;
				this.#format = 0x66;
				return;
			case Command.SLEEP_IN:
			case Command.SLEEP_OUT:
				this.#isAwake = command === Command.SLEEP_OUT;
				return;
			case Command.DISPLAY_OFF:
			case Command.DISPLAY_ON:
				this.#isOn = command === Command.DISPLAY_ON;
				return;
			case Command.MEMORY_WRITE:
				this.#at = { column: this.#window.left, page: this.#window.top };
				if (this.#format !== PIXEL_16) this.#wrong(`pixels in format 0x${this.#format.toString(16)}`);
		}
	}

	#data(byte: number): void {
		switch (this.#command) {
			case -1:
				return this.#wrong("data before any command");
			case Command.MEMORY_WRITE:
			case Command.MEMORY_WRITE_CONTINUE:
				if (this.#half === undefined) this.#half = byte;
				else {
					this.#pixel((this.#half << 8) | byte);
					this.#half = undefined;
				}
				return;
			case Command.MEMORY_ACCESS_CONTROL:
				this.#access = byte;
				return;
			case Command.PIXEL_FORMAT_SET:
				this.#format = byte;
				return;
			case Command.COLUMN_ADDRESS_SET:
			case Command.PAGE_ADDRESS_SET:
				this.#parameters.push(byte);
				if (this.#parameters.length === 4) this.#setWindow();
		}
		// The others set voltages, timing and gamma, of which a picture shows nothing.
	}

	#setWindow(): void {
		const [a = 0, b = 0, c = 0, d = 0] = this.#parameters;
		const [first, last] = [(a << 8) | b, (c << 8) | d];
		const isColumn = this.#command === Command.COLUMN_ADDRESS_SET;
		const isExchanged = (this.#access & Access.EXCHANGED) !== 0;
		const limit = isColumn === isExchanged ? PAGES : COLUMNS;
		if (first > last || last >= limit) {
			return this.#wrong(`a window from ${first} to ${last} of ${limit}`);
		}
		const { left, right, top, bottom } = this.#window;
		this.#window = isColumn
			? { left: first, right: last, top, bottom }
			: { left, right, top: first, bottom: last };
	}

	#pixel(value: number): void {
		const { left, right, top, bottom } = this.#window;
		const { column, page } = this.#at;
		this.#memory[this.#place(column, page)] = value;
		if (column < right) this.#at = { column: column + 1, page };
		else this.#at = { column: left, page: page < bottom ? page + 1 : top };
	}

	/** Where in the memory an address of the program's is. */
	#place(column: number, page: number): number {
		const isExchanged = (this.#access & Access.EXCHANGED) !== 0;
		const [own, other] = isExchanged ? [page, column] : [column, page];
		const x = this.#access & Access.COLUMNS_DOWN ? COLUMNS - 1 - own : own;
		const y = this.#access & Access.PAGES_DOWN ? PAGES - 1 - other : other;
		return y * COLUMNS + x;
	}

	#wrong(what: string): void {
		if (this.mistakes.length < 10) this.mistakes.push(what);
	}
}
