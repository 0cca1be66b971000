import type { ReceivedMessage } from "../../server/connection.js";
import { Link } from "../../server/link.js";
import type { WatchEvent } from "./events.js";
import type { Running } from "./lifecycle.js";
import { linkOptions } from "./link-options.js";
import type { PacketOptions } from "./options.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Prints every message at the broker whose topic the filter takes, with the QoS of its publisher. */
export function runWatch(
	settings: Pick<Settings, "config" | "certificates">,
	filter: string,
	options: PacketOptions,
	output: Output,
): Running {
	let hasWorked = false;
	const link = new Link({
		...linkOptions(settings, "watch", options),
		filter,
		qos: 2,
		onChange: (change) => {
			if (change.state === "online") hasWorked = true;
			output.event({ source: "watch", event: "link", ...change });
		},
		onMessage: (message, _connection, next) => {
			output.event({ source: "watch", ...describeMessage(message) });
			next();
		},
	});
	return { hasWorked: () => hasWorked, stop: () => link.stop() };
}

/** A message as it is printed: a payload that is no UTF-8 in hexadecimal. */
export function describeMessage({ topic, payload, qos, retain, dup }: ReceivedMessage): WatchEvent {
	let text: string | undefined;
	try {
		text = UTF_8.decode(payload);
	} catch {
		// It is no text.
	}
	return {
		...{ event: "message", type: "publish", topic, qos, retain, dup, bytes: payload.length },
		...(text === undefined
			? { encoding: "hex", payload: Buffer.from(payload).toString("hex") }
			: { encoding: "utf-8", payload: text }),
	} as WatchEvent;
}
