import type { ConnectionCallbacks, ConnectionProfile, Listener } from "../endpoint.js";
import type { Refusal, RefusalCode } from "../events.js";
import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import { type Message, type Publish, SUBSCRIPTION_FAILURE } from "../mqtt/packet.js";
import { matchesFilter } from "../mqtt/topic.js";
import { excerpt } from "./excerpt.js";
import type { PumpOutput } from "./pump.js";

const UNSUBSCRIBED: Refusal = Object.freeze({
	code: "unsubscribed-topic",
	reason: "a topic never subscribed to",
});

/**
 * When messages are live, once SUBACK has come; `true` when they are. What the broker had stored has RETAIN and follows
 * SUBACK; what has RETAIN and comes later is published now, by a broker that leaves the flag on, against [MQTT-3.3.1-9].
 */
export type Live = number | true | undefined;

/** What `live` is at `now`. Asked now and then, so that a clock that wraps does not bring the time before back. */
export const liveAt = (now: number, live: Live): Live =>
	typeof live === "number" && elapsed(live, now) <= 0 ? true : live;

/**
 * Gives a message to the first listener whose filter it matches, and reports it when it is refused. Returns the
 * profile's answer, if it has one to what a listener took.
 */
export function deliver(
	host: Pick<Host, "now" | "report">,
	profile: ConnectionProfile,
	listeners: readonly Listener[],
	{ topic, payload, retain }: Publish,
	live: Live,
): readonly Message[] | undefined {
	const listener = listeners.find(({ filter }) => matchesFilter(topic, filter));
	const isStored = retain && liveAt(host.now(), live) !== true;
	const refused = listener === undefined ? UNSUBSCRIBED : listener.receive(topic, payload, isStored);
	if (refused !== undefined) refuse(host, topic, refused.code, refused.reason, excerpt(payload));
	return listener && profile.response?.({ topic, refused });
}

/**
 * Reports what an output says was refused: a subscription, a message that is too large, one that was given up. What
 * became of a message with a tag is the program's to know.
 */
export function tell(
	host: Pick<Host, "report">,
	receiveBuffer: number,
	output: PumpOutput,
	program: ConnectionCallbacks,
): void {
	switch (output.kind) {
		case "acknowledged":
			return output.tag === undefined ? undefined : program.onAcknowledged?.(output.tag);
		case "subscribed":
			return output.subscriptions.forEach(({ filter }, index) => {
				if (output.returnCodes[index] !== SUBSCRIPTION_FAILURE) return;
				refuse(host, filter, "subscription-refused", "the broker refuses the subscription");
			});
		case "oversize": {
			const reason = `${output.length} bytes, too many for the receive buffer of ${receiveBuffer}`;
			return refuse(host, output.topic, "too-large", reason);
		}
		case "undeliverable": {
			const { topic, payload } = output.message;
			if (output.tag !== undefined) {
				return program.onUndeliverable?.(output.tag, output.code === "given-up");
			}
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
