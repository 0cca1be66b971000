import type { FaultName } from "../web/protocol.js";

/** A fault that can be switched on and off. */
export class Switch {
	readonly name: FaultName;
	#since: number | undefined;
	readonly #listeners = new Set<(name: FaultName, isOn: boolean) => void>();

	constructor(name: FaultName) {
		this.name = name;
	}

	/** Since when it is on, in milliseconds since 1970; `undefined` while it is off. */
	get since(): number | undefined {
		return this.#since;
	}

	/** Switches it; nothing happens when it is so already. */
	set(isOn: boolean): void {
		if (isOn === (this.#since !== undefined)) return;
		this.#since = isOn ? Date.now() : undefined;
		for (const listener of [...this.#listeners]) listener(this.name, isOn);
	}

	/** Calls back for each change, at once; what is returned ends that. */
	listen(listener: (name: FaultName, isOn: boolean) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}
}
