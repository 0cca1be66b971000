import { generate, type Packet, parser } from "mqtt-packet";
import { Hub, type HubEvent } from "../../../host-sim/azure-iot-hub/core/hub.js";
import { makeToken } from "../../../host-sim/azure-iot-hub/core/sas.js";
import { bytesOf, EACH, hexOf, joined, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

const HOST = "hub.test";
const KEY = Buffer.from("key").toString("base64");
const EVENTS = "devices/d/messages/events/";
const TOPICS = [
	...[EVENTS, `${EVENTS}a=b&%24.ct=c`, `${EVENTS}%`, "$iothub/twin/GET/?$rid=1"],
	...["$iothub/twin/PATCH/properties/reported/?$rid=2", "$iothub/methods/res/200/?$rid=1", "x"],
];
const FILTERS = [
	...["devices/d/messages/devicebound/#", "$iothub/twin/res/#", "$iothub/methods/POST/#", "#"],
	"$iothub/twin/PATCH/properties/desired/#",
];
const BODIES = ["", "{}", '{"a":{"b":null}}', "[", '{"a":"é"}', "null"];
const SENT = Object.freeze({ dup: false, retain: false });

const CONNECT = new Uint8Array(
	generate({
		...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clientId: "d", clean: false, keepalive: 60 },
		username: `${HOST}/d/?api-version=2021-04-12`,
		password: Buffer.from(makeToken(`${HOST}/devices/d`, KEY, 2 ** 34)),
		will: { topic: EVENTS, payload: Buffer.from("w"), qos: 1, retain: false },
	}),
);

function packet(random: Random): Packet {
	const messageId = random.small(8) + 1;
	switch (random.below(6)) {
		case 0:
			return { cmd: "subscribe", messageId, subscriptions: [{ topic: random.pick(FILTERS), qos: 1 }] };
		case 1:
			return { cmd: "puback", messageId };
		case 2:
			return { cmd: "unsubscribe", messageId, unsubscriptions: [random.pick(FILTERS)] };
		case 3:
			return { cmd: random.chance(0.9) ? "pingreq" : "disconnect" };
		default: {
			const qos = random.chance(0.5) ? 1 : 0;
			const topic = TOPICS[random.small(TOPICS.length)] ?? "";
			return {
				cmd: "publish",
				topic,
				payload: random.pick(BODIES),
				qos,
				...SENT,
				...(qos === 1 && { messageId }),
			};
		}
	}
}

/** What a client on a new hub hears, and what the hub tells, when its bytes come so. */
function heard(parts: readonly Uint8Array[]): { bytes: Uint8Array; events: readonly HubEvent[] } {
	const events: HubEvent[] = [];
	const sent: Uint8Array[] = [];
	let isClosed = false;
	const hub = new Hub({
		hostNames: [HOST],
		clock: { now: () => 0, date: () => 0, post: () => () => {} },
		random: () => 0.5,
		onEvent: (event) => events.push(event),
	});
	const authentication = { type: "sas", primaryKey: KEY, secondaryKey: KEY } as const;
	hub.register({ device: "d", authentication, isEnabled: true });
	hub.send("d", { body: bytesOf("m") });
	const connection = hub.open({
		send: (bytes) => {
			demand(!isClosed, "sends after it has closed");
			sent.push(bytes);
		},
		close: () => {
			demand(!isClosed, "closes twice");
			isClosed = true;
		},
	});
	hub.invoke("d", { method: "m", connectTimeout: 1000 }, () => {});
	for (const part of parts) connection.received(part);
	hub.desire("d", { a: 1 });
	connection.closed();
	return { bytes: joined(sent), events };
}

export const azureHub: Target = {
	name: "azure-hub",
	covers: [
		"host-sim/azure-iot-hub/core/codec.ts",
		"host-sim/azure-iot-hub/core/connection.ts",
		"host-sim/azure-iot-hub/core/client.ts",
	],
	share: 1,
	generate: (random) => {
		const packets = Array.from(
			{ length: 1 + random.small(6) },
			() => new Uint8Array(generate(packet(random))),
		);
		if (random.chance(0.1)) return spoilt(joined([CONNECT, ...packets]), random, 0);
		return joined([CONNECT, spoilt(joined(packets), random)]);
	},
	run: (input) => {
		const whole = heard(pieces(input, WHOLE));
		const each = heard(pieces(input, EACH));
		demandSame(hexOf(each.bytes), hexOf(whole.bytes), "answers otherwise when the bytes are cut");
		demandSame(
			JSON.stringify(each.events),
			JSON.stringify(whole.events),
			"tells otherwise when the bytes are cut",
		);
		let acknowledged = 0;
		const packets = parser();
		packets.on("error", (error: Error) => demand(false, `sends what is no packet: ${error.message}`));
		packets.on("packet", ({ cmd }) => {
			if (cmd === "puback") acknowledged++;
		});
		demand(packets.parse(Buffer.from(whole.bytes)) === 0, "sends half a packet");
		const takenOver = whole.events.filter(
			(event) => event.event === "telemetry" && !event.isWill && event.qos === 1,
		);
		demand(acknowledged >= takenOver.length, "stores a message without an acknowledgement");
		const end = whole.events.find(
			({ event }) => event === "disconnected" || event === "refused" || event === "dropped",
		);
		demand(end !== undefined && "code" in end, "a connection without an end");
		return String((end as { code: string }).code);
	},
};
