import type { Sample } from "./protocol.js";

/** Samples that a series has room for at first. */
const FIRST_ROOM = 64;

/** The LED of a sample as a number. */
const [OFF, ON, UNKNOWN] = [0, 1, 2];

/** Samples in the order of time, in 17 bytes each: five hundred devices have three million of them. */
export class Series {
	#times = new Float64Array(FIRST_ROOM);
	#lights = new Float64Array(FIRST_ROOM);
	#leds = new Uint8Array(FIRST_ROOM);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	/** The sample at an index, `undefined` where there is none; negative indices count from the end. */
	at(index: number): Sample | undefined {
		const place = index < 0 ? this.#length + index : index;
		if (place < 0 || place >= this.#length) return undefined;
		const led = this.#leds[place];
		return {
			...{ t: this.#times[place] as number, light: this.#lights[place] as number },
			...(led !== UNKNOWN && { led: led === ON }),
		};
	}

	push({ t, light, led }: Sample): void {
		if (this.#length === this.#times.length) this.#resize(Math.ceil(this.#length * 1.5));
		this.#times[this.#length] = t;
		this.#lights[this.#length] = light;
		this.#leds[this.#length] = led === undefined ? UNKNOWN : led ? ON : OFF;
		this.#length++;
	}

	/** How many samples are older than a time. */
	before(time: number): number {
		let count = 0;
		while (count < this.#length && (this.#times[count] as number) < time) count++;
		return count;
	}

	/** Drops the oldest samples. */
	drop(count: number): void {
		for (const column of [this.#times, this.#lights, this.#leds]) column.copyWithin(0, count, this.#length);
		this.#length -= count;
	}

	/** Drops the newest samples, as far as they are later than a time. */
	dropAfter(time: number): void {
		while (this.#length > 0 && (this.#times[this.#length - 1] as number) > time) this.#length--;
	}

	*[Symbol.iterator](): Generator<Sample> {
		for (let index = 0; index < this.#length; index++) yield this.at(index) as Sample;
	}

	#resize(room: number): void {
		const [times, lights, leds] = [this.#times, this.#lights, this.#leds];
		this.#times = new Float64Array(room);
		this.#lights = new Float64Array(room);
		this.#leds = new Uint8Array(room);
		this.#times.set(times);
		this.#lights.set(lights);
		this.#leds.set(leds);
	}
}
