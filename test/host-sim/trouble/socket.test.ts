import { X509Certificate } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { TCP as FirmwareTCP, IOError } from "../../../firmware/ecma-419.js";
import { Resolver } from "../../../host-sim/io/resolver.js";
import { TCP } from "../../../host-sim/io/tcp.js";
import { TLS } from "../../../host-sim/io/tls.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { Trouble } from "../../../host-sim/trouble/trouble.js";
import { Authority } from "../../support/certificates.js";
import { serveTLS } from "../io/tls-support.js";

/** Milliseconds each way. */
const LATENCY = 200;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server on loopback; what it got and who ended is kept. */
async function listening() {
	const got: string[] = [];
	let accepted = 0;
	let ended = 0;
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		accepted += 1;
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => {
			ended += 1;
			sockets.delete(socket);
		});
		socket.on("data", (bytes) => got.push(bytes.toString()));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	cleanups.push(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return {
		port: (server.address() as { port: number }).port,
		got,
		counts: () => ({ accepted, ended }),
		say: (text: string) => {
			for (const socket of sockets) socket.write(text);
		},
		hangUp: () => {
			for (const socket of sockets) socket.end();
		},
	};
}

function switchedOn() {
	const trouble = new Trouble([], LATENCY);
	cleanups.push(() => trouble.stop());
	const life = new Life(trouble);
	return { trouble, life, network: life.network({ TCP, TLS, Resolver }) };
}

/** A socket, and what it told its program. */
function dial({ network }: ReturnType<typeof switchedOn>, port: number) {
	const heard: string[] = [];
	const times: number[] = [];
	const tell = (text: string) => {
		heard.push(text);
		times.push(performance.now());
	};
	const socket: FirmwareTCP = new network.TCP({
		...{ address: "127.0.0.1", port, target: "mine" },
		onWritable: () => tell("writable"),
		onReadable: function (this: FirmwareTCP) {
			const bytes = this.read();
			if (bytes !== undefined) tell(Buffer.from(bytes).toString());
		},
		onError: (error?: IOError) => tell(`${error?.code}: ${error?.message}`),
	});
	cleanups.push(() => socket.close());
	return {
		socket,
		heard,
		times,
		opened: () => expect.poll(() => heard, { interval: 2 }).toContain("writable"),
	};
}

const send = (socket: FirmwareTCP, text: string) => socket.write(Buffer.from(text));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a socket without trouble", () => {
	it("does as the one underneath", async () => {
		const server = await listening();
		const { socket, heard, opened } = dial(switchedOn(), server.port);
		expect(socket.target).toBe("mine");
		expect(() => send(socket, "early")).toThrow(/not connected/);
		await opened();
		expect(send(socket, "hello")).toBe(16_384 - 5);
		await expect.poll(() => server.got).toEqual(["hello"]);
		expect(() => socket.write(new Uint8Array(16_385))).toThrow(/16385 bytes/);
		server.say("there");
		await expect.poll(() => heard).toContain("there");
		server.hangUp();
		await expect.poll(() => heard.at(-1)).toMatch(/^closed-by-broker: /);
		expect(() => send(socket, "late")).toThrow();
		socket.close();
		socket.close();
		expect(() => socket.read()).toThrow("closed");
	});

	it.each([
		{ latency: false, isCut: false, got: ["goodbye"] },
		{ latency: true, isCut: false, got: ["goodbye"] },
		{ latency: true, isCut: true, got: [] },
	])(
		"says goodbye after its close, unless the power is cut: $latency, $isCut",
		async ({ latency, isCut, got }) => {
			const server = await listening();
			const device = switchedOn();
			const { socket, opened } = dial(device, server.port);
			await opened();
			device.trouble.set("latency", latency);
			send(socket, "goodbye");
			socket.close();
			if (isCut) device.trouble.set("power-cut", true);
			device.life.end();
			await pause(2 * LATENCY);
			expect(server.got).toEqual(got);
		},
	);

	it("keeps what is not read, and takes no more than it may from the network", async () => {
		const server = await listening();
		const { network } = switchedOn();
		let last = 0;
		const socket: FirmwareTCP = new network.TCP({
			...{ address: "127.0.0.1", port: server.port },
			onReadable: (count) => {
				last = count;
			},
		});
		cleanups.push(() => socket.close());
		await expect.poll(() => server.counts().accepted).toBe(1);
		const text = "0123456789".repeat(100_000);
		server.say(text);
		await expect.poll(() => last).toBeGreaterThan(65_000);
		await pause(100);
		expect(last).toBeLessThan(65_536 + 16_384);
		let read = "";
		await expect
			.poll(
				() => {
					read += Buffer.from(socket.read(7000) ?? new ArrayBuffer(0)).toString();
					return read.length;
				},
				{ interval: 0 },
			)
			.toBe(text.length);
		expect(read).toBe(text);
	});
});

