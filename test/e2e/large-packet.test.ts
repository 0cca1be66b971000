import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CONNECT } from "../host-sim/broker/support.js";
import { rawServer, willing } from "../server/support.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	await programs.endAll();
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

const run = (...words: readonly string[]) => programs.add(new Nightlight([...words, "--json"]));

/** Megabytes of memory that a process has had at most, as Linux counts them. */
const peakOf = ({ child }: Nightlight): number => {
	const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
	return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
};

/** A PUBLISH with 250 MB, as far as the other side takes it; resolves with the bytes that were written. */
async function publishLarge(socket: Socket, topic: string): Promise<number> {
	const length = 250_000_000 + 2 + topic.length;
	const digits = [length & 0x7f, (length >> 7) & 0x7f, (length >> 14) & 0x7f, length >> 21];
	const header = digits.map((digit, index) => digit | (index < digits.length - 1 ? 0x80 : 0));
	socket.write(Buffer.from([0x30, ...header, 0, topic.length, ...Buffer.from(topic)]));
	const chunk = Buffer.alloc(1_000_000, 0x20);
	let written = 0;
	while (!socket.destroyed && written < 250_000_000) {
		written += chunk.length;
		if (socket.write(chunk)) continue;
		await new Promise<void>((resolve) => {
			socket.once("drain", resolve).once("close", () => resolve());
		});
	}
	return written;
}

/** What a packet of 64 KB pieces may cost at most before it is seen to be too large. */
const MOST_GROWTH = 40;

describe.skipIf(process.platform !== "linux")("a message of 250 MB", () => {
	it("costs the embedded broker a connection, and no memory", async () => {
		const broker = run("broker", "--port", "0");
		const { port } = await broker.heard({ event: "listening" });
		const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
		socket.write(CONNECT);
		await broker.heard({ event: "connected" });
		const before = peakOf(broker);
		expect(await publishLarge(socket, "lamp/telemetry")).toBeLessThan(50_000_000);
		await broker.heard({ event: "disconnected", code: "packet-too-large" });
		expect(peakOf(broker) - before).toBeLessThan(MOST_GROWTH);
		expect(await broker.end("SIGINT")).toBe(0);
	}, 60_000);

	it("costs the server a connection, and no memory", async () => {
		let first: Socket | undefined;
		const raw = await rawServer(
			willing(({ cmd }, socket) => {
				if (cmd === "subscribe") first ??= socket;
				return undefined;
			}),
		);
		cleanups.push(raw.close);
		const server = run("server", "--broker", raw.url, "--id", "lamp");
		await server.heard({ event: "link", state: "online" });
		const before = peakOf(server);
		expect(await publishLarge(first as Socket, "lamp/telemetry")).toBeLessThan(50_000_000);
		await server.heard({
			event: "link",
			state: "backoff",
			code: "packet-too-large",
			reason: "a packet of 250000021 bytes is larger than the limit of 262144 (--max-packet)",
		});
		await server.heard({ event: "link", state: "online" }, server.events.length);
		expect(peakOf(server) - before).toBeLessThan(MOST_GROWTH);
		expect(await server.end("SIGINT")).toBe(0);
	}, 60_000);

	it("has another limit by --max-packet", async () => {
		const up = run("up", "--port", "0", "--id", "lamp", "--max-packet", "200", "--light", "7");
		const { port } = await up.heard({ event: "listening" });
		await up.heard({ source: "device", event: "led", on: true });
		const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
		cleanups.push(() => socket.destroy());
		socket.write(CONNECT);
		await up.heard({ event: "connected", client: "raw" });
		socket.write(Buffer.concat([Buffer.of(0x30, 0xc9, 1, 0, 1, 0x61), Buffer.alloc(198)]));
		await up.heard({
			event: "disconnected",
			client: "raw",
			reason: "a packet of 204 bytes is larger than the limit of 200 (--max-packet)",
		});
	}, 30_000);
});
