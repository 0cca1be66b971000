import type { Message } from "../../../server/action.js";
import type { ServerEvent } from "../../../server/events.js";
import { textOf } from "../text.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation } from "./invariant.js";
import { Numbers } from "./numbers.js";
import { readSaid } from "./said-reading.js";

/** A reading that is late, or that came before, says nothing of how the device is now. */
export class NewestOnly implements Invariant {
	readonly name = "only the newest reading is answered with a command";
	readonly #numbers = new Numbers();
	/** What the server read last, and whether a command may follow. */
	#payload = "";
	#isNewest = true;

	onServerRead({ topic, payload }: Message): void {
		this.#payload = textOf(payload);
		const said = readSaid(this.#payload);
		this.#isNewest = said === undefined || this.#numbers.take(topic, said).isNewest;
	}

	onServerTold(told: ServerEvent): void {
		if (told.event !== "sent" || this.#isNewest) return;
		throw new Violation(this.name, `${told.device} was sent a command for ${this.#payload}`);
	}

	onStored(): void {
		this.#numbers.stored();
	}

	onEvent(_time: number, event: WorldEvent): void {
		const isCrash = event.source === "fault" && event.fault === "serverCrash" && event.phase === "begin";
		if (isCrash) this.#numbers.crashed();
	}
}
