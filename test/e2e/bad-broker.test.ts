import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
let server: Server | undefined;
afterEach(async () => {
	await programs.endAll();
	server?.close();
});

/** A server on a free port that does `behave` to whoever connects. */
const listen = (behave: (socket: Socket) => void): Promise<string> => {
	const listening = createServer((socket) => {
		socket.on("error", () => {});
		behave(socket);
	});
	server = listening;
	return new Promise((resolve) =>
		listening.listen(0, "127.0.0.1", () => {
			resolve(`mqtt://127.0.0.1:${(listening.address() as { port: number }).port}`);
		}),
	);
};

/** Sends `bytes`, one each `pause` milliseconds, for as long as the connection lasts. */
const trickle = (bytes: readonly number[], pause: number) => (socket: Socket) => {
	let at = 0;
	const timer = setInterval(() => socket.write(Uint8Array.of(bytes[at++ % bytes.length] as number)), pause);
	socket.on("close", () => clearInterval(timer));
	socket.resume();
};

const CASES: readonly [string, (socket: Socket) => void, RegExp][] = [
	["closes at once", (socket) => socket.destroy(), /closed the connection|connection reset/],
	[
		"sends garbage",
		(socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
		/packet type 4 with 84 bytes|flags 8/,
	],
	["stays silent", (socket) => void socket.resume(), /no CONNACK within 300 ms/],
	["sends a byte now and then", trickle([0x20, 0x02], 120), /no CONNACK within 300 ms/],
	["refuses", (socket) => socket.end(Uint8Array.of(0x20, 2, 0, 3)), /server unavailable \(CONNACK 3\)/],
];

describe("a device at a broker that", () => {
	it.each(CASES)("%s says so, tries again, and ends cleanly", async (_, behave, reason) => {
		const url = await listen(behave);
		const { mkdtempSync, writeFileSync } = await import("node:fs");
		const { tmpdir } = await import("node:os");
		const { join } = await import("node:path");
		const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(
			join(cwd, "quick.json"),
			JSON.stringify({ mqtt: { responseTimeout: 300 }, reconnect: { initial: 50 } }),
		);
		const words = ["device", "--broker", url, "--id", "lamp", "--config", "quick.json", "--json"];
		const device = programs.add(new Nightlight(words, { cwd }));
		const first = await device.heard({ event: "link", state: "backoff" });
		expect(first.reason).toMatch(reason);
		await device.heard({ event: "link", state: "backoff" }, device.events.indexOf(first) + 1);
		expect(await device.end("SIGINT")).toBe(0);
		expect(device.errors).toBe("");
	});

	it("is not there is told of by its address, and fails when time is up", async () => {
		const device = programs.add(
			new Nightlight([
				"device",
				"--broker",
				"mqtt://127.0.0.1:1",
				"--id",
				"lamp",
				"--duration",
				"0.5",
				"--json",
			]),
		);
		expect(await device.exited).toBe(1);
		expect(device.events.find(({ state }) => state === "backoff")?.reason).toBe(
			"connection refused by 127.0.0.1:1",
		);
	});

	it("has no known name is told of by its name", async () => {
		const device = programs.add(
			new Nightlight(["device", "--broker", "mqtt://no-such-host.invalid", "--id", "lamp", "--json"]),
		);
		const backoff = await device.heard({ event: "link", state: "backoff" });
		expect(backoff.reason).toMatch(/^cannot resolve no-such-host\.invalid \(E/);
	});
});
