import { connect } from "mqtt";
import { serveLoop } from "./device.js";

/** The least that does the job with MQTT.js: telemetry, commands, the LED and its state. */
serveLoop((port, listener) => {
	const client = connect(`mqtt://127.0.0.1:${port}`, { clientId: "theirs", protocolVersion: 4 });
	let led = false;
	client.on("connect", () => {
		// MQTT.js leaves it to its user; without, small messages wait for one another.
		(client.stream as { setNoDelay?: (isOn: boolean) => void }).setNoDelay?.(true);
		client.subscribe("theirs/commands", () => listener.onReady());
	});
	client.on("message", (_topic, payload) => {
		const command = JSON.parse(payload.toString()) as { led_on?: unknown };
		if (typeof command.led_on !== "boolean") return;
		listener.onCommand();
		if (command.led_on === led) return;
		led = command.led_on;
		client.publish("theirs/state", JSON.stringify({ led_on: led }), { retain: true });
	});
	return {
		sample: () => client.publish("theirs/telemetry", JSON.stringify({ light: listener.onReading() })),
	};
});
