import type { Flash, FlashStatus, FlashStorage } from "../../../firmware/ecma-419.js";
import { bytesOf } from "../../io/byte-buffer.js";
import type { Random } from "../random.js";
import type { Power } from "./power.js";
import { program, tearErase, tearProgram } from "./tear.js";

const BLOCKS = 16;
const BLOCK_LENGTH = 4096;
const STATUS: FlashStatus = Object.freeze({
	...{ size: BLOCKS * BLOCK_LENGTH, blocks: BLOCKS, blockLength: BLOCK_LENGTH },
});

/** What a device's flash shares with its other storage. */
export interface Supply {
	/** @throws Error while the storage is broken */
	checkWorks(): void;
	/** Counts a change that is about to be made; whether the power goes in it. */
	goesNow(): boolean;
	/** Takes the power. */
	cut(): void;
}

/**
 * A device's flash memory (ECMA-419 §28), which outlives the device's power: every name is a partition's, erased
 * at first. What is changed is durable. When the power goes in a change, part of that is there (`tear.ts`).
 */
export class SimulatedFlash {
	readonly #partitions = new Map<string, Uint8Array>();
	readonly #random: Random;
	readonly #supply: Supply;

	constructor(random: Random, supply: Supply) {
		this.#random = random;
		this.#supply = supply;
	}

	/** The flash memory as a firmware has it, until its power goes: then each call throws. */
	during(power: Power): FlashStorage {
		return {
			open: ({ path, mode }) => {
				const bytes = this.#partitions.get(path) ?? new Uint8Array(STATUS.size).fill(0xff);
				this.#partitions.set(path, bytes);
				return this.#partition(bytes, power, mode !== "r");
			},
		};
	}

	#partition(bytes: Uint8Array, power: Power, isWritable: boolean): Flash {
		let isOpen = true;
		const check = () => {
			if (!power.isOn) throw new Error("no power");
			if (!isOpen) throw new Error("closed");
		};
		const change = (begin: () => void, finish: () => void, tear: () => void) => {
			check();
			if (!isWritable) throw new Error("the partition is open for reading only");
			begin();
			this.#supply.checkWorks();
			if (!this.#supply.goesNow()) return finish();
			tear();
			this.#supply.cut();
			// Nothing that the firmware does from here on has an effect.
			check();
		};
		return {
			read: (length, offset) => {
				check();
				checkRange(offset, offset + length, STATUS.size);
				this.#supply.checkWorks();
				return bytes.slice(offset, offset + length).buffer as ArrayBuffer;
			},
			write: (data, offset) => {
				const wanted = bytesOf(data);
				change(
					() => checkRange(offset, offset + wanted.length, STATUS.size),
					() => program(bytes, wanted, offset),
					() => tearProgram(bytes, wanted, offset, this.#random),
				);
			},
			eraseBlock: (start, end = start + 1) =>
				change(
					() => checkRange(start, end, BLOCKS),
					() => void bytes.fill(0xff, start * BLOCK_LENGTH, end * BLOCK_LENGTH),
					() => tearErase(bytes, start, end, BLOCK_LENGTH, this.#random),
				),
			status: () => {
				check();
				return STATUS;
			},
			close: () => {
				isOpen = false;
			},
		};
	}
}

function checkRange(start: number, end: number, limit: number): void {
	const isThere =
		Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= limit;
	if (!isThere) throw new RangeError(`${start} to ${end} is not within 0 to ${limit}`);
}
