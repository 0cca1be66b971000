import { deviceOf } from "../../../host-sim/simulation/invariants/invariant.js";
import type { BrokerException } from "../../../host-sim/simulation/trace.js";

/**
 * All that is excused in worlds on Aedes, and why. Each is told as it happens, of one device and one
 * message, and counted.
 */
export const EXCEPTIONS = Object.freeze({
	/** Seen in what leaves: a PUBLISH with QoS 2 on a topic that was granted less. */
	"above the granted QoS":
		"What waited for a client comes with the QoS of its publisher, not with the lower one granted [MQTT-3.8.4-6]. With QoS 2 a device rightly tells of it once, however often it comes.",
	/** Seen in what comes: a PUBLISH with QoS 2, and another message under its id that was not released. */
	"id in use":
		"With QoS 2, a storage that fails and then a power cut, a device begins with packet ids that the broker still has, and the new message is taken for the old one. The standard wants it so, and the model has the same exception; but Aedes hands a message on at its PUBLISH, so that the invariant has no open message by which to see that the id is in use.",
});

export type ExceptionName = keyof typeof EXCEPTIONS;

/** Told when a PUBLISH leaves that is above the granted QoS; `undefined` when the client is no device. */
export function aboveGranted(client: string): BrokerException | undefined {
	const device = deviceOf(client);
	const name: ExceptionName = "above the granted QoS";
	return device === undefined ? undefined : { event: "exception", device, name, excuses: "input" };
}

/** Told when a message is taken for another one; `undefined` when the client is no device. */
export function idInUse(client: string, payload: string): BrokerException | undefined {
	const device = deviceOf(client);
	const name: ExceptionName = "id in use";
	return device === undefined ? undefined : { event: "exception", device, name, excuses: "promise", payload };
}