describe("Wi-Fi off", () => {
	it("breaks what is open, without a word to the other side until it is back", async () => {
		const server = await listening();
		const device = switchedOn();
		const { socket, heard, opened } = dial(device, server.port);
		await opened();
		device.trouble.set("wifi-off", true);
		await expect.poll(() => heard).toEqual(["writable", "no-network: Wi-Fi is off"]);
		expect(() => send(socket, "lost")).toThrow(/not connected/);
		server.say("nobody hears it");
		socket.close();
		await pause(100);
		expect(server.counts()).toEqual({ accepted: 1, ended: 0 });
		device.trouble.set("wifi-off", false);
		await expect.poll(() => server.counts()).toEqual({ accepted: 1, ended: 1 });
		expect([heard.length, server.got]).toEqual([2, []]);
	});

	it("lets nothing new through, until it is back", async () => {
		const server = await listening();
		const device = switchedOn();
		device.trouble.set("wifi-off", true);
		const { heard } = dial(device, server.port);
		expect(heard).toEqual([]);
		await expect.poll(() => heard).toEqual(["no-network: Wi-Fi is off"]);
		expect(server.counts().accepted).toBe(0);
		device.trouble.set("wifi-off", false);
		await dial(device, server.port).opened();
	});

	it.each(["localhost", "127.0.0.1"])("finds no address of %s, until it is back", async (host) => {
		const { trouble, network } = switchedOn();
		const resolver = new network.Resolver({ io: network.Resolver });
		cleanups.push(() => resolver.close());
		const find = () =>
			new Promise((resolve) =>
				resolver.resolve({ host }, (error, address) => resolve(error === null ? address : error.code)),
			);
		trouble.set("wifi-off", true);
		expect(await find()).toBe("no-network");
		trouble.set("wifi-off", false);
		expect(await find()).toMatch(/^(127\.0\.0\.1|::1)$/);
	});
});

describe("half-open", () => {
	it("loses bytes in both directions, and closes nothing", async () => {
		const server = await listening();
		const device = switchedOn();
		const { socket, heard, opened } = dial(device, server.port);
		await opened();
		device.trouble.set("half-open", true);
		expect(device.trouble.swallows).toBe(true);
		send(socket, "lost");
		server.say("lost, too");
		server.hangUp();
		await pause(100);
		expect([heard, server.got]).toEqual([["writable"], []]);
		socket.close();
		expect(device.trouble.swallows).toBe(false);
	});

	it("loses the end of a connection, too, until it is over", async () => {
		const server = await listening();
		const device = switchedOn();
		const { socket, opened } = dial(device, server.port);
		await opened();
		device.trouble.set("half-open", true);
		socket.close();
		await pause(100);
		expect(server.counts().ended).toBe(0);
		device.trouble.set("half-open", false);
		await expect.poll(() => server.counts().ended).toBe(1);
	});

	it("leaves a connection that lost bytes lost, and lets new ones through afterwards", async () => {
		const server = await listening();
		const device = switchedOn();
		device.trouble.set("half-open", true);
		const old = dial(device, server.port);
		await old.opened();
		device.trouble.set("half-open", false);
		send(old.socket, "lost");
		const next = dial(device, server.port);
		await next.opened();
		send(next.socket, "found");
		await expect.poll(() => server.got).toEqual(["found"]);
		old.socket.close();
		await expect.poll(() => server.counts()).toEqual({ accepted: 2, ended: 1 });
	});
});

