import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mosquittoPath, mosquitto as program } from "../../support/requires.js";
import type { Recipe } from "../rig/broker.js";
import { freePorts } from "../rig/ports.js";

/** Mosquitto with a second listener for WebSockets, and persistence as Debian sets it up. */
export const mosquitto: Recipe = {
	needs: [program],
	prepare: async (folder, { username, password }) => {
		const [port, webPort] = (await freePorts(2)) as [number, number];
		const config = join(folder, "mosquitto.conf");
		const passwords = join(folder, "passwords");
		writeFileSync(passwords, `${username}:${password}\n`, { mode: 0o600 });
		// Replaces the passwords of the file by their hashes.
		spawnSync("mosquitto_passwd", ["-U", passwords]);
		const lines = [
			`listener ${port} 127.0.0.1`,
			`listener ${webPort} 127.0.0.1`,
			"protocol websockets",
			"allow_anonymous true",
			`password_file ${passwords}`,
			"user root",
			"persistence true",
			`persistence_location ${folder}/`,
		];
		writeFileSync(config, `${lines.join("\n")}\n`);
		return {
			port,
			webSocket: `ws://127.0.0.1:${webPort}/mqtt`,
			command: mosquittoPath as string,
			words: ["-c", config],
			ready: /running/,
			version: /mosquitto version (\S+) starting/,
		};
	},
};
