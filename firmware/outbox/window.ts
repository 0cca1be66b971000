/** What was sent on this connection and waits for its answer, in order. */
export class Window {
	readonly #numbers: number[] = [];
	readonly #lengths: number[] = [];
	/** Those that were answered before an earlier one. */
	readonly #answered: number[] = [];

	get size(): number {
		return this.#numbers.length;
	}

	/** The oldest number; `undefined` when none waits. */
	get oldest(): number | undefined {
		return this.#numbers[0];
	}

	/** @param length of the payload */
	add(seq: number, length: number): void {
		this.#numbers.push(seq);
		this.#lengths.push(length);
	}

	/** One was answered. Returns the number through which all are, `undefined` while an earlier one waits. */
	answer(seq: number): number | undefined {
		if (!this.#numbers.includes(seq)) return undefined;
		const answered = this.#answered;
		answered.push(seq);
		let through = undefined as number | undefined;
		for (let index = 0; index < this.#numbers.length; index++) {
			const number = this.#numbers[index] as number;
			const at = answered.indexOf(number);
			if (at < 0) break;
			answered.splice(at, 1);
			through = number;
		}
		return through;
	}

	/** Takes out the oldest; the length of its payload. */
	shift(): number {
		this.#numbers.shift();
		return this.#lengths.shift() as number;
	}

	clear(): void {
		this.#numbers.length = this.#lengths.length = this.#answered.length = 0;
	}
}
