import type { BrokerException } from "../../../host-sim/simulation/world-broker.js";

/** Something that Aedes does, and for which one thing cannot be expected of one device any more. */
export interface Exception {
	readonly ends: BrokerException["ends"];
	/** Why, and how it is seen. */
	readonly reason: string;
}

/** All that is excused in worlds on Aedes. Each is told as it happens, and counted. */
export const EXCEPTIONS = Object.freeze({
	"above the granted QoS": {
		ends: "count",
		reason:
			"What waited for a client comes with the QoS of its publisher, not with the lower one granted [MQTT-3.8.4-6]. With QoS 2 a device is right to tell of it once, however often it comes. Seen in what leaves: a PUBLISH with QoS 2 on a topic that was granted less.",
	},
	"id in use": {
		ends: "delivery",
		reason:
			"With QoS 2, a storage that fails and then a power cut, a device begins with packet ids that Aedes still has. Aedes takes the new message for the old one (4.3.3, method B, as the standard wants). The model's worlds have the same exception; only that Aedes hands a message on at its PUBLISH, so that the invariant cannot see by itself that the id is still in use. Seen in what comes: a PUBLISH with QoS 2, without DUP, whose id Aedes has.",
	},
} satisfies Record<string, Exception>);

export type ExceptionName = keyof typeof EXCEPTIONS;

/** Device ids are followed by this in client ids. */
const SUFFIX = "nightlight_client";

/** What is told of an exception; `undefined` when the client is no device. */
export function exceptionOf(name: ExceptionName, client: string): BrokerException | undefined {
	if (!client.endsWith(SUFFIX)) return undefined;
	const device = client.slice(0, -SUFFIX.length);
	return { event: "exception", device, name, ends: EXCEPTIONS[name].ends };
}
