/** Has something to send. */
export interface Sender {
	flush(): void;
}

/**
 * One input at a time: what comes while another is worked on waits for its end, and what is to be sent
 * leaves between two of them. So nothing is ever re-entered, whatever a link does in `send`.
 */
export class Turns {
	#isBusy = false;
	readonly #later: (() => void)[] = [];
	#senders: Sender[] = [];

	/** Begins a turn. Returns whether there was none; if there was, hand the input to `later`. */
	begin(): boolean {
		if (this.#isBusy) return false;
		this.#isBusy = true;
		return true;
	}

	/** Keeps an input for a turn of its own. */
	later(input: () => void): void {
		this.#later.push(input);
	}

	/** Takes the input now, or after the one that is worked on. */
	take(input: () => void): void {
		if (!this.begin()) return this.later(input);
		input();
		this.end();
	}

	/** Has `flush` called when the packet that is worked on is done. */
	add(sender: Sender): void {
		this.#senders.push(sender);
	}

	/** Lets leave what the packet brought about, in the order in which it came about. */
	flush(): void {
		const senders = this.#senders;
		for (let index = 0; index < senders.length; index++) senders[index]?.flush();
		senders.length = 0;
	}

	/** Ends a turn, and works on what came meanwhile. */
	end(): void {
		this.flush();
		for (let input = this.#later.shift(); input !== undefined; input = this.#later.shift()) {
			input();
			this.flush();
		}
		this.#isBusy = false;
	}
}
