import { Command } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import {
	type CommonOptions,
	type ListenOptions,
	type TlsListenOptions,
	withCommon,
	withListen,
	withMaxPacket,
	withTlsListen,
} from "./options.js";
import { Output } from "./output.js";

const EXAMPLES = `
Examples:
  nightlight broker                                   on 127.0.0.1:1883, or the next free port
  nightlight broker --port 1884 --ws-port 9001        and over WebSocket
  nightlight broker --host 0.0.0.0 --users users      for a real device on this network, with a login
  nightlight broker --tls-port 8883 --cert broker.pem --key broker.key
  nightlight broker --access access                   TLS, and an access of its own for each client

A file for --users has a line for each user, as Mosquitto's tool writes it (it asks for the password):
  mosquitto_passwd -c users lamp
  mosquitto_passwd users nightlight_server

A folder for --access is made by nightlight provision, and is read again on SIGHUP.`;

/** `nightlight broker` */
export const brokerCommand = (lifecycle: Lifecycle): Command =>
	withCommon(withMaxPacket(withTlsListen(withListen(new Command("broker")))))
		.description("run the embedded broker")
		.addHelpText("after", EXAMPLES)
		.action(async (options: CommonOptions & ListenOptions & TlsListenOptions) => {
			const { renewOnSignal, runBroker } = await import("./run-broker.js");
			const output = new Output({ json: options.json ?? false, prefixed: false });
			const broker = await runBroker(options, output);
			if (options.access !== undefined) renewOnSignal(broker, options.access, output);
			await lifecycle.toTheEnd({ hasWorked: () => true, stop: () => broker.stop() }, options.duration);
		});
