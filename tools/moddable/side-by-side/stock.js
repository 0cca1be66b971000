/*
 * The nightlight's traffic with the client that comes with the Moddable SDK, to compare. `mode`:
 * idle (loads only), run, close (in the callback of a message), wrap (65,540 messages with QoS 1).
 */

import TCP from "embedded:io/socket/tcp";
import MQTTClient from "embedded:network/mqtt/client";
import collect from "collect";
import config from "mc/config";
import Timer from "timer";

class Resolver {
	resolve({ host, onResolved }) {
		Timer.set(() => onResolved(host, "127.0.0.1"), 0);
	}
	close() {}
}

const text = (buffer) => String.fromArrayBuffer(buffer);
let left = config.mode === "wrap" ? 65540 : 0;
let acknowledged = 0;

export default function () {
	collect();
	if (config.mode === "idle") return trace("idle\n");
	new MQTTClient({
		host: "127.0.0.1",
		port: Number(config.port),
		id: "stock",
		keepAlive: 60_000,
		socket: { io: TCP },
		dns: { io: Resolver },
		onControl({ operation, id }) {
			if (operation === MQTTClient.CONNACK) {
				trace("connected\n");
				this.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic: "lamp/commands" }] });
				if (config.mode === "run") {
					Timer.repeat(
						() => this.write(ArrayBuffer.fromString('{"light":100}'), { topic: "lamp/telemetry" }),
						1000,
					);
				}
			} else if (operation === MQTTClient.PUBACK) {
				acknowledged++;
				if (id === 0 || acknowledged % 10000 === 0) trace(`PUBACK ${id}, ${acknowledged} in all\n`);
			} else trace(`control ${operation} ${id}\n`);
		},
		onReadable(count, options) {
			trace(
				`message of ${count} bytes, ${JSON.stringify(options)}: ${count ? text(this.read(count)) : ""}\n`,
			);
			if (config.mode === "close") {
				this.close();
				trace("closed\n");
			}
		},
		onWritable(count) {
			let room = count;
			while (left > 0 && room > 64) {
				left--;
				room = this.write(ArrayBuffer.fromString("x"), { topic: "lamp/many", QoS: 1 });
				if (room === undefined) return;
			}
		},
		onError(why) {
			trace(`error ${why}, acknowledged ${acknowledged}\n`);
		},
	});
}
