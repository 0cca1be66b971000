import { Mosquitto } from "../../../../support/mosquitto.js";
import { Programs } from "../../../../support/processes.js";
import { play, type Scene } from "./play.js";
import type { Script } from "./script.js";
import { dialTcp } from "./wire.js";

/** What a Mosquitto that was just started makes of a script. */
export async function playOnMosquitto(script: Script): Promise<readonly Scene[]> {
	const programs = new Programs();
	try {
		const { port } = await Mosquitto.start(programs, undefined, undefined, ["set_tcp_nodelay true"]);
		return await play(script, dialTcp(port));
	} finally {
		await programs.endAll();
	}
}
