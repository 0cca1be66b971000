import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type ServerOptions, startServer } from "../../server/server.js";
import {
	answering,
	connack,
	Events,
	freePort,
	publish,
	type RawServer,
	rawServer,
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

/** Sends readings, as fast as they are taken. */
function flood(socket: Socket): void {
	const reading = publish("lamp/telemetry", '{"light":1}');
	const chunk = Buffer.concat(Array.from({ length: 2_000 }, () => reading));
	const next = () => {
		if (!socket.destroyed) socket.write(chunk, () => setImmediate(next));
	};
	setImmediate(next);
}

/** States of the link. */
const statesOf = ({ all }: Events) => all.flatMap((event) => (event.event === "link" ? [event.state] : []));

describe("stop", () => {
	const TIMES = [
		{ name: "a broker that is not there", handle: undefined, until: "backoff" },
		{ name: "a silent broker", handle: () => {}, until: "connecting" },
		{
			name: "a broker that subscribes nobody",
			timing: { stopGrace: 100 },
			handle: answering(({ cmd }) => (cmd === "connect" ? connack(0) : undefined)),
			until: "connecting",
		},
		{ name: "a broker that never closes", handle: willing(), until: "online" },
		{
			name: "a broker that stopped reading",
			handle: willing(({ cmd }, socket) => {
				if (cmd === "subscribe") socket.pause();
				return undefined;
			}),
			until: "online",
		},
	];

	it.each(TIMES)("resolves in time with $name", async ({ handle, until, timing = {} }) => {
		const raw = handle && (await listen(handle));
		const url = raw?.url ?? `mqtt://127.0.0.1:${await freePort()}`;
		const { server, events } = start(url, {
			timing,
			backoff: () => 60_000,
		});
		await events.link(until);
		await delay(20);
		const before = performance.now();
		await Promise.all([server.stop(), server.stop()]);
		expect(performance.now() - before).toBeLessThan(2_000);
		const told = events.all.length;
		expect(events.all.at(-1)).toEqual({ event: "link", state: "offline" });
		await delay(20);
		expect(events.all).toHaveLength(told);
	});

	it("at once prevents the first try", async () => {
		const raw = await listen((socket) => socket.end());
		const { server, events } = start(raw.url);
		await server.stop();
		await delay(20);
		expect(statesOf(events)).toEqual(["offline"]);
		expect(raw.connections()).toBe(0);
	});

	it("on hearing of the next try prevents it", async () => {
		const raw = await listen((socket) => socket.end());
		const events = new Events();
		const { server } = start(raw.url, {
			onEvent: (event) => {
				events.add(event);
				if (events.all.length === 3) void server.stop();
			},
		});
		await events.link("offline");
		await delay(20);
		expect(statesOf(events)).toEqual(["connecting", "backoff", "connecting", "offline"]);
		expect(raw.connections()).toBe(1);
	});

	it("says DISCONNECT", async () => {
		const packets: string[] = [];
		const raw = await listen(
			willing(({ cmd }, socket) => {
				packets.push(cmd);
				if (cmd === "disconnect") socket.end();
				return undefined;
			}),
		);
		const { server, events } = start(raw.url);
		await events.link("online");
		await server.stop();
		expect(packets).toEqual(["subscribe", "disconnect"]);
	});

	it("ends a flood", async () => {
		const raw = await listen(
			willing(({ cmd }, socket) => {
				if (cmd === "subscribe") flood(socket);
				return undefined;
			}),
		);
		const { server, events } = start(raw.url);
		await events.find(({ event }) => event === "sent");
		await server.stop();
		expect(events.all.at(-1)).toEqual({ event: "link", state: "offline" });
	});
});
