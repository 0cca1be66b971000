import type { KeyValue, KeyValueDomain } from "../../../ecma-419.js";
import { DOMAIN } from "./check-storage.js";

const KEY = "stage";

/**
 * Remembers over a restart which check was in progress, so that a check in which the program ends is left out of the
 * next run. A whole round forgets it: the start after that tries all of them. Without storage nothing is remembered.
 */
export class Stages {
	readonly #keyValue: KeyValue;
	/** Numbers of the checks that are left out. */
	readonly #ended: number[];
	/** The first round alone is recorded, which spares the flash memory, and only while the storage works. */
	#isRecorded = true;

	constructor(keyValue: KeyValue) {
		this.#keyValue = keyValue;
		const stored = this.#use((domain) => domain.read(KEY));
		// The one that was in progress, and those that were left out then.
		this.#ended = stored === undefined ? [] : [...new Uint8Array(stored)];
	}

	/** Whether the program ended in this check before. */
	isLeftOut(check: number): boolean {
		return this.#ended.includes(check);
	}

	/** A check begins. */
	begin(check: number): void {
		if (!this.#isRecorded) return;
		this.#isRecorded =
			this.#use((domain) => {
				domain.write(KEY, Uint8Array.of(check, ...this.#ended));
				return true;
			}) ?? false;
	}

	/** All checks were made. */
	complete(): void {
		if (this.#isRecorded) this.#use((domain) => domain.delete(KEY));
		this.#isRecorded = false;
	}

	#use<Value>(action: (domain: KeyValueDomain) => Value): Value | undefined {
		try {
			const domain = this.#keyValue.open({ path: DOMAIN, format: "buffer" });
			try {
				return action(domain);
			} finally {
				domain.close();
			}
		} catch {
			// One of the checks says what is wrong with the storage.
			return undefined;
		}
	}
}
