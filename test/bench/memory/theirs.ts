import { connect } from "mqtt";
import { serveMemory } from "./settle.js";

/** A bare client: connected, nothing subscribed, nothing sent. */
serveMemory((port, index) => {
	const client = connect(`mqtt://127.0.0.1:${port}`, { clientId: `client-${index}` });
	return new Promise((resolve, reject) => {
		client.once("connect", () => resolve(client));
		client.once("error", reject);
	});
});
