import { existsSync } from "node:fs";
import { join } from "node:path";
import { readFlash } from "./flash-reader.js";
import { countIn, numbersIn } from "./number-list.js";
import { numbersInStore } from "./peers/file-store.js";

/** Readings that a device may have in memory alone. */
const BATCH = 16;

/** Notes which numbers of a sender were in the memory of its process alone whenever that was killed. */
export interface Witness {
	readonly unstored: number[];
	/** The most that one kill left so. */
	readonly most: number;
	/** The process is gone. @throws Error for a store that contradicts itself */
	killed(): void;
}

/** Looks at the flash memory of a device. What is not there and not among the last readings must arrive all the same. */
export class DeviceWitness implements Witness {
	readonly unstored: number[] = [];
	readonly #list: string;
	readonly #flash: string;
	most = 0;

	constructor(folder: string, id: string) {
		this.#list = join(folder, `${id}.list`);
		this.#flash = join(folder, id, "outbox.flash");
	}

	killed(): void {
		const { readings } = readFlash(this.#flash);
		const numbers = readings
			.map(({ payload }) => Number(JSON.parse(payload).light))
			.filter((light) => light > 0);
		const stored = Math.max(0, ...numbers);
		const given = countIn(this.#list);
		if (stored > given) throw new Error(`${this.#flash} has ${stored}, but only ${given} were given`);
		const from = Math.max(stored, given - BATCH);
		for (let number = from + 1; number <= given; number++) this.unstored.push(number);
		this.most = Math.max(this.most, given - from);
	}
}

/** Looks at what a peer has stored of the messages that the broker has not acknowledged. */
export class PeerWitness implements Witness {
	readonly unstored: number[] = [];
	readonly #path: string;
	#checked = 0;
	most = 0;

	/** @param path of its lists, without their extension, and of its folder if it has one */
	constructor(path: string) {
		this.#path = path;
	}

	killed(): void {
		const store = join(this.#path, "outgoing");
		const safe = new Set(existsSync(store) ? numbersInStore(store) : []);
		for (const number of numbersIn(`${this.#path}.acked`)) safe.add(number);
		const given = countIn(`${this.#path}.list`);
		const before = this.unstored.length;
		// What an earlier kill took is noted already, and what it did not take is stored or acknowledged.
		for (let number = this.#checked + 1; number <= given; number++)
			if (!safe.has(number)) this.unstored.push(number);
		this.#checked = given;
		this.most = Math.max(this.most, this.unstored.length - before);
	}
}
