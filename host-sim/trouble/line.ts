/** Things that happen late, in the order in which they were put in. */
export class DelayLine {
	readonly #items: { readonly due: number; readonly run: () => void }[] = [];
	#timer: NodeJS.Timeout | undefined;

	/** Whether nothing is under way. */
	get isEmpty(): boolean {
		return this.#items.length === 0;
	}

	/** Runs it after `delay` milliseconds and after all before it; at once where neither makes it wait. */
	push(run: () => void, delay: number): void {
		if (delay === 0 && this.isEmpty) return run();
		const due = Math.max(performance.now() + delay, this.#items.at(-1)?.due ?? 0);
		this.#items.push({ due, run });
		this.#arm();
	}

	/** Forgets what is under way. */
	clear(): void {
		this.#items.length = 0;
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#arm(): void {
		const [first] = this.#items;
		if (first === undefined || this.#timer !== undefined) return;
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			// Node's timers may be early by a part of a millisecond.
			const now = performance.now() + 1;
			for (let item = this.#items[0]; item !== undefined && item.due <= now; item = this.#items[0]) {
				this.#items.shift();
				item.run();
			}
			this.#arm();
		}, first.due - performance.now());
	}
}
