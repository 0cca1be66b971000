import { describe, expect, it } from "vitest";
import type { LinkCode } from "../../../firmware/events.js";
import type { Settings } from "../../support/virtual/config.js";
import { seededRandom } from "../../support/virtual/random.js";
import { Rig } from "./rig.js";

const bytes = (...values: number[]) => Uint8Array.from(values);

interface Failure {
	name: string;
	/** Makes the trouble. */
	cause: (rig: Rig) => void;
	/** Milliseconds until the device has noticed. */
	after?: number;
	code: LinkCode;
	reason: string;
	/** The states it comes through. */
	states: string[];
}

const RESOLVING = ["resolving"];
const CONNECTING = [...RESOLVING, "connecting"];
const HANDSHAKING = [...CONNECTING, "handshaking"];
const ONLINE = [...HANDSHAKING, "online"];

const FAILURES: Failure[] = [
	{
		name: "a name that does not resolve",
		cause: ({ network }) => {
			network.lookup = "fail";
		},
		code: "name-not-resolved",
		reason: "no address for broker.test",
		states: RESOLVING,
	},
	{
		name: "a resolver that gives neither an address nor a reason",
		cause: ({ network }) => {
			network.lookup = "nothing";
		},
		code: "name-not-resolved",
		reason: "cannot resolve broker.test",
		states: RESOLVING,
	},
	{
		name: "a resolver that hangs",
		cause: ({ network }) => {
			network.lookup = "hang";
		},
		after: 10_000,
		code: "timeout-resolving",
		reason: "resolving the name took longer than 10000 ms",
		states: RESOLVING,
	},
	{
		name: "a refused connection",
		cause: ({ network }) => {
			network.attempt = "refuse";
		},
		code: "connection-refused",
		reason: "connection refused",
		states: CONNECTING,
	},
	{
		name: "a refused connection without a reason",
		cause: ({ network }) => {
			network.attempt = "refuse";
			network.tellsWhy = false;
		},
		code: "connection-lost",
		reason: "connection lost",
		states: CONNECTING,
	},
	{
		name: "no socket left",
		cause: ({ network }) => {
			network.attempt = "throw";
		},
		code: "connection-failed",
		reason: "no socket left",
		states: CONNECTING,
	},
	{
		name: "a connect that hangs",
		cause: ({ network }) => {
			network.attempt = "hang";
		},
		after: 10_001,
		code: "timeout-connecting",
		reason: "opening the connection took longer than 10000 ms",
		states: CONNECTING,
	},
	{
		name: "a broker that accepts and stays silent",
		cause: ({ broker }) => broker.withheld.add("connect"),
		after: 10_002,
		code: "no-connack",
		reason: "no CONNACK within 10000 ms",
		states: HANDSHAKING,
	},
	{
		name: "a broker that closes at once [MQTT-3.1.4-1] [MQTT-3.2.2-6]",
		cause: ({ broker }) => {
			broker.greeting = "close";
		},
		code: "closed-by-broker",
		reason: "connection closed; perhaps this port speaks TLS or WebSocket (try mqtts:// or ws://)",
		states: HANDSHAKING,
	},
	{
		name: "a web server",
		cause: ({ broker }) => {
			broker.greeting = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
		},
		code: "other-protocol",
		reason: "this port seems to speak HTTP (try ws://)",
		states: HANDSHAKING,
	},
	{
		name: "a port that wants TLS",
		cause: ({ broker }) => {
			broker.greeting = bytes(0x15, 3, 1, 0, 2, 2, 70);
		},
		code: "other-protocol",
		reason: "this port seems to speak TLS (try mqtts://)",
		states: HANDSHAKING,
	},
	{
		name: "an SSH server, which speaks in pieces",
		cause: ({ broker, network }) => {
			network.chunk = 1;
			broker.greeting = Buffer.from("SSH-2.0-OpenSSH_9.2p1\r\n");
		},
		code: "other-protocol",
		reason: "this port seems to speak SSH",
		states: HANDSHAKING,
	},
	{
		name: "a message before CONNACK [MQTT-3.2.0-1]",
		cause: ({ broker }) => {
			broker.greeting = bytes(0x30, 3, 0, 1, 0x61);
		},
		code: "protocol-violation",
		reason: "publish before CONNACK [MQTT-3.2.0-1]",
		states: HANDSHAKING,
	},
	{
		name: "a session that was not asked for [MQTT-3.2.2-1]",
		cause: ({ broker }) => {
			broker.sessionPresent = true;
		},
		code: "protocol-violation",
		reason: "session present after a clean session [MQTT-3.2.2-1]",
		states: HANDSHAKING,
	},
	{
		name: "an answer that comes too slowly",
		cause: ({ network }) => {
			network.chunk = 1;
			network.gap = 3400;
		},
		after: 10_002,
		code: "no-connack",
		reason: "no CONNACK within 10000 ms",
		states: HANDSHAKING,
	},
	{
		name: "a network that takes nothing once it is open",
		cause: ({ network }) => {
			network.writable = 5;
			network.onConnection = () => network.cut("outgoing");
		},
		after: 10_002,
		code: "no-connack",
		reason: "no CONNACK within 10000 ms",
		states: HANDSHAKING,
	},
	{
		name: "a broker that never answers SUBSCRIBE [MQTT-3.8.4-1]",
		cause: ({ broker }) => broker.withheld.add("subscribe"),
		after: 10_004,
		code: "no-suback",
		reason: "no SUBACK within 10000 ms",
		states: ONLINE,
	},
	{
		name: "garbage in mid-stream [MQTT-4.8.0-1]",
		cause: ({ host, broker }) => {
			host.onReport = (event) => {
				if (event.event === "link" && event.state === "online") broker.send(bytes(0xff, 0xff));
			};
		},
		code: "protocol-violation",
		reason: "packet type 15, which a broker never sends here",
		states: ONLINE,
	},
	...(
		[
			["protocol-version-refused", "protocol version refused (CONNACK 1)"],
			["client-id-refused", "client id refused (CONNACK 2)"],
			["broker-unavailable", "broker unavailable (CONNACK 3)"],
			["bad-credentials", "bad user name or password (CONNACK 4)"],
			["not-authorized", "not authorized (CONNACK 5)"],
		] as const
	).map(
		([code, reason], index): Failure => ({
			name: `return code ${index + 1}`,
			cause: ({ broker }) => {
				broker.returnCode = index + 1;
			},
			code,
			reason,
			states: HANDSHAKING,
		}),
	),
];

