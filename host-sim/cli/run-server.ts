import { brokerUrl } from "../../server/broker-address.js";
import { startServer } from "../../server/server.js";
import type { Running } from "./lifecycle.js";
import type { PacketOptions, ServerOptions } from "./options.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

/** Starts the server for the device `id`, or for all with `+`, at the broker of the settings. */
export function runServer(
	{ config: { broker, mqtt }, certificates }: Pick<Settings, "config" | "certificates">,
	id: string,
	options: ServerOptions & PacketOptions,
	output: Output,
): Running {
	let hasWorked = false;
	const server = startServer({
		brokerUrl: brokerUrl(broker),
		...certificates,
		id,
		threshold: options.threshold,
		hysteresis: options.hysteresis,
		maxPacket: options.maxPacket,
		username: mqtt.username,
		password: mqtt.password,
		timing: { keepAlive: mqtt.keepAlive },
		onEvent: (event) => {
			if (event.event === "link" && event.state === "online") hasWorked = true;
			output.event({ source: "server", ...event });
		},
	});
	return { hasWorked: () => hasWorked, stop: () => server.stop() };
}
