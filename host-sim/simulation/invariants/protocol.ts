import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation } from "./invariant.js";

/** The section by which a broker closes a connection that brings no CONNECT in time: it may be a slow one. */
const NO_CONNECT = "3.1.4";

/** The broker closes no connection for what came over it. */
export class Protocol implements Invariant {
	readonly name = "nobody breaks the protocol";

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source !== "broker" || event.event !== "violation" || event.clause === NO_CONNECT) return;
		const who = event.client === "" ? "somebody who did not connect" : event.client;
		throw new Violation(this.name, `${who}: ${event.detail} [${event.clause}]`);
	}
}
