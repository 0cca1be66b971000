import type { Settings } from "../../support/virtual/config.js";
import type { Scenario } from "./trace.js";

const COMMANDS = "d1/commands";

/** Everything a device meets in a bad week: what the engines must agree on. */
export const SCENARIO: Scenario = [
	{ at: 1300, act: ({ host }) => Object.assign(host.analog, { light: 120 }) },
	{ at: 1500, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}') },
	{ at: 2100, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on": false}', { qos: 1 }) },
	{ at: 2200, act: ({ broker }) => broker.publish(COMMANDS, "") },
	{ at: 2300, act: ({ broker }) => broker.publish(COMMANDS, "{led_on") },
	{ at: 2310, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":"yes"}') },
	{ at: 2320, act: ({ broker }) => broker.publish(COMMANDS, '{"größe":"☃ 💡","led_on":true}') },
	{ at: 2330, act: ({ broker }) => broker.publish(COMMANDS, Uint8Array.of(0x7b, 0xc3, 0x28)) },
	{ at: 2340, act: ({ broker }) => broker.publish(COMMANDS, "x".repeat(5000), { qos: 1 }) },
	{ at: 2350, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}', { retain: true }) },
	{ at: 2352, act: ({ broker }) => broker.publish(COMMANDS, '{"id":"a","configure":{"interval":500}}') },
	{ at: 2354, act: ({ broker }) => broker.publish(COMMANDS, '{"id":"b","configure":{"interval":5}}') },
	{ at: 2356, act: ({ broker }) => broker.publish(COMMANDS, '{"id":"c","sample":true}') },
	{ at: 2358, act: ({ broker }) => broker.publish(COMMANDS, '{"id":"d","other":true}') },
	{ at: 2360, act: ({ broker }) => broker.publish("d1/other", "1") },
	{ at: 3100, act: ({ host }) => Object.assign(host.network, { chunk: 1, writable: 3 }) },
	{ at: 3200, act: ({ broker }) => broker.kill() },
	{ at: 5000, act: ({ host }) => Object.assign(host.network, { chunk: 4096, writable: 4096 }) },
	{ at: 5200, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}', { retain: true }) },
	// What is not acknowledged is sent again on the next connection.
	{ at: 6000, act: ({ broker }) => broker.withheld.add("publish") },
	{ at: 8000, act: ({ broker }) => broker.kill() },
	{ at: 8001, act: ({ broker }) => broker.withheld.delete("publish") },
	{ at: 10_000, act: ({ host }) => host.storage.failing.add("write") },
	{ at: 11_000, act: ({ host }) => host.storage.failing.delete("write") },
	{ at: 14_000, act: ({ broker }) => broker.send(Uint8Array.of(0xd0, 0x01, 0x00)) },
	{ at: 22_000, act: ({ broker }) => Object.assign(broker, { returnCode: 5 }) },
	{ at: 22_001, act: ({ broker }) => broker.kill() },
	{ at: 40_000, act: ({ broker }) => Object.assign(broker, { returnCode: 0 }) },
	// A connection that only looks alive.
	{ at: 80_000, act: ({ host }) => host.network.cut("outgoing") },
	{ at: 110_000, act: ({ host }) => host.network.mend() },
	{ at: 150_000, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":false}') },
];

/** QoS 1 in both directions, a session that is kept, several sensors, a time stamp. */
export const SETTINGS: Settings = {
	mqtt: { cleanSession: false, keepAlive: 10_000, responseTimeout: 3000, receiveBuffer: 512 },
	telemetry: { qos: 1, interval: 500, time: "iso-8601" },
	commands: { qos: 1 },
};

/** Messages with QoS 2 in both directions, whose exchange breaks off wherever it can. */
export const EXACTLY_ONCE: Scenario = [
	{ at: 1500, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}', { qos: 2 }) },
	{ at: 2100, act: ({ broker }) => broker.publish(COMMANDS, "x".repeat(5000), { qos: 2 }) },
	{ at: 3000, act: ({ broker }) => Object.assign(broker, { sessionPresent: true }) },
	// The server has the message; its PUBREC is lost, then its PUBCOMP.
	{ at: 3001, act: ({ broker }) => broker.withheld.add("publish") },
	{ at: 4500, act: ({ broker }) => broker.kill() },
	{ at: 4501, act: ({ broker }) => broker.withheld.delete("publish") },
	{ at: 7000, act: ({ broker }) => broker.withheld.add("pubrel") },
	{ at: 8500, act: ({ broker }) => broker.kill() },
	{ at: 8501, act: ({ broker }) => broker.withheld.delete("pubrel") },
	// The device has the command; it does not hear the PUBREL, and gets the command again.
	{ at: 12_000, act: ({ broker }) => broker.withheld.add("pubrec") },
	{ at: 12_100, act: ({ broker }) => broker.send(AGAIN) },
	{ at: 12_200, act: ({ broker }) => broker.kill() },
	{ at: 16_000, act: ({ broker }) => broker.send(AGAIN) },
	{ at: 16_100, act: ({ broker }) => broker.send(PUBREL) },
	{ at: 17_000, act: ({ broker }) => broker.send(PUBREL_UNKNOWN) },
	{ at: 17_100, act: ({ broker }) => broker.send(PUBREC_UNKNOWN) },
	{ at: 20_000, act: ({ broker }) => Object.assign(broker, { sessionPresent: false }) },
	{ at: 20_001, act: ({ broker }) => broker.kill() },
	{ at: 26_000, act: ({ broker }) => broker.send(AGAIN) },
	{ at: 30_000, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}', { qos: 2 }) },
];

/** The command `{"led_on":false}` with QoS 2, DUP and packet id 300; its release; ids that nobody has. */
const AGAIN = Buffer.from('\x3c\x1f\x00\x0bd1/commands\x01\x2c{"led_on":false}', "latin1");
const PUBREL = Uint8Array.of(0x62, 2, 0x01, 0x2c);
const PUBREL_UNKNOWN = Uint8Array.of(0x62, 2, 0x03, 0xe7);
const PUBREC_UNKNOWN = Uint8Array.of(0x50, 2, 0x03, 0xe8);

export const EXACTLY_ONCE_SETTINGS: Settings = {
	mqtt: { cleanSession: false, responseTimeout: 3000, receiveBuffer: 512 },
	telemetry: { qos: 2, interval: 1000 },
	commands: { qos: 2 },
};

/** TLS that stalls, and a certificate that is refused. */
export const SECURED: Scenario = [
	{ at: 1500, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}') },
	{ at: 3000, act: ({ host }) => Object.assign(host.network, { secure: "hang" }) },
	{ at: 3001, act: ({ broker }) => broker.kill() },
	{ at: 20_000, act: ({ host }) => Object.assign(host.network, { secure: "refuse" }) },
	{ at: 40_000, act: ({ host }) => Object.assign(host.network, { secure: "accept" }) },
	{ at: 90_000, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":false}') },
];

export const SECURED_SETTINGS: Settings = { broker: { protocol: "mqtts" }, reconnect: { timeout: 3000 } };

/** Nothing to say, and then nobody there: pings, a stalled handshake, a name that is not found. */
export const SILENCE: Scenario = [
	{ at: 9000, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":true}') },
	{ at: 25_000, act: ({ host }) => host.network.cut("all") },
	{ at: 45_000, act: ({ host }) => host.network.mend() },
	{ at: 60_000, act: ({ broker }) => broker.withheld.add("connect") },
	{ at: 60_001, act: ({ broker }) => broker.kill() },
	{ at: 90_000, act: ({ broker }) => broker.withheld.delete("connect") },
	{ at: 130_000, act: ({ host }) => Object.assign(host.network, { lookup: "fail" }) },
	{ at: 130_001, act: ({ broker }) => broker.kill() },
	{ at: 150_000, act: ({ host }) => Object.assign(host.network, { lookup: "nothing" }) },
	{ at: 200_000, act: ({ host }) => Object.assign(host.network, { lookup: "answer" }) },
	{ at: 300_000, act: ({ broker }) => broker.publish(COMMANDS, '{"led_on":false}') },
];

/** QoS 0, a clean session, a deadband: hardly anything is said. */
export const SILENT_SETTINGS: Settings = {
	mqtt: { keepAlive: 10_000, responseTimeout: 2000 },
	telemetry: {
		interval: 1000,
		maximumInterval: 60_000,
		time: "unix",
		sensors: [{ name: "light", pin: "light", deadband: 50 }],
	},
};
