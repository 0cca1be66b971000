import { describe, expect, it } from "vitest";
import { socketFor } from "../../../firmware/connectivity/socket.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const { device } = new VirtualHost();
const { TCP } = device.io;
class TLS extends TCP {}
class WebSocket extends TCP {}
const ca = [new Uint8Array([1])];
const underneath = { io: TLS, tls: { ca } };
const full = {
	...device,
	network: {
		...device.network,
		tls: { client: { io: TLS, tls: { ca } } },
		ws: { stream: { io: WebSocket } },
		wss: { stream: { io: WebSocket, socket: underneath } },
	},
};
const bare = { ...device, network: { dns: device.network.dns } };
const brokerOf = (protocol: "mqtt" | "mqtts" | "ws" | "wss") =>
	configOf({ broker: { protocol, host: "broker.test", path: "/here" } }).broker;

describe("the socket for a broker's protocol", () => {
	it.each([
		{ protocol: "mqtt", options: { io: TCP }, statement: "" },
		{ protocol: "mqtts", options: { io: TLS, tls: { ca, host: "broker.test" } }, statement: "" },
		{
			protocol: "ws",
			options: { io: WebSocket, host: "broker.test", path: "/here", protocol: "mqtt" },
			statement: " [MQTT-6.0.0-3]",
		},
		{
			protocol: "wss",
			options: { io: WebSocket, socket: underneath, host: "broker.test", path: "/here", protocol: "mqtt" },
			statement: " [MQTT-6.0.0-3]",
		},
	] as const)("$protocol is the host's, with what it wants to know$statement", ({ protocol, options }) => {
		expect(socketFor(full, brokerOf(protocol))).toEqual(options);
	});

	it("has the host's name of the server, where the host has one, and its protocols of the application", () => {
		const tls = { ca, host: "front.test", applicationLayerProtocol: "mqtt" };
		const device = { ...full, network: { ...full.network, tls: { client: { io: TLS, tls } } } };
		expect(socketFor(device, brokerOf("mqtts"))).toEqual({ io: TLS, tls });
	});

	it.each(["mqtts", "ws", "wss"] as const)("is refused where the host has none: %s", (protocol) => {
		expect(() => socketFor(bare, brokerOf(protocol))).toThrow(`this board does not speak ${protocol}`);
	});

	it("is TCP on any host [MQTT-7.1.2-1]", () => {
		expect(socketFor(bare, brokerOf("mqtt"))).toEqual({ io: TCP });
	});
});
