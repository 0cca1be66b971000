import type { LinkCode } from "../../../firmware/events.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation } from "./invariant.js";

/** The section by which a broker closes a connection that brings no CONNECT in time: it may be a slow one. */
const NO_CONNECT = "3.1.4";

/** Why a device may close a connection, or cannot open one: the network, or an answer that did not come. */
const NETWORK: readonly (LinkCode | undefined)[] = Object.freeze([
	"name-not-resolved",
	"no-network",
	"connection-refused",
	"connection-lost",
	"closed-by-broker",
	"timeout-resolving",
	"timeout-connecting",
	"no-connack",
	"no-suback",
	"no-puback",
	"no-pubrec",
	"no-pubcomp",
	"no-pingresp",
]);

/** Neither the broker nor a device closes a connection for what came over it. */
export class Protocol implements Invariant {
	readonly name = "nobody breaks the protocol";

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "device" && event.event === "link" && event.state === "backoff") {
			const { device, code, reason = "no reason" } = event;
			if (!NETWORK.includes(code)) throw new Violation(this.name, `${device}: ${reason}`);
		}
		if (event.source !== "broker" || event.event !== "violation" || event.clause === NO_CONNECT) return;
		const who = event.client === "" ? "somebody who did not connect" : event.client;
		throw new Violation(this.name, `${who}: ${event.detail} [${event.clause}]`);
	}
}
