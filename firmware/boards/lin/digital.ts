import type { DigitalOptions, Digital as DigitalOutput, PinSpecifier } from "../../ecma-419.js";

/** A digital output that shows in the log what it is told. */
export default class Digital implements DigitalOutput {
	static readonly Output = 8;
	readonly #pin: PinSpecifier;

	constructor({ pin, initialValue }: DigitalOptions) {
		this.#pin = pin;
		if (initialValue !== undefined) this.write(initialValue);
	}

	write(value: 0 | 1): void {
		trace(`Pin ${this.#pin} ${value === 1 ? "high" : "low"}\n`);
	}

	close(): void {}
}
