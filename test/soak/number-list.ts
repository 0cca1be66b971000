import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from "node:fs";

/** Characters of a number, with the end of its line. */
const WIDTH = 8;

/** Numbers in a file, up to 9,999,999. What was added is there whatever becomes of the process. */
export class NumberList {
	readonly #file: number;

	constructor(path: string) {
		this.#file = openSync(path, "a");
	}

	add(number: number): void {
		writeSync(this.#file, `${String(number).padStart(WIDTH - 1, "0")}\n`);
	}

	close(): void {
		closeSync(this.#file);
	}
}

/** How many numbers a list has; 0 for one that is not there yet. */
export const countIn = (path: string): number =>
	Math.floor((statSync(path, { throwIfNoEntry: false })?.size ?? 0) / WIDTH);

/** All numbers of a list. */
export function numbersIn(path: string): number[] {
	if (!existsSync(path)) return [];
	return readFileSync(path, "latin1")
		.split("\n")
		.filter((line) => line.length === WIDTH - 1)
		.map(Number);
}
