import type { Config } from "../../firmware/config.js";
import { startServer } from "../../server/server.js";
import type { Running } from "./lifecycle.js";
import type { ServerOptions } from "./options.js";
import type { Output } from "./output.js";

/** Starts the server for the device `id`, or for all with `+`, at the broker of `config`. */
export function runServer(config: Config, id: string, options: ServerOptions, output: Output): Running {
	const { broker, mqtt } = config;
	let hasWorked = false;
	const host = broker.host.includes(":") ? `[${broker.host}]` : broker.host;
	const server = startServer({
		brokerUrl: `mqtt://${host}:${broker.port}`,
		id,
		threshold: options.threshold,
		username: mqtt.username,
		password: mqtt.password,
		onEvent: (event) => {
			if (event.event === "link" && event.state === "online") hasWorked = true;
			output.event({ source: "server", ...event });
		},
	});
	return { hasWorked: () => hasWorked, stop: () => server.stop() };
}
