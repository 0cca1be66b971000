import type { KeyValue, KeyValueDomain } from "../../../firmware/ecma-419.js";
import { copyOf } from "../bytes.js";
import { Override } from "../override.js";
import type { Random } from "../random.js";
import { SimulatedFlash, type Supply } from "./flash.js";

type Values = Map<string, Uint8Array>;

/** A change of a value. */
interface Change {
	readonly values: Values;
	readonly key: string;
	/** `undefined`: it is deleted. */
	readonly value: Uint8Array | undefined;
	/** What was there before. */
	readonly before: Uint8Array | undefined;
}

/**
 * `full`: nothing can be added or become longer, but in flash memory, which is never full. `broken`: nothing can be
 * read or changed.
 */
export type Trouble = "full" | "broken";

/**
 * A device's key-value storage (ECMA-419 §28), which outlives the device's power. When the power goes in a
 * change, nothing of it may be there, or all, or a torn value in place of the old one. What came directly
 * before it, with nothing that left the device in between, is a batch with it: such storages write their
 * values late or in another order, so that any of a batch may be there or not. What is older is durable.
 */
export class SimulatedStorage implements KeyValue, Supply {
	readonly #domains = new Map<string, Map<string, Uint8Array>>();
	readonly #random: Random;
	/** The flash memory that is beside it. */
	readonly flash: SimulatedFlash;
	/** What is wrong with it at present, if anything is. */
	readonly trouble = new Override<Trouble | undefined>(undefined);
	/** Whether there is power: without, nothing changes. */
	hasPower = false;
	/** In so many changes from now the power goes; 0: it does not. */
	#countdown = 0;
	#onCut: () => void = () => {};
	/** The changes since something last left the device. */
	readonly #batch: Change[] = [];

	constructor(random: Random) {
		this.#random = random;
		this.flash = new SimulatedFlash(random, this);
	}

	/** Values that are stored. */
	get size(): number {
		let size = 0;
		for (const values of this.#domains.values()) size += values.size;
		return size;
	}

	/** The power goes in the `count`th change from now, be it of a value or of flash memory, if it does not before. */
	cutAt(count: number, onCut: () => void): void {
		this.#countdown = count;
		this.#onCut = onCut;
	}

	/** Something leaves the device: what was changed before is durable. */
	settle(): void {
		if (this.#batch.length > 0) this.#batch.length = 0;
	}

	open({ path }: { path: string }): KeyValueDomain {
		const values = this.#domains.get(path) ?? new Map<string, Uint8Array>();
		this.#domains.set(path, values);
		return {
			read: (key) => {
				this.checkWorks();
				return values.get(key)?.slice().buffer as ArrayBuffer | undefined;
			},
			write: (key, value) => this.#change(values, key, copyOf(value)),
			delete: (key) => this.#change(values, key, undefined),
			close: () => {},
			[Symbol.iterator]: () => {
				this.checkWorks();
				return [...values.keys()][Symbol.iterator]();
			},
		};
	}

	/** @throws Error while it is broken */
	checkWorks(): void {
		if (this.trouble.value === "broken") throw new Error("an error of the flash");
	}

	#change(values: Values, key: string, value: Uint8Array | undefined): void {
		if (!this.hasPower) return;
		this.checkWorks();
		const before = values.get(key);
		const isMore = value !== undefined && (before === undefined || value.length > before.length);
		if (this.trouble.value === "full" && isMore) throw new Error("no space left");
		this.#batch.push({ values, key, value, before });
		put(values, key, value);
		if (this.goesNow()) this.cut();
	}

	/** Counts a change; whether the power goes in it. */
	goesNow(): boolean {
		return this.#countdown > 0 && --this.#countdown === 0;
	}

	/** Takes the power, in the midst of the changes since something last left the device. */
	cut(): void {
		this.#tear();
		this.settle();
		this.#onCut();
	}

	/** The power goes: of the batch's changes each is there or not, and one may be there in part. */
	#tear(): void {
		const random = this.#random;
		// Many storages have only the last change under way.
		const batch = random.chance(0.5) ? this.#batch.splice(0) : this.#batch.splice(-1);
		const torn = random.below(2 * batch.length);
		for (const { values, key, before } of [...batch].reverse()) put(values, key, before);
		for (const [index, { values, key, value }] of batch.entries()) {
			if (random.chance(0.5)) continue;
			put(values, key, index === torn ? value?.subarray(0, random.below(value.length)) : value);
		}
	}
}

function put(values: Values, key: string, value: Uint8Array | undefined): void {
	if (value === undefined) values.delete(key);
	else values.set(key, value);
}