describe("latency", () => {
	it("has everything come late, each way, in order", async () => {
		const server = await listening();
		const device = switchedOn();
		device.trouble.set("latency", true);
		const begun = performance.now();
		const { socket, heard, times, opened } = dial(device, server.port);
		await opened();
		expect((times[0] as number) - begun).toBeGreaterThan(2 * LATENCY - 10);
		const sent = performance.now();
		send(socket, "one");
		server.say("hello");
		// What is under way is not overtaken.
		device.trouble.set("latency", false);
		expect(send(socket, "two")).toBe(16_384 - 6);
		await expect.poll(() => server.got.join("")).toBe("onetwo");
		expect(performance.now() - sent).toBeGreaterThan(LATENCY - 10);
		await expect.poll(() => heard).toContain("hello");
		send(socket, "three");
		await expect.poll(() => server.got.join("")).toBe("onetwothree");
	});

	it("delays the end of a connection behind the last bytes", async () => {
		const server = await listening();
		const device = switchedOn();
		const { socket, opened } = dial(device, server.port);
		await opened();
		device.trouble.set("latency", true);
		send(socket, "goodbye");
		socket.close();
		await pause(LATENCY / 2);
		expect([server.got, server.counts().ended]).toEqual([[], 0]);
		await expect.poll(() => server.counts().ended).toBe(1);
		expect(server.got).toEqual(["goodbye"]);
	});
});

describe("TLS", () => {
	const authority = new Authority("Nightlight Test CA");
	const ca = new X509Certificate(authority.cert).raw;

	/** A socket with TLS, when it told what; and what it does at a server that sends back what it gets. */
	async function secure({ network }: ReturnType<typeof switchedOn>) {
		const port = await serveTLS(authority.issue({ names: ["broker.test"] }), (peer) => peer.pipe(peer));
		const heard: (readonly [text: string, after: number])[] = [];
		const begun = performance.now();
		const tell = (text: string) => heard.push([text, performance.now() - begun]);
		const socket: FirmwareTCP = new network.TLS({
			...{ address: "127.0.0.1", port, tls: { host: "broker.test", ca: [ca] } },
			onSecuring: () => tell("securing"),
			onWritable: () => tell("writable"),
			onReadable: (count) => tell(Buffer.from(socket.read(count) as ArrayBuffer).toString()),
			onError: (error) => tell(`${error?.code}`),
		});
		cleanups.push(() => socket.close());
		return { socket, heard, texts: () => heard.map(([text]) => text) };
	}

	it("half-open: its handshake is lost", async () => {
		const device = switchedOn();
		device.trouble.set("half-open", true);
		const { texts } = await secure(device);
		await expect.poll(texts).toEqual(["securing"]);
		await pause(200);
		expect(texts()).toEqual(["securing"]);
	});

	it("latency: its handshake takes one more round trip", async () => {
		const device = switchedOn();
		device.trouble.set("latency", true);
		const { socket, heard, texts } = await secure(device);
		await expect.poll(texts).toEqual(["securing", "writable"]);
		expect(heard[0]?.[1]).toBeGreaterThan(2 * LATENCY - 10);
		expect(heard[1]?.[1]).toBeGreaterThan(4 * LATENCY - 10);
		send(socket, "echo");
		await expect.poll(texts).toContain("echo");
	});

	it("Wi-Fi off: it breaks in its handshake", async () => {
		const device = switchedOn();
		device.trouble.set("latency", true);
		const { texts } = await secure(device);
		device.trouble.set("wifi-off", true);
		await expect.poll(texts).toEqual(["no-network"]);
	});
});

describe("a power cut", () => {
	it("calls the program no more, and the other side hears of it when the power is back", async () => {
		const server = await listening();
		const device = switchedOn();
		const { heard, opened } = dial(device, server.port);
		await opened();
		device.trouble.set("power-cut", true);
		device.life.end();
		server.say("nobody hears it");
		await pause(100);
		expect([heard, server.counts().ended]).toEqual([["writable"], 0]);
		device.trouble.set("power-cut", false);
		await expect.poll(() => server.counts().ended).toBe(1);
		expect(heard).toEqual(["writable"]);
	});
});

describe("switches", () => {
	it("tell each change once, and since when", () => {
		const { trouble } = switchedOn();
		const changes: unknown[] = [];
		const unlisten = trouble.listen((name, isOn) => changes.push([name, isOn]));
		const before = Date.now();
		trouble.set("latency", true);
		trouble.set("latency", true);
		expect(trouble.active).toEqual([{ name: "latency", since: expect.any(Number) }]);
		expect(trouble.active[0]?.since).toBeGreaterThanOrEqual(before);
		trouble.set("latency", false);
		unlisten();
		trouble.set("wifi-off", true);
		expect(changes).toEqual([
			["latency", true],
			["latency", false],
		]);
		expect(trouble.possible).toEqual(["wifi-off", "half-open", "latency", "power-cut", "storage-full"]);
		expect(() => trouble.set("broker-down", true)).toThrow(RangeError);
	});
});
