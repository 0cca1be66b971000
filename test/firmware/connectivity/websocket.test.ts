import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { behindWebSocket, FRAMINGS, type WebSocketServing } from "../../support/virtual/websocket.js";
import { Rig } from "./rig.js";

const SETTINGS = { broker: { protocol: "ws", host: "broker.test" }, commands: { qos: 1 } } as const;

/** A device whose broker is behind a WebSocket server. */
function rigBehind(serving: WebSocketServing): Rig {
	const rig = new Rig(SETTINGS);
	const { network } = rig;
	const serve = network.onConnection;
	network.onConnection = (peer) => serve(behindWebSocket(peer, serving));
	return rig;
}

/** Time goes by, and what npm's `ws` puts off is done. */
const wait = ({ clock }: Rig, milliseconds: number): Promise<void> =>
	clock.advanceWith(() => new Promise((done) => setImmediate(done)), milliseconds);

const { "text frames": asText, ...binary } = FRAMINGS;

describe("over a WebSocket", () => {
	it.each(Object.entries(binary))(
		"MQTT is the same with %s [MQTT-6.0.0-1] [MQTT-6.0.0-2]",
		async (_, framed) => {
			const rig = rigBehind({ protocol: "mqtt", framed });
			await wait(rig.start(), 50);
			const packet = { cmd: "publish", topic: "d1/commands", qos: 1, dup: false, retain: false } as const;
			const both = ["a", "b"].map((payload, index) => generate({ ...packet, payload, messageId: index + 1 }));
			rig.broker.send(Buffer.concat(both));
			await wait(rig, 100);
			expect(rig.state).toBe("online");
			expect(rig.messages).toEqual(["a", "b"]);
			expect(rig.broker.heard).toEqual([
				...["connect d1", "subscribe d1/commands 1", "publish d1/status online retained"],
				...["puback #1", "puback #2"],
			]);
		},
	);

	it.each([
		{
			name: "another subprotocol",
			protocol: "chat",
			reason: 'the broker selects the subprotocol "chat", not mqtt',
		},
		{ name: "none", protocol: undefined, reason: "the broker does not select the subprotocol mqtt" },
	])(
		"a server that selects $name is left, with the reason, and tried again [MQTT-6.0.0-4]",
		async (serving) => {
			const rig = rigBehind({ ...serving, framed: binary["a message for each byte"] });
			await wait(rig.start(), 50);
			expect(rig.links.at(-1)).toBe(`backoff 1000: ${serving.reason}`);
			expect(rig.code).toBe("websocket-refused");
			expect(rig.broker.heard).toEqual([]);
			expect(rig.network.sockets).toBe(0);
			await wait(rig, 1100);
			expect(rig.links.filter((link) => link.startsWith("backoff"))).toHaveLength(2);
		},
	);

	it("a broker that sends text frames is left, with the reason [MQTT-6.0.0-1]", async () => {
		const rig = rigBehind({ protocol: "mqtt", framed: asText });
		await wait(rig.start(), 50);
		expect(rig.code).toBe("protocol-violation");
		expect(rig.reason).toBe("a text frame, where MQTT is binary [MQTT-6.0.0-1]");
		expect(rig.state).toBe("backoff");
		expect(rig.messages).toEqual([]);
	});

	it("a server that accepts the connection and never answers is given up in time", async () => {
		const rig = new Rig({ ...SETTINGS, reconnect: { timeout: 3000 } });
		rig.network.onConnection = () => {};
		await wait(rig.start(), 3010);
		expect(rig.links.slice(1)).toEqual([
			"connecting",
			"backoff 1000: opening the connection took longer than 3000 ms",
		]);
		expect(rig.network.sockets).toBe(0);
	});
});
