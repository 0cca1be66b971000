/** A value that can be replaced for a while; of several replacements the latest counts. */
export class Override<T> {
	readonly #usual: T;
	readonly #replacements: { readonly value: T }[] = [];
	value: T;

	constructor(usual: T) {
		this.#usual = usual;
		this.value = usual;
	}

	/** Replaces the value until the function that is returned is called. */
	replace(value: T): () => void {
		const replacement = { value };
		this.#replacements.push(replacement);
		this.value = value;
		return () => {
			const index = this.#replacements.indexOf(replacement);
			if (index < 0) return;
			this.#replacements.splice(index, 1);
			const last = this.#replacements.at(-1);
			this.value = last === undefined ? this.#usual : last.value;
		};
	}
}
