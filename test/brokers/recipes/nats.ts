import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { natsPath, natsServer } from "../../support/requires.js";
import type { Recipe } from "../rig/broker.js";
import { freePorts } from "../rig/ports.js";

/** nats-server: its MQTT wants JetStream, a name, and a port for its own protocol. */
export const nats: Recipe = {
	needs: [natsServer],
	prepare: async (folder, { username, password }) => {
		const [port, webPort] = (await freePorts(2)) as [number, number];
		const config = join(folder, "nats.conf");
		const users = [`{ user: "${username}", password: "${password}" }`, "{ user: nobody, password: none }"];
		const lines = [
			"server_name: nightlight-test",
			'listen: "127.0.0.1:-1"',
			`authorization { users: [${users.join(", ")}] }`,
			"no_auth_user: nobody",
			`jetstream { store_dir: ${JSON.stringify(folder)} }`,
			// Thirty seconds by default: so long it waits before it sends again what was not acknowledged.
			`mqtt { listen: "127.0.0.1:${port}", ack_wait: "2s" }`,
			`websocket { listen: "127.0.0.1:${webPort}", no_tls: true }`,
		];
		writeFileSync(config, `${lines.join("\n")}\n`, { mode: 0o600 });
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
