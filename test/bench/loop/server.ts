import { connect } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";
import { serve } from "../process.js";

/** Below it the LED is wanted on. */
const THRESHOLD = 300;

/**
 * The server of both devices, as lean as can be, so that the devices show: it answers each telemetry
 * message with a command, over a bare socket.
 */
serve(({ port }: { readonly port: number }) => {
	const socket = connect({ port, host: "127.0.0.1", noDelay: true });
	const packets = parser();
	const send = (packet: Packet) => socket.write(generate(packet));
	socket.on("data", (bytes) => packets.parse(bytes));
	socket.on("connect", () =>
		send({
			cmd: "connect",
			clientId: "server",
			protocolId: "MQTT",
			protocolVersion: 4,
			clean: true,
			keepalive: 0,
		}),
	);
	return new Promise((resolve) => {
		packets.on("packet", (packet) => {
			if (packet.cmd === "connack") {
				send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "+/telemetry", qos: 0 }] });
			} else if (packet.cmd === "suback") {
				resolve("subscribed");
			} else if (packet.cmd === "publish") {
				const { light } = JSON.parse(packet.payload.toString()) as { light: number };
				const topic = packet.topic.replace("telemetry", "commands");
				const payload = JSON.stringify({ led_on: light < THRESHOLD });
				send({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false });
			}
		});
	});
});
