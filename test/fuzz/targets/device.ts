import { startNightlight } from "../../../firmware/app.js";
import { type Config, parseConfig } from "../../../firmware/config.js";
import { excerpt } from "../../../firmware/connectivity/excerpt.js";
import { VirtualHost } from "../../support/virtual/host.js";
import type { Peer } from "../../support/virtual/socket.js";
import {
	ACKNOWLEDGEMENTS,
	acknowledgement,
	brokerPacket,
	connack,
	publish,
	suback,
} from "../broker-stream.js";
import { bytesOf, joined, latin1 } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, type Target } from "../target.js";

/** Bytes of an input before its steps: the configuration. */
const HEADER = 2;
/** Bytes of a step before its own: what to do, for how long, how many bytes. */
const STEP = 3;
const DO = Object.freeze({ SEND: 0, END: 1, RESET: 2, CUT: 3 });
const TOPIC = bytesOf("X/commands");

function anyPacket(random: Random): Uint8Array {
	switch (random.below(7)) {
		case 0:
			return suback(1 + random.small(3), [0]);
		case 1:
			return acknowledgement(random.pick(ACKNOWLEDGEMENTS), 1 + random.small(4));
		case 2:
			return brokerPacket(random);
		case 3:
			return connack(false, 0);
		default: {
			const order = random.chance(0.5) ? `{"led_on":${random.chance(0.5)}}` : anyJson(random, ["led_on"]);
			return publish(random.pick([0, 1, 2, 4, 3]), TOPIC, 1 + random.small(5), bytesOf(order));
		}
	}
}

function anyStep(random: Random, isFirst: boolean): Uint8Array {
	const kind = random.chance(0.92) ? DO.SEND : random.below(4);
	const packets = isFirst && random.chance(0.95) ? [connack(random.chance(0.2), 0)] : [];
	for (let count = random.small(5); count > 0; count--) packets.push(anyPacket(random));
	const bytes = spoilt(joined(packets), random, 0.8).subarray(0, 255);
	return joined([Uint8Array.of(kind, random.below(256), bytes.length), bytes]);
}

function stepsOf(input: Uint8Array): Uint8Array[] {
	const steps: Uint8Array[] = [];
	for (let at = HEADER; at < input.length; ) {
		const length = STEP + (input[at + 2] ?? 0);
		steps.push(input.subarray(at, at + length));
		at += length;
	}
	return steps;
}

function configOf(input: Uint8Array): Config {
	const [a = 0, b = 0] = input;
	const parsed = parseConfig({
		id: "X",
		broker: { host: "broker.test" },
		mqtt: {
			cleanSession: (a & 1) === 0,
			receiveBuffer: (a & 2) === 0 ? 64 : 1024,
			keepAlive: 5000,
			responseTimeout: 1000,
		},
		reconnect: { initial: 10, maximum: 100, timeout: 1000 },
		telemetry: { interval: 500, qos: b % 3 },
		commands: { qos: (b >> 2) % 3 },
	});
	demand(parsed.kind === "valid", "no configuration");
	return parsed.config;
}

/** Lets the program go off line, and looks what it leaves behind. */
function checkEnd(host: VirtualHost, stop: (done: () => void) => void): void {
	let isDone = false;
	stop(() => {
		isDone = true;
	});
	host.clock.advance(5000);
	demand(isDone, "does not stop");
	demand(host.clock.timers === 0, "leaves a timer");
	demand(host.network.sockets === 0 && host.network.resolvers === 0, "leaves a socket open");
	demand(host.storage.openDomains === 0, "leaves the storage open");
}

/** The whole firmware, against a broker and a network that do anything. */
export const device: Target = {
	name: "device",
	covers: ["firmware/app.ts", "firmware/connectivity/connection.ts", "firmware/connectivity/excerpt.ts"],
	share: 1.5,
	generate: (random) => {
		const steps = Array.from({ length: 1 + random.small(10) }, (_, index) => anyStep(random, index === 0));
		return joined([random.bytes(HEADER), ...steps]);
	},
	run: (input) => {
		const host = new VirtualHost();
		let peer: Peer | undefined;
		host.network.onConnection = (one) => {
			peer = one;
		};
		const stop = startNightlight(host, configOf(input));
		host.clock.advance(20);
		for (const step of stepsOf(input)) {
			const [kind = 0, time = 0] = step;
			if (kind === DO.END) peer?.end(step.subarray(STEP));
			else if (kind === DO.RESET) peer?.reset();
			else if (kind === DO.CUT) host.network.chunk = 1 + (time & 15);
			else peer?.send(step.subarray(STEP));
			host.clock.advance(time < 200 ? time : time * 20);
			demand(host.network.sockets <= 1, "more than one socket");
			demand(excerpt(step).length <= 200, "shows too much");
		}
		// A failure every 10 ms at most, a few events each: more would be a loop.
		demand(host.events.length < 20 + host.clock.elapsed, `${host.events.length} events`);
		for (const event of host.eventsOf("link")) demand(event.reason !== "", "a failure without a reason");
		for (const { payload } of host.eventsOf("refused")) demand(payload.length <= 200, "shows too much");
		demand(/^[01]$/.test(`${host.digital.led}`), `the LED is ${host.digital.led}`);
		const outcome = host.eventsOf("command").length > 0 ? "obeyed" : (host.links.at(-1) ?? "nothing");
		checkEnd(host, stop);
		return outcome;
	},
	split: (input) => [input.subarray(0, HEADER), ...stepsOf(input)],
	describe: (input) =>
		stepsOf(input)
			.map((step) => `${step.subarray(0, 2)} ${latin1(step.subarray(STEP))}`)
			.join("\n"),
};
