/** A message with QoS 2 that the program has, and that the broker has not released. */
interface Received {
	/** Names its record. */
	readonly order: number;
	readonly id: number;
}

/** The packet ids of messages that came with QoS 2, between PUBREC and PUBREL (4.3.3). */
export class ReceivedIds {
	#entries: Received[] = [];

	get size(): number {
		return this.#entries.length;
	}

	has(id: number): boolean {
		return this.#indexOf(id) >= 0;
	}

	add(order: number, id: number): void {
		this.#entries.push({ order, id });
	}

	/** Takes an id out; returns its order, or `undefined` when it is not there. */
	remove(id: number): number | undefined {
		const index = this.#indexOf(id);
		if (index < 0) return undefined;
		const { order } = this.#entries[index] as Received;
		this.#entries.splice(index, 1);
		return order;
	}

	/** Empties it and returns what was in it. */
	clear(): readonly Received[] {
		const entries = this.#entries;
		this.#entries = [];
		return entries;
	}

	#indexOf(id: number): number {
		let index = this.#entries.length - 1;
		while (index >= 0 && (this.#entries[index] as Received).id !== id) index--;
		return index;
	}
}
