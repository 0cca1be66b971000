import type { Digital, DigitalConstructor, PinSpecifier } from "../ecma-419.js";

/** An LED on a digital output, off at first. */
export class Led {
	readonly #output: Digital;
	#on = false;

	/** @throws what the IO class throws, for a pin the board lacks or one in use */
	constructor({ io: IO, pin }: { io: DigitalConstructor; pin: PinSpecifier }) {
		this.#output = new IO({ pin, mode: IO.Output, initialValue: 0 });
	}

	get on(): boolean {
		return this.#on;
	}

	set on(on: boolean) {
		this.#output.write(on ? 1 : 0);
		this.#on = on;
	}

	close(): void {
		this.#output.close();
	}
}
