import { type Range, type Source, toReading } from "./source.js";

/**
 * What a sensor measures, by a source that can be changed while it runs: one of several by name, or a
 * value that a person sets.
 */
export class SwitchedSource implements Source {
	readonly first?: Promise<void>;
	readonly range: Range;
	readonly #sources: ReadonlyMap<string, Source>;
	/** The name of the one in use; `undefined`: by hand. */
	#name: string | undefined;
	/** The value by hand. */
	#value: number;

	/**
	 * @param sources by name; the first of them is in use
	 * @throws RangeError without a source
	 */
	constructor(range: Range, sources: ReadonlyMap<string, Source>) {
		const [name] = sources.keys();
		if (name === undefined) throw new RangeError("no source");
		this.range = range;
		this.#sources = sources;
		this.#name = name;
		this.#value = range.minimum;
		const { first } = sources.get(name) as Source;
		if (first !== undefined) this.first = first;
	}

	/** The name of the source in use; `undefined` while a person sets the value. */
	get name(): string | undefined {
		return this.#name;
	}

	/** The names of all sources. */
	get names(): readonly string[] {
		return [...this.#sources.keys()];
	}

	/** The level: a whole number in the sensor's range. */
	readonly read = (elapsed: number): number =>
		this.#name === undefined ? this.#value : (this.#sources.get(this.#name) as Source).read(elapsed);

	/** Takes the value from a person's hand; what is out of the sensor's range becomes its end. */
	set(value: number): void {
		this.#value = toReading(value, this.range);
		this.#name = undefined;
	}

	/** Leaves the value as it is at present, until a person sets another. */
	hold(elapsed: number): void {
		this.set(this.read(elapsed));
	}

	/** Goes over to another source. Returns whether there is one of that name. */
	use(name: string): boolean {
		if (!this.#sources.has(name)) return false;
		this.#name = name;
		return true;
	}

	stop(): void {
		for (const source of this.#sources.values()) source.stop();
	}
}
