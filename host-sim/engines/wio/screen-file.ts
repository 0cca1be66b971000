import { renameSync, writeFileSync } from "node:fs";
import type { Lcd } from "./lcd.js";
import { pngOf } from "./png.js";

/** Milliseconds between two looks at the screen. */
const INTERVAL = 1000;

/** Keeps what a screen shows in a PNG file, which is whole at any time. */
export class ScreenFile {
	readonly #file: string;
	readonly #screen: Lcd;
	readonly #log: (line: string) => void;
	readonly #timer: NodeJS.Timeout;
	#last: Buffer | undefined;
	#hasFailed = false;

	/** @param log hears, once, that the file cannot be written */
	constructor(file: string, screen: Lcd, log: (line: string) => void) {
		this.#file = file;
		this.#screen = screen;
		this.#log = log;
		this.#timer = setInterval(() => this.#save(), INTERVAL).unref();
	}

	/** Writes it for the last time. */
	close(): void {
		clearInterval(this.#timer);
		this.#save();
	}

	#save(): void {
		const png = Buffer.from(pngOf(this.#screen.picture));
		if (this.#last?.equals(png)) return;
		try {
			writeFileSync(`${this.#file}.part`, png);
			renameSync(`${this.#file}.part`, this.#file);
			this.#last = png;
			this.#hasFailed = false;
		} catch (error) {
			if (!this.#hasFailed) this.#log(`--screen: cannot write ${this.#file}: ${(error as Error).message}`);
			this.#hasFailed = true;
		}
	}
}
