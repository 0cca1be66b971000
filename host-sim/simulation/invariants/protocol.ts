import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation } from "./invariant.js";

/** The broker closes no connection for what came over it. A connection that brings no CONNECT in time may be slow. */
export class Protocol implements Invariant {
	readonly name = "nobody breaks the protocol";

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source !== "broker" || event.event !== "violation" || event.client === "") return;
		throw new Violation(this.name, `${event.client}: ${event.detail} [${event.clause}]`);
	}
}
