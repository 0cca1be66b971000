import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type ServerOptions, startServer } from "../../server/server.js";
import type { Timing } from "../../server/timing.js";
import {
	answering,
	bytes,
	connack,
	Events,
	freePort,
	publish,
	type RawServer,
	rawServer,
	suback,
	willing,
} from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(handle: (socket: Socket) => void): Promise<RawServer> {
	const raw = await rawServer(handle);
	cleanups.push(raw.close);
	return raw;
}

function start(brokerUrl: string, options: Partial<ServerOptions> = {}) {
	const events = new Events();
	const server = startServer({
		brokerUrl,
		id: "lamp",
		onEvent: events.add,
		backoff: () => 1,
		...options,
	});
	cleanups.push(() => server.stop());
	return { server, events };
}

/** Sends bytes one by one, each in a packet of its own. */
async function trickle(socket: Socket, all: Uint8Array): Promise<void> {
	socket.setNoDelay(true);
	for (const byte of all) {
		if (socket.destroyed) return;
		socket.write(bytes(byte));
		await delay(1);
	}
}

/** States of the link, with their codes and reasons. */
const linkOf = ({ all }: Events) =>
	all.flatMap((event) => (event.event === "link" ? [[event.state, event.code, event.reason]] : []));

const BROKEN: {
	name: string;
	handle: (socket: Socket) => void;
	code: string;
	reason: RegExp;
	timing?: Partial<Timing>;
}[] = [
	{
		name: "closes at once",
		handle: (socket) => socket.end(),
		code: "closed-by-broker",
		reason:
			/^connection closed by %; perhaps this port speaks TLS or WebSocket \(try mqtts:\/\/ or ws:\/\/\)$/,
	},
	{
		name: "resets at once",
		handle: (socket) => socket.resetAndDestroy(),
		code: "connection-lost|closed-by-broker",
		reason:
			/^connection (reset|closed) by %; perhaps this port speaks TLS or WebSocket \(try mqtts:\/\/ or ws:\/\/\)$/,
	},
	{
		name: "stays silent",
		handle: () => {},
		code: "no-connack",
		reason: /^no answer from % within 0.05 s$/,
		timing: { handshakeTimeout: 50 },
	},
	{
		name: "is a web server",
		handle: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
		code: "other-protocol",
		reason: /^this port seems to speak HTTP \(try ws:\/\/\)$/,
	},
	{
		name: "speaks HTTP a byte at a time",
		handle: (socket) => void trickle(socket, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
		code: "other-protocol",
		reason: /^this port seems to speak HTTP \(try ws:\/\/\)$/,
	},
	{
		name: "speaks SSH",
		handle: (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
		code: "other-protocol",
		reason: /^this port seems to speak SSH$/,
	},
	{
		name: "refuses what is no TLS",
		handle: (socket) => socket.end(bytes(0x15, 3, 1, 0, 2, 2, 70)),
		code: "other-protocol",
		reason: /^this port seems to speak TLS \(try mqtts:\/\/\)$/,
	},
	{
		name: "begins a packet of 256 MB",
		handle: (socket) => socket.write(bytes(0x30, 0xff, 0xff, 0xff, 0x7f)),
		code: "packet-too-large",
		reason: /^a packet of 268435460 bytes is larger than the limit of 262144 \(--max-packet\)$/,
	},
	{
		name: "sends reserved packet type 0",
		handle: (socket) => socket.write(bytes(0, 0)),
		code: "protocol-violation",
		reason: /^protocol error from %: /,
	},
	{
		name: "sends a broken CONNACK",
		handle: (socket) => socket.write(bytes(0x20, 0)),
		code: "no-connack",
		reason: /^no answer from % within 0.05 s$/,
		timing: { handshakeTimeout: 50 },
	},
	{
		name: "sends a length without end",
		handle: (socket) => socket.write(bytes(0x30, 0xff, 0xff, 0xff, 0xff, 0xff)),
		code: "protocol-violation",
		reason: /^protocol error from %: /,
	},
	{
		name: "sends CONNACK twice",
		handle: answering(({ cmd }) => (cmd === "connect" ? Buffer.concat([connack(0), connack(0)]) : undefined)),
		code: "protocol-violation",
		reason: /^protocol error from %: .*CONNACK/,
	},
	...(
		[
			[1, "protocol-version-refused"],
			[2, "client-id-refused"],
			[3, "broker-unavailable"],
			[4, "bad-credentials"],
			[5, "not-authorized"],
			[99, "protocol-violation"],
		] as const
	).map(([returnCode, code]) => ({
		name: `refuses with CONNACK ${returnCode}`,
		handle: answering(() => connack(returnCode)),
		code,
		reason: new RegExp(`\\(CONNACK ${returnCode}\\)$`),
	})),
	{
		name: "never answers SUBSCRIBE",
		handle: answering(({ cmd }) => (cmd === "connect" ? connack(0) : undefined)),
		code: "no-suback",
		reason: /^no answer from % within 0.05 s$/,
		timing: { handshakeTimeout: 50 },
	},
	...[
		{
			codes: [128],
			code: "subscription-refused",
			reason: /^subscription to lamp\/telemetry refused \(SUBACK 128\)$/,
		},
		{
			codes: [0, 0],
			code: "subscription-refused",
			reason: /^subscription to lamp\/telemetry refused \(SUBACK 0 0\)$/,
		},
		{ codes: [3], code: "protocol-violation", reason: /^protocol error from %: Invalid suback QoS/ },
		{
			codes: [],
			code: "subscription-refused",
			reason: /^subscription to lamp\/telemetry refused \(SUBACK none\)$/,
		},
	].map(({ codes, code, reason }) => ({
		name: `answers SUBSCRIBE with [${codes}]`,
		handle: answering((packet) => {
			if (packet.cmd === "connect") return connack(0);
			return packet.cmd === "subscribe" ? suback(packet, ...codes) : undefined;
		}),
		code,
		reason,
	})),
];

describe("a broker that", () => {
	it.each(BROKEN)(
		"$name is a link state with a reason, and tried again",
		async ({ handle, code, reason, timing }) => {
			const raw = await listen(handle);
			const { server, events } = start(raw.url, { timing });
			await events.link("backoff");
			const seen = events.all.length;
			await events.link("backoff", seen);
			await server.stop();
			const words = reason.source.replaceAll("%", `127\\.0\\.0\\.1:${raw.port}`);
			const why = expect.stringMatching(new RegExp(words));
			const known = expect.stringMatching(new RegExp(`^(${code})$`));
			expect(linkOf(events).slice(0, 4)).toEqual([
				["connecting", undefined, undefined],
				["backoff", known, why],
				["connecting", undefined, undefined],
				["backoff", known, why],
			]);
			expect(linkOf(events).at(-1)).toEqual(["offline", undefined, undefined]);
			expect(raw.connections()).toBeGreaterThanOrEqual(2);
		},
	);

	it("is not there at all is a link state with a reason", async () => {
		const port = await freePort();
		const { events } = start(`mqtt://127.0.0.1:${port}`);
		expect(await events.link("backoff")).toMatchObject({
			code: "connection-refused",
			reason: `connection refused by 127.0.0.1:${port}`,
		});
	});

	it.each([
		{ scheme: "mqtts", code: "timeout-securing" },
		{ scheme: "ws", code: "timeout-connecting" },
	])(
		"says nothing where $scheme is expected is told apart from one that says no MQTT",
		async ({ scheme, code }) => {
			const raw = await listen(() => {});
			const { events } = start(raw.url.replace("mqtt", scheme), { timing: { handshakeTimeout: 100 } });
			expect(await events.link("backoff")).toMatchObject({ code });
		},
	);

	it("closes after the login makes a longer and longer backoff", async () => {
		const raw = await listen(willing((_packet, socket) => void socket.end()));
		const failures: number[] = [];
		const { events } = start(raw.url, {
			backoff: (count) => failures.push(count),
		});
		await events.find(() => failures.length > 3);
		expect(failures.slice(0, 4)).toEqual([0, 1, 2, 3]);
	});

	it("closes after a good while begins again with the shortest backoff", async () => {
		const raw = await listen(willing((_packet, socket) => void setTimeout(() => socket.end(), 30)));
		const failures: number[] = [];
		const { events } = start(raw.url, {
			timing: { stable: 20 },
			backoff: (count) => failures.push(count),
		});
		await events.find(() => failures.length > 2);
		expect(failures.slice(0, 3)).toEqual([0, 0, 0]);
	});

	describe("closes soon after the login", () => {
		const TWIN = "perhaps another client has this id";
		/** The reasons of the first `count` failures. */
		const reasonsOf = async (events: Events, count: number) => {
			const reasons = () =>
				events.all.flatMap((event) =>
					event.event === "link" && event.state === "backoff" ? [event.reason] : [],
				);
			await events.find(() => reasons().length >= count);
			return reasons()
				.slice(0, count)
				.map((reason) => reason?.endsWith(`; ${TWIN}`));
		};
		const closing = willing((_packet, socket) => void setTimeout(() => socket.end(), 5));

		it("three times in a row may have another client with this id", async () => {
			const raw = await listen(closing);
			const { events } = start(raw.url);
			expect(await reasonsOf(events, 5)).toEqual([false, false, true, true, true]);
		});

		it("long after the login each time has none", async () => {
			const raw = await listen(closing);
			const { events } = start(raw.url, { timing: { undisturbed: 1 } });
			expect(await reasonsOf(events, 5)).toEqual([false, false, false, false, false]);
		});

		it("before the login each time has none", async () => {
			const raw = await listen((socket) => socket.end());
			const { events } = start(raw.url);
			expect(await reasonsOf(events, 5)).toEqual([false, false, false, false, false]);
		});

		it("and fails otherwise in between begins to count again", async () => {
			let count = 0;
			const raw = await listen((socket) => {
				count += 1;
				if (count % 3 === 0) answering(() => connack(3))(socket);
				else closing(socket);
			});
			const { events } = start(raw.url);
			expect(await reasonsOf(events, 7)).toEqual(new Array(7).fill(false));
		});
	});

	it("answers no ping is given up", async () => {
		const raw = await listen(willing());
		const { events } = start(raw.url, { timing: { keepAlive: 1 } });
		expect(await events.link("backoff")).toMatchObject({
			code: "no-pingresp",
			reason: `no answer to a ping from 127.0.0.1:${raw.port}`,
		});
	});

	it("sends what was never subscribed to is answered with nothing", async () => {
		const packets: string[] = [];
		const raw = await listen(
			willing((packet) => {
				packets.push(packet.cmd);
				if (packet.cmd !== "subscribe") return undefined;
				return Buffer.concat([
					publish("other/telemetry", '{"light":1}'),
					publish("lamp/commands", '{"led_on":true}'),
					publish("lamp/telemetry", '{"light":1}'),
				]);
			}),
		);
		const { events } = start(raw.url);
		await events.find(({ event }) => event === "sent");
		expect(events.all.filter(({ event }) => event === "refused")).toMatchObject([
			{ topic: "other/telemetry", code: "unsubscribed-topic", reason: "the topic was not subscribed to" },
			{ topic: "lamp/commands", code: "unsubscribed-topic", reason: "the topic is not <id>/telemetry" },
		]);
		await expect.poll(() => packets).toEqual(["subscribe", "publish"]);
	});

	it("sends ill-formed UTF-8 as a topic is refused, and goes on", async () => {
		const broken = Buffer.from(publish("lamp/telemetry", '{"light":1}'));
		broken[4] = 0xff;
		const raw = await listen(
			willing(({ cmd }) =>
				cmd === "subscribe" ? Buffer.concat([broken, publish("lamp/telemetry", '{"light":2}')]) : undefined,
			),
		);
		const { server, events } = start(raw.url);
		await events.find(({ event }) => event === "sent");
		expect(server.counts).toEqual({ messages: 2, refused: 1, commands: 1 });
	});
});

describe("whatever bytes a broker sends", () => {
	const garbage = fc.oneof(
		fc.uint8Array({ minLength: 1, maxLength: 200 }),
		// A packet of any type whose length is right and whose content is not.
		fc
			.tuple(fc.nat(255), fc.uint8Array({ maxLength: 100 }))
			.map(([head, body]) => Uint8Array.of(head, body.length, ...body)),
	);
	const samples = fc.sample(garbage, 150);

	it.each([
		{ when: "before the login", greeting: bytes() },
		{ when: "after the login", greeting: connack(0) },
	])(
		"$when, the server lives on",
		async ({ greeting }) => {
			const rest = [...samples];
			const raw = await listen((socket) => {
				const next = rest.pop();
				if (next === undefined) return willing()(socket);
				socket.write(Buffer.concat([greeting, next]));
				// What is accepted as MQTT is ended, so that the next sample comes at once.
				setTimeout(() => socket.end(), 1);
			});
			const { server, events } = start(raw.url, {
				backoff: () => 0,
			});
			await events.find(() => rest.length === 0);
			await events.link("online", events.all.length - 1);
			await server.stop();
		},
		15_000,
	);

	it("cut at any place, a conversation is understood", async () => {
		const raw = await listen(
			willing(({ cmd }, socket) => {
				if (cmd !== "subscribe") return undefined;
				const all = publish("lamp/telemetry", '{"light":1}');
				void (async () => {
					for (const byte of all) {
						await delay(1);
						socket.write(bytes(byte));
					}
				})();
				return undefined;
			}),
		);
		const { events } = start(raw.url);
		await events.find(({ event }) => event === "sent");
	});
});
