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

/** The calls that one client has not answered. */
export class Calls {
	readonly #clock: HubClock;
	readonly #pending = new Map<string, Pending>();
	/** Calls for a client that is not there. */
	readonly #waiting = new Set<() => boolean>();

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
	 */
	wait(timeout: number, attempt: () => boolean, onTimeout: () => void): void {
		const cancel = this.#clock.post(() => {
			this.#waiting.delete(once);
			onTimeout();
		}, timeout);
		const once = () => {
			if (!attempt()) return false;
			cancel();
			this.#waiting.delete(once);
			return true;
		};
		this.#waiting.add(once);
	}

	/** The client may be there now. */
	retry(): void {
		for (const attempt of [...this.#waiting]) attempt();
	}
}
