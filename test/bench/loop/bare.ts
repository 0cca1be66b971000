import { connect } from "node:net";
import { generate, type Packet } from "mqtt-packet";
import { serveLoop } from "./device.js";

const telemetry = (payload: string) =>
	generate({ cmd: "publish", topic: "bare/telemetry", payload, qos: 0, retain: false, dup: false });

/** No device at all: a socket and bytes made beforehand. What it takes is the broker's and the server's. */
serveLoop((port, listener) => {
	const [bright, dark] = [telemetry('{"light":900}'), telemetry('{"light":100}')];
	const handshake: Packet[] = [
		{ cmd: "connect", clientId: "bare", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 0 },
		{ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "bare/commands", qos: 0 }] },
	];
	let pieces = 0;
	const next = () => {
		const packet = handshake[pieces++];
		if (packet !== undefined) socket.write(generate(packet));
		else if (pieces === handshake.length + 1) listener.onReady();
		else listener.onCommand();
		return true;
	};
	const onread = { buffer: Buffer.alloc(1024), callback: next };
	const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
	socket.on("connect", next);
	return { sample: () => socket.write(listener.onReading() > 500 ? bright : dark) };
});
