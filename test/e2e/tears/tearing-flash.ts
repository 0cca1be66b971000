import { join } from "node:path";
import type { ByteBuffer, Flash, FlashStorage } from "../../../firmware/ecma-419.js";
import { createFlash } from "../../../host-sim/io/flash.js";
import { tearErase, tearProgram } from "../../../host-sim/simulation/device/tear.js";
import type { Random } from "../../../host-sim/simulation/random.js";

/** Blocks of a partition: few, so that a few records go round it. */
const BLOCKS = 3;
const BLOCK = 4096;

/** A change of flash memory. */
export type Operation = "program" | "erase";

/** What takes the power, and when. */
export interface Cut {
	/** In which change of this life, from 1 on; 0: in none. */
	readonly at: number;
	readonly random: Random;
	/** Called before the change is made; the files are as the changes before left them. */
	readonly before: () => void;
	/** The power goes: part of the change is there. */
	readonly power: (operation: Operation) => void;
}

/** The flash memory of a device for one life: files in a folder, and a change within which the power goes. */
export class TearingFlash implements FlashStorage {
	readonly #storage: FlashStorage;
	readonly #cut: Cut;
	#isOn = true;
	/** The changes of this life, the torn one included. */
	readonly operations: Operation[] = [];

	constructor(folder: string, cut: Cut) {
		this.#storage = createFlash({ folder, blocks: BLOCKS });
		this.#cut = cut;
	}

	/** The file of a partition. */
	static fileOf(folder: string, partition: string): string {
		return join(folder, `${partition}.flash`);
	}

	open(options: { path: string }): Flash {
		const flash = this.#storage.open(options);
		return {
			read: (length, offset) => {
				this.#check();
				return flash.read(length, offset);
			},
			write: (data, offset) => {
				if (this.#goesIn("program")) this.#tearProgram(flash, data, offset);
				flash.write(data, offset);
			},
			eraseBlock: (start, end = start + 1) => {
				if (this.#goesIn("erase")) this.#tearErase(flash, start, end);
				flash.eraseBlock(start, end);
			},
			status: () => flash.status(),
			close: () => flash.close(),
		};
	}

	#goesIn(operation: Operation): boolean {
		this.#check();
		return this.operations.push(operation) === this.#cut.at;
	}

	#tearProgram(flash: Flash, data: ByteBuffer, offset: number): never {
		const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
		this.#cut.before();
		const torn = new Uint8Array(flash.read(flash.status().size, 0));
		tearProgram(torn, bytes, offset, this.#cut.random);
		flash.write(torn.subarray(offset, offset + bytes.length), offset);
		return this.#powerGoes("program");
	}

	#tearErase(flash: Flash, start: number, end: number): never {
		this.#cut.before();
		const torn = new Uint8Array(flash.read(flash.status().size, 0));
		tearErase(torn, start, end, BLOCK, this.#cut.random);
		flash.eraseBlock(start, end);
		flash.write(torn.subarray(start * BLOCK, end * BLOCK), start * BLOCK);
		return this.#powerGoes("erase");
	}

	#powerGoes(operation: Operation): never {
		this.#isOn = false;
		this.#cut.power(operation);
		throw new Error("no power");
	}

	#check(): void {
		if (!this.#isOn) throw new Error("no power");
	}
}