describe.each(FAILURES)("$name", ({ cause, after = 20, code, reason, states }) => {
	it("is told with its code and reason, at its time, and leads to backoff", () => {
		const rig = new Rig();
		cause(rig);
		rig.start().clock.advance(after - 1);
		if (after > 20) expect(rig.links).toEqual(states);
		rig.clock.advance(1);
		expect(rig.links).toEqual([...states, `backoff 1000: ${reason}`]);
		expect(rig.code).toBe(code);
		expect(rig.offline).toBe(states === ONLINE ? 1 : 0);
		expect(rig.network.sockets).toBe(0);
	});

	it("is tried again for as long as it lasts, a minute apart in the end", () => {
		const rig = new Rig();
		cause(rig);
		rig.start().clock.advance(3_600_000);
		const delays = rig.host.eventsOf("link").flatMap(({ delay }) => delay ?? []);
		expect(delays.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
		expect(delays.length).toBeGreaterThan(50);
		expect(rig.network.sockets).toBeLessThanOrEqual(1);
		expect(rig.clock.timers).toBe(1);
	});
});

describe("backoff", () => {
	/** The waiting times of a device whose connections last so long each. */
	function delaysWhenCutAfter(lasting: number, settings: Settings = {}): (number | undefined)[] {
		const rig = new Rig({ mqtt: { keepAlive: 0 }, ...settings }).start();
		for (let count = 0; count < 4; count++) {
			while (rig.state !== "online") rig.clock.advance(1);
			rig.clock.advance(lasting);
			rig.broker.kill();
			rig.clock.advance(5);
		}
		return rig.host.eventsOf("link").flatMap(({ delay }) => delay ?? []);
	}

	it.each([
		{ lasting: 0, delays: [1000, 2000, 4000, 8000] },
		{ lasting: 29_990, delays: [1000, 2000, 4000, 8000] },
		{ lasting: 30_000, delays: [1000, 1000, 1000, 1000] },
		{ lasting: 3_600_000, delays: [1000, 1000, 1000, 1000] },
		// More than 31 and more than 32 bits hold.
		{ lasting: 2 ** 31 + 1000, delays: [1000, 1000, 1000, 1000] },
		{ lasting: 2 ** 32 + 1000, delays: [1000, 1000, 1000, 1000] },
	])("starts anew only after a stable connection: $lasting ms", ({ lasting, delays }) => {
		expect(delaysWhenCutAfter(lasting)).toEqual(delays);
	});

	it("takes its times from the configuration", () => {
		const reconnect = { initial: 100, maximum: 300, stable: 50 };
		expect(delaysWhenCutAfter(10, { reconnect })).toEqual([100, 200, 300, 300]);
		expect(delaysWhenCutAfter(60, { reconnect })).toEqual([100, 100, 100, 100]);
	});

	it("lies between half of that and all of it, by chance", () => {
		const rig = new Rig({}, { random: seededRandom(3) });
		rig.network.attempt = "refuse";
		rig.start().clock.advance(600_000);
		const delays = rig.host.eventsOf("link").flatMap(({ delay }) => delay ?? []);
		const full = delays.map((_, index) => Math.min(60_000, 1000 * 2 ** index));
		expect(delays.every((delay, index) => delay <= (full[index] ?? 0))).toBe(true);
		expect(delays.every((delay, index) => delay >= (full[index] ?? 0) / 2)).toBe(true);
		expect(new Set(delays).size).toBe(delays.length);
	});

	it("waits as long as it says", () => {
		const rig = new Rig();
		rig.network.lookup = "fail";
		rig.start().clock.advance(1000);
		expect(rig.state).toBe("backoff");
		rig.clock.advance(1);
		expect(rig.state).toBe("resolving");
	});
});

describe("an answer of the resolver that comes too late", () => {
	it.each([
		{ name: "in backoff", wait: 10_500, state: "backoff" },
		{ name: "when the name is being resolved again", wait: 11_500, state: "resolving" },
	])("$name means nothing", ({ wait, state }) => {
		const rig = new Rig();
		rig.network.lookup = "hang";
		rig.start().clock.advance(wait);
		expect(rig.state).toBe(state);
		rig.network.lateAnswers[0]?.(null, "192.0.2.9");
		rig.network.lateAnswers[0]?.(new Error("late"));
		expect(rig.state).toBe(state);
		expect(rig.network.attempts).toEqual([]);
	});

	it("behind the first one means nothing", () => {
		const rig = new Rig();
		rig.network.lookup = "hang";
		rig.start().clock.advance(1);
		rig.network.lateAnswers[0]?.(null, "192.0.2.9");
		rig.network.lateAnswers[0]?.(null, "192.0.2.10");
		expect(rig.network.attempts).toEqual(["192.0.2.9:1883"]);
	});
});

it("resolves the name anew for each try, and connects to what that gave", () => {
	const rig = new Rig({ broker: { host: "other.test", port: 1884 } });
	rig.network.attempt = "refuse";
	rig.start().clock.advance(4000);
	expect(rig.network.lookups).toEqual(["other.test", "other.test", "other.test"]);
	expect(rig.network.attempts).toEqual(Array(3).fill("192.0.2.1:1884"));
});
