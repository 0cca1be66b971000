import type { KeyValue, KeyValueDomain } from "../../../ecma-419.js";
import { DOMAIN } from "./check-storage.js";

const KEY = "stage";

/**
 * How often the program may end in a check: opening the port of an ESP32's log restarts the board, which may happen
 * once in any of them.
 */
const TRIES = 2;

/**
 * Remembers over a restart which check was in progress, so that a check in which the program ends again is left out of
 * the next run. A whole round forgets it: the start after that tries all of them. Without storage nothing is remembered.
 */
export class Stages {
	readonly #keyValue: KeyValue;
	/** The check that was in progress when the program ended, and how often in a row it was that one. */
	readonly #last: number | undefined;
	readonly #tries: number;
	/** Numbers of the checks that are left out. */
	readonly #ended: readonly number[];
	/** The first round alone is recorded, which spares the flash memory, and only while the storage works. */
	#isRecorded = true;

	constructor(keyValue: KeyValue) {
		this.#keyValue = keyValue;
		const stored = this.#use((domain) => domain.read(KEY));
		const [last, tries = 0, ...ended] = stored === undefined ? [] : new Uint8Array(stored);
		this.#last = last;
		this.#tries = tries;
		this.#ended = last !== undefined && tries >= TRIES ? [...ended, last] : ended;
	}

	/** Whether the program ended in this check, as often as it may. */
	isLeftOut(check: number): boolean {
		return this.#ended.includes(check);
	}

	/** A check begins. */
	begin(check: number): void {
		if (!this.#isRecorded) return;
		const tries = check === this.#last ? this.#tries + 1 : 1;
		this.#isRecorded =
			this.#use((domain) => {
				domain.write(KEY, Uint8Array.of(check, tries, ...this.#ended));
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
