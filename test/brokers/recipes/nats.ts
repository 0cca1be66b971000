import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { natsPath, natsServer } from "../../support/requires.js";
import { freePorts, type Recipe } from "../rig/broker.js";

/** nats-server: its MQTT wants JetStream, a name, and a port for its own protocol. */
export const nats: Recipe = {
	needs: [natsServer],
	prepare: async (folder) => {
		const [port, webPort] = (await freePorts(2)) as [number, number];
		const config = join(folder, "nats.conf");
		const lines = [
			"server_name: nightlight-test",
			'listen: "127.0.0.1:-1"',
			`jetstream { store_dir: ${JSON.stringify(folder)} }`,
			// Thirty seconds by default: so long it waits before it sends again what was not acknowledged.
			`mqtt { listen: "127.0.0.1:${port}", ack_wait: "2s" }`,
			`websocket { listen: "127.0.0.1:${webPort}", no_tls: true }`,
		];
		writeFileSync(config, `${lines.join("\n")}\n`);
		return {
			port,
			webSocket: `ws://127.0.0.1:${webPort}/mqtt`,
			command: natsPath as string,
			words: ["-c", config],
			ready: /Server is ready/,
			version: /Version:\s+(\S+)/,
		};
	},
};
