import type { Clerk } from "../commands/commands.js";
import type { Envelope } from "../commands/envelope.js";
import type { Connection } from "../connectivity/connection.js";
import type { Outcome, Refusal } from "../events.js";
import type { Host } from "../host.js";
import type { Profile } from "../profiles/profile.js";
import { OrderStore } from "./order-store.js";

/** The status of an order that was begun, as it is stored. */
const BEGUN = 0;

/** What answers go through. */
export interface Answering {
	readonly host: Host;
	readonly connection: Pick<Connection, "publish">;
	readonly profile: Pick<Profile, "reply">;
}

/**
 * Answers orders. One with a number is stored before it is obeyed and after it: what comes again gets the stored
 * answer. If the power was cut in between, a wanted state is put into effect again, and an action is not repeated. An
 * answer that is lost is asked for again.
 */
export class AnsweringClerk implements Clerk {
	readonly #answering: Answering;
	readonly #memory: OrderStore;

	constructor(answering: Answering) {
		this.#answering = answering;
		this.#memory = new OrderStore(answering.host);
	}

	take(envelope: Envelope, isState: boolean, obey: () => Refusal | Outcome): Refusal | undefined {
		const { stream, seq } = envelope;
		const id = envelope.id as string;
		if (stream === undefined || seq === undefined)
			return this.#finish(id, this.#judge(envelope) ?? attempt(obey));
		const last = this.#memory.read(stream);
		if (last !== undefined && seq <= last.seq && !(seq === last.seq && last.status === BEGUN && isState)) {
			if (seq < last.seq) return this.#finish(id, because(409, "an older number"));
			return this.#finish(id, last.status === BEGUN ? this.#interrupted(stream, seq) : last);
		}
		let result: Refusal | Outcome | undefined = this.#judge(envelope);
		if (result === undefined) {
			this.#memory.write(stream, { seq, status: BEGUN });
			result = attempt(obey);
		}
		this.#memory.write(stream, { seq, ...outcomeOf(result) });
		return this.#finish(id, result);
	}

	#interrupted(stream: string, seq: number): Outcome {
		const outcome = because(500, "interrupted");
		this.#memory.write(stream, { seq, ...outcome });
		return outcome;
	}

	/** Why an order must not be obeyed any more. */
	#judge({ expires }: Envelope): Outcome | undefined {
		if (expires === undefined) return undefined;
		const date = this.#answering.host.date();
		if (date === undefined) return because(408, "clock not set");
		return date >= expires ? because(408, "expired") : undefined;
	}

	#finish(id: string, result: Refusal | Outcome): Refusal | undefined {
		const { host, connection, profile } = this.#answering;
		const { status, payload } = outcomeOf(result);
		host.report({ event: "response", id, status, ...(payload !== undefined && { payload }) });
		connection.publish(profile.reply(id, { status, payload }));
		return "code" in result ? result : undefined;
	}
}

const because = (status: number, reason: string): Outcome => ({ status, payload: { reason } });

function outcomeOf(result: Refusal | Outcome): Outcome {
	if (!("code" in result)) return result;
	const { code, reason } = result;
	return because(code === "unknown-command" ? 404 : 400, reason);
}

function attempt(obey: () => Refusal | Outcome): Refusal | Outcome {
	try {
		return obey();
	} catch (error) {
		return because(500, error instanceof Error ? error.message : String(error));
	}
}
