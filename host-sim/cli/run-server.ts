import { brokerUrl } from "../../server/broker-address.js";
import { type Server, type ServerOptions as StartOptions, startServer } from "../../server/server.js";
import { Topics } from "../../server/topics.js";
import { usage } from "./failure.js";
import type { Running } from "./lifecycle.js";
import type { PacketOptions, ServerOptions } from "./options.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

/**
 * @param id of the device, or of several; `+`: all devices
 * @throws Failure for topics that a server cannot work with
 */
export function checkTopics(
	{ config: { topics }, placeOf }: Pick<Settings, "config" | "placeOf">,
	id: string | readonly string[],
): void {
	try {
		new Topics(id === "+" ? undefined : id, topics);
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		const { message } = error;
		const [key = "topics"] = /^topics\.\w+/.exec(message) ?? [];
		throw usage(message.startsWith(key) ? `${placeOf(key)}${message.slice(key.length)}` : message);
	}
}

/** What of the server the page looks at, and what does there as a person wants. */
interface Shown {
	readonly onPacket: StartOptions["onPacket"];
	serve(server: Server): void;
}

/** Starts the server for the device `id`, for several, or for all with `+`, at the broker of the settings. */
export function runServer(
	{ config: { broker, mqtt, topics }, certificates }: Pick<Settings, "config" | "certificates">,
	id: string | readonly string[],
	options: ServerOptions & PacketOptions,
	output: Output,
	shown?: Shown,
): Running {
	let hasWorked = false;
	const server = startServer({
		brokerUrl: brokerUrl(broker),
		...certificates,
		id,
		threshold: options.threshold,
		hysteresis: options.hysteresis,
		maxPacket: options.maxPacket,
		topics,
		username: mqtt.username,
		password: mqtt.password,
		timing: { keepAlive: mqtt.keepAlive },
		onPacket: shown?.onPacket,
		onEvent: (event) => {
			if (event.event === "link" && event.state === "online") hasWorked = true;
			output.event({ source: "server", ...event });
		},
	});
	shown?.serve(server);
	return { hasWorked: () => hasWorked, stop: () => server.stop() };
}
