import type { ConnectionProfile, Listener } from "../endpoint.js";
import type { Refusal, RefusalCode } from "../events.js";
import type { Host } from "../host.js";
import { type Message, type Publish, SUBSCRIPTION_FAILURE } from "../mqtt/packet.js";
import { matchesFilter } from "../mqtt/topic.js";
import { excerpt } from "./excerpt.js";
import type { PumpOutput } from "./pump.js";

const UNSUBSCRIBED: Refusal = Object.freeze({
	code: "unsubscribed-topic",
	reason: "a topic never subscribed to",
});

/**
 * Gives a message to the first listener whose filter it matches, and reports it when it is refused. Returns the
 * profile's answer, if it has one to what a listener took.
 */
export function deliver(
	host: Pick<Host, "report">,
	profile: ConnectionProfile,
	listeners: readonly Listener[],
	{ topic, payload, retain }: Publish,
): readonly Message[] | undefined {
	const listener = listeners.find(({ filter }) => matchesFilter(topic, filter));
	const refused = listener === undefined ? UNSUBSCRIBED : listener.receive(topic, payload, retain);
	if (refused !== undefined) refuse(host, topic, refused.code, refused.reason, excerpt(payload));
	return listener && profile.response?.({ topic, refused });
}

/** Reports what an output says was refused: a subscription, a message that is too large, one that was given up. */
export function tell(host: Pick<Host, "report">, receiveBuffer: number, output: PumpOutput): void {
	switch (output.kind) {
		case "subscribed":
			return output.subscriptions.forEach(({ filter }, index) => {
				if (output.returnCodes[index] !== SUBSCRIPTION_FAILURE) return;
				refuse(host, filter, "subscription-refused", "the broker refuses the subscription");
			});
		case "oversize": {
			const reason = `${output.length} bytes, more than the receive buffer of ${receiveBuffer} holds`;
			return refuse(host, output.topic, "too-large", reason);
		}
		case "undeliverable": {
			const { topic, payload } = output.message;
			refuse(host, topic, output.code, output.reason, excerpt(payload));
		}
	}
}

function refuse(
	host: Pick<Host, "report">,
	topic: string,
	code: RefusalCode,
	reason: string,
	payload = "",
): void {
	host.report({ event: "refused", topic, code, reason, payload });
}
