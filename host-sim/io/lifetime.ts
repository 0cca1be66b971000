import { anything, optional } from "./options.js";

/** Instances in use: they must not be collected before `close`, even when nobody refers to them (§8). */
const living = new Set<object>();

/**
 * The life of an instance, from the end of its constructor to `close` (§8, "Base Class Pattern").
 * A part of the instance, not its base class, so that nothing of it shows (§6, "Self-hosting").
 */
export class Lifetime<Instance extends object> {
	readonly #instance: Instance;
	#ended = false;

	/** Begins; to be created when nothing in the instance's constructor can fail any more. */
	constructor(instance: Instance) {
		this.#instance = instance;
		living.add(instance);
	}

	/** Whether `close` has been called. */
	get ended(): boolean {
		return this.#ended;
	}

	/** To be called first in each method but `close`. @throws Error after `close` */
	check(): void {
		if (this.#ended) throw new Error("closed");
	}

	/** Ends it: no queued callback will be invoked any more. `false` when it had already ended. */
	end(): boolean {
		if (this.#ended) return false;
		this.#ended = true;
		living.delete(this.#instance);
		return true;
	}

	/** Invokes a callback on the instance, later, when no script is running (§8, "Callbacks"). */
	queue<Parameters extends unknown[]>(
		callback: ((this: Instance, ...parameters: Parameters) => void) | null,
		...parameters: Parameters
	): void {
		if (callback === null) return;
		setImmediate(() => {
			if (!this.#ended) callback.apply(this.#instance, parameters);
		});
	}
}

/** Gives the instance the `target` property of its options, if there is one (§8, "`target` property"). */
export const defineTarget = (instance: object, options: object): void => {
	const value = optional(options, "target", anything, undefined);
	if (value === undefined) return;
	Object.defineProperty(instance, "target", {
		value,
		writable: true,
		enumerable: true,
		configurable: true,
	});
};
