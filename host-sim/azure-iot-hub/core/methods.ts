import type { HubClock } from "./clock.js";
import type { JsonValue } from "./json.js";
import { type ServiceError, serviceError } from "./service-error.js";

/** A direct method to call. */
export interface MethodCall {
	readonly method: string;
	/** JSON; without, the body is empty. */
	readonly payload?: JsonValue;
	/** Milliseconds in which the device must answer; the limits say which without it. */
	readonly responseTimeout?: number;
	/** Milliseconds to wait for a device that is not connected; 0 without it. */
	readonly connectTimeout?: number;
}

/** What became of a call. */
export type MethodOutcome =
	| { readonly ok: true; readonly status: number; readonly payload: JsonValue }
	| { readonly ok: false; readonly error: ServiceError };

interface Pending {
	readonly method: string;
	readonly done: (outcome: MethodOutcome) => void;
	readonly cancel: () => void;
}

/** A call for a client that is not there. */
interface Waiting {
	/** Makes the call; returns false while the client is not there. */
	readonly attempt: () => boolean;
	readonly done: (outcome: MethodOutcome) => void;
	readonly cancel: () => void;
}

/** The calls that one client has not answered. */
export class Calls {
	readonly #clock: HubClock;
	readonly #pending = new Map<string, Pending>();
	readonly #waiting = new Set<Waiting>();

	constructor(clock: HubClock) {
		this.#clock = clock;
	}

	/** Begins to wait for an answer. @param onTimeout hears when none came in time, before `done` does */
	begin(
		rid: string,
		method: string,
		timeout: number,
		done: (outcome: MethodOutcome) => void,
		onTimeout: () => void,
	): void {
		const cancel = this.#clock.post(() => {
			this.#pending.delete(rid);
			onTimeout();
			done({
				ok: false,
				error: serviceError("GatewayTimeout", `no answer to ${method} within ${timeout} ms`),
			});
		}, timeout);
		this.#pending.set(rid, { method, done, cancel });
	}

	/** An answer came. Returns the method, or undefined if nobody waits for it. */
	answer(rid: string, outcome: MethodOutcome): string | undefined {
		const pending = this.#pending.get(rid);
		if (pending === undefined) return undefined;
		this.#pending.delete(rid);
		pending.cancel();
		pending.done(outcome);
		return pending.method;
	}

	/** The method that an answer is for, if one is waited for. */
	methodOf(rid: string): string | undefined {
		return this.#pending.get(rid)?.method;
	}

	/**
	 * Waits for the client to be there.
	 * @param attempt makes the call; returns false while the client is not there
	 * @param done hears `late` when the client did not come in time
	 */
	wait(
		timeout: number,
		attempt: () => boolean,
		done: (outcome: MethodOutcome) => void,
		late: MethodOutcome,
	): void {
		const cancel = this.#clock.post(() => {
			this.#waiting.delete(waiting);
			done(late);
		}, timeout);
		const waiting: Waiting = { attempt, done, cancel };
		this.#waiting.add(waiting);
	}

	/** The client may be there now. */
	retry(): void {
		for (const waiting of [...this.#waiting]) {
			// An earlier call may have ended all.
			if (!this.#waiting.has(waiting) || !waiting.attempt()) continue;
			waiting.cancel();
			this.#waiting.delete(waiting);
		}
	}

	/** Ends all calls with an error: nobody will answer them. */
	end(error: ServiceError): void {
		const all = [...this.#pending.values(), ...this.#waiting];
		this.#pending.clear();
		this.#waiting.clear();
		for (const { cancel } of all) cancel();
		for (const { done } of all) done({ ok: false, error });
	}
}
