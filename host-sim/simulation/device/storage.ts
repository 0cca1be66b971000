import type { KeyValue, KeyValueDomain } from "../../../firmware/ecma-419.js";
import { copyOf } from "../bytes.js";
import { Override } from "../override.js";
import type { Random } from "../random.js";

/** A change under way. */
interface Change {
	readonly values: Map<string, Uint8Array>;
	readonly key: string;
	/** `undefined`: it is deleted. */
	readonly value: Uint8Array | undefined;
}

/**
 * A device's key-value storage (ECMA-419 §28), which outlives the device's power. A change that has
 * returned is durable. Of one that is under way when the power goes nothing may be there, or all, or a
 * torn value in place of the old one.
 */
export class SimulatedStorage implements KeyValue {
	readonly #domains = new Map<string, Map<string, Uint8Array>>();
	readonly #random: Random;
	/** What writing fails with at present, if it does. */
	readonly failure = new Override<string | undefined>(undefined);
	/** Whether there is power: without, nothing changes. */
	hasPower = false;
	/** In so many changes from now the power goes; 0: it does not. */
	#countdown = 0;
	#onCut: () => void = () => {};

	constructor(random: Random) {
		this.#random = random;
	}

	/** Values that are stored. */
	get size(): number {
		let size = 0;
		for (const values of this.#domains.values()) size += values.size;
		return size;
	}

	/** The power goes in the `count`th change from now, if it does not before. */
	cutAt(count: number, onCut: () => void): void {
		this.#countdown = count;
		this.#onCut = onCut;
	}

	open({ path }: { path: string }): KeyValueDomain {
		const values = this.#domains.get(path) ?? new Map<string, Uint8Array>();
		this.#domains.set(path, values);
		return {
			read: (key) => values.get(key)?.slice().buffer as ArrayBuffer | undefined,
			write: (key, value) => this.#change({ values, key, value: copyOf(value) }),
			delete: (key) => this.#change({ values, key, value: undefined }),
			close: () => {},
			[Symbol.iterator]: () => [...values.keys()][Symbol.iterator](),
		};
	}

	#change(change: Change): void {
		if (!this.hasPower) return;
		const { value: failure } = this.failure;
		if (failure !== undefined) throw new Error(failure);
		if (this.#countdown !== 1) {
			if (this.#countdown > 1) this.#countdown--;
			return put(change);
		}
		this.#countdown = 0;
		this.#putInPart(change);
		this.#onCut();
	}

	#putInPart(change: Change): void {
		const { value } = change;
		const fate = this.#random.below(value === undefined ? 2 : 3);
		if (fate === 1) put(change);
		if (fate === 2 && value !== undefined) {
			put({ ...change, value: value.subarray(0, this.#random.below(value.length)) });
		}
	}
}

function put({ values, key, value }: Change): void {
	if (value === undefined) values.delete(key);
	else values.set(key, value);
}
