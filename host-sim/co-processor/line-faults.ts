type Spoiling =
	| { readonly kind: "lose"; readonly at: number; readonly count: number }
	| { readonly kind: "flip"; readonly at: number }
	| { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array };

/** What goes wrong with the bytes of one direction of the line. Positions count from the next byte that comes. */
export class LineFaults {
	readonly #random: () => number;
	#spoilings: Spoiling[] = [];
	#rate = 0;
	/** Bytes that have come. */
	#passed = 0;

	/** @param random from 0 up to, not including, 1: which bit is flipped, and what the noise does */
	constructor(random: () => number) {
		this.#random = random;
	}

	/** Loses `count` bytes, once `after` more have passed. */
	lose(count = 1, after = 0): void {
		this.#spoilings.push({ kind: "lose", at: this.#passed + after, count });
	}

	/** Inverts one bit of a byte, once `after` more have passed. */
	flip(after = 0): void {
		this.#spoilings.push({ kind: "flip", at: this.#passed + after });
	}

	/** Puts bytes between those that come, once `after` more have passed. */
	insert(bytes: Uint8Array, after = 0): void {
		this.#spoilings.push({ kind: "insert", at: this.#passed + after, bytes });
	}

	/** From now on each byte is lost, inverted in a bit or followed by another with this probability in all. */
	noise(rate: number): void {
		this.#rate = rate;
	}

	/** Nothing goes wrong any more. */
	clear(): void {
		this.#spoilings = [];
		this.#rate = 0;
	}

	/** What becomes of bytes that come; the same ones when nothing is wrong. */
	apply(bytes: Uint8Array): Uint8Array {
		if (this.#spoilings.length === 0 && this.#rate === 0) {
			this.#passed += bytes.length;
			return bytes;
		}
		const spoilt: number[] = [];
		for (const byte of bytes) spoilt.push(...this.#spoil(byte));
		this.#spoilings = this.#spoilings.filter((spoiling) => endOf(spoiling) > this.#passed);
		return Uint8Array.from(spoilt);
	}

	#spoil(byte: number): number[] {
		const at = this.#passed++;
		let result = [byte];
		for (const spoiling of this.#spoilings) {
			if (at < spoiling.at || at >= endOf(spoiling)) continue;
			if (spoiling.kind === "lose") result = [];
			else if (spoiling.kind === "flip") result = result.map((value) => this.#flipped(value));
			else result = [...spoiling.bytes, ...result];
		}
		return this.#rate > 0 && this.#random() < this.#rate ? this.#noisy(byte) : result;
	}

	#noisy(byte: number): number[] {
		const kind = Math.floor(this.#random() * 3);
		if (kind === 0) return [];
		return kind === 1 ? [this.#flipped(byte)] : [byte, Math.floor(this.#random() * 0x100)];
	}

	#flipped(byte: number): number {
		return byte ^ (1 << Math.floor(this.#random() * 8));
	}
}

const endOf = (spoiling: Spoiling): number => spoiling.at + (spoiling.kind === "lose" ? spoiling.count : 1);
