import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createTCP, TCP } from "../../../host-sim/io/tcp.js";
import { socketError } from "../../../host-sim/io/tcp-error.js";
import { bytes, closedPort, listen, pattern, settle, until } from "./support.js";

/** A socket that notes in which order its callbacks come; `read` says whether it reads in them. */
const open = (peer: { address: string; port: number }, { read = true } = {}) => {
	const events: string[] = [];
	const tcp = new TCP({
		address: peer.address,
		port: peer.port,
		onReadable(count) {
			events.push(`readable ${count}`);
			if (read) events.push(`read ${bytes(this.read())}`);
		},
		onWritable: () => events.push("writable"),
		onError: (error) => events.push(`error ${error?.message}`),
	});
	return { tcp, events, name: `${peer.address}:${peer.port}` };
};

const isError = (event: string): boolean => event.startsWith("error");

describe("TCP onError", () => {
	it("§10 onError: connection refused", async () => {
		const { tcp, events, name } = open({ address: "127.0.0.1", port: await closedPort() });
		await until(() => events.length > 0);
		await settle();
		expect(events).toEqual([`error connection refused by ${name}`]);
		expect(() => tcp.write(Uint8Array.of(1))).toThrow("not connected");
		tcp.close();
		tcp.close();
	});

	it("§10 onError: a peer that closes at once", async () => {
		const peer = await listen((socket) => socket.end());
		const { tcp, events, name } = open(peer);
		await until(() => events.some(isError));
		await settle();
		expect(events).toEqual(["writable", `error ${name} closed the connection`]);
		expect(() => tcp.write(Uint8Array.of(1))).toThrow("not connected");
		tcp.close();
	});

	it("§10 onError: a peer that resets", async () => {
		const peer = await listen((socket) => socket.resetAndDestroy());
		const { tcp, events, name } = open(peer);
		await until(() => events.some(isError));
		await settle();
		expect(events.filter(isError)).toEqual([`error connection reset by ${name}`]);
		tcp.close();
	});

	it.each([{ read: true }, { read: false }])(
		"delivers what came before the disconnect first (program reads: $read)",
		async ({ read }) => {
			const peer = await listen((socket) => socket.end("ab"));
			const { tcp, events, name } = open(peer, { read });
			await until(() => events.some(isError));
			const error = `error ${name} closed the connection`;
			expect(events.filter((event) => event !== "writable")).toEqual(
				read ? ["readable 2", "read 97,98", error] : ["readable 2", error],
			);
			expect(bytes(tcp.read())).toEqual(read ? undefined : [97, 98]);
			tcp.close();
		},
	);

	it("comes once, though the peer first closes and then resets while data is on its way to it", async () => {
		const peer = await listen(() => {}, { reading: false, allowHalfOpen: true });
		const errors: (string | undefined)[] = [];
		let isStalled = false;
		const tcp = new (createTCP({ writable: 16_000_000 }))({
			address: peer.address,
			port: peer.port,
			onWritable(count) {
				isStalled ||= count === 16_000_000 && this.write(new Uint8Array(count)) === 0;
			},
			onError: (error) => errors.push(error?.message),
		});
		await until(() => isStalled && peer.sockets.length > 0);
		peer.sockets[0]?.end();
		await until(() => errors.length > 0);
		peer.sockets[0]?.resetAndDestroy();
		await settle();
		expect(errors).toEqual([`127.0.0.1:${peer.port} closed the connection`]);
		expect(tcp.remoteAddress).toBe(undefined);
		tcp.close();
	});

	it.each([
		["ECONNREFUSED", "connection refused by 10.0.0.1:1883"],
		["ECONNRESET", "connection reset by 10.0.0.1:1883"],
		["EPIPE", "connection reset by 10.0.0.1:1883"],
		["ECONNABORTED", "connection to 10.0.0.1:1883 aborted"],
		["ETIMEDOUT", "connection to 10.0.0.1:1883 timed out"],
		["EHOSTUNREACH", "no route to 10.0.0.1:1883"],
		["ENETUNREACH", "network of 10.0.0.1:1883 unreachable"],
		["EMFILE", "too many open files"],
		["EACCES", "connection to 10.0.0.1:1883 not permitted"],
		["ENETDOWN", "network down"],
		["EWHATEVER", "connection to 10.0.0.1:1883 failed (EWHATEVER)"],
		[undefined, "connection to 10.0.0.1:1883 failed (unknown error)"],
	])("says %s as: %s", (code, message) => {
		const cause = Object.assign(new Error("x"), code === undefined ? {} : { code });
		expect(socketError(cause, "10.0.0.1:1883")).toMatchObject({ message, cause });
	});

	it("names an IPv6 endpoint with brackets", async () => {
		const { tcp, events } = open({ address: "::ffff:127.0.0.1", port: await closedPort() });
		await until(() => events.length > 0);
		expect(events[0]).toMatch(/^error connection refused by \[::ffff:127\.0\.0\.1\]:\d+$/);
		tcp.close();
	});
});

describe("TCP close", () => {
	it.each([
		{ when: "at once" },
		{ when: "in onWritable" },
		{ when: "in onReadable" },
		{ when: "in onError" },
	])("§8 close $when: no callback comes afterwards", async ({ when }) => {
		const peer = await listen((socket) => socket.end("hello"));
		const late: string[] = [];
		let isClosed = false;
		const closeIf = (name: string, tcp: TCP) => {
			if (isClosed) late.push(name);
			if (when !== `in ${name}`) return;
			tcp.close();
			isClosed = true;
		};
		const tcp = new TCP({
			address: peer.address,
			port: peer.port,
			onReadable() {
				closeIf("onReadable", this);
			},
			onWritable() {
				closeIf("onWritable", this);
			},
			onError() {
				closeIf("onError", this);
			},
		});
		if (when === "at once") {
			tcp.close();
			isClosed = true;
		}
		await until(() => isClosed);
		await settle();
		tcp.close();
		expect(late).toEqual([]);
	});

	it("§8 close: no onError when the connection is refused afterwards", async () => {
		const { tcp, events } = open({ address: "127.0.0.1", port: await closedPort() });
		tcp.close();
		await settle();
		expect(events).toEqual([]);
	});

	it("sends what was written before, then disconnects in order, though unread data waits", async () => {
		const data = pattern(16_384);
		let isEnded = false;
		let closed: { hadError: boolean } | undefined;
		const peer = await listen(
			(socket) => {
				socket.write(Buffer.alloc(8_000_000));
				socket.on("end", () => {
					isEnded = true;
				});
				socket.on("close", (hadError) => {
					closed = { hadError };
				});
			},
			{ reading: false },
		);
		const { tcp, events } = open(peer, { read: false });
		await until(() => events.includes("writable") && events.some((event) => event.startsWith("readable")));
		await settle();
		tcp.write(data);
		tcp.close();
		const start = performance.now();
		await settle();
		const received: Buffer[] = [];
		peer.sockets[0]?.on("data", (chunk) => received.push(chunk));
		peer.sockets[0]?.resume();
		await until(() => closed !== undefined);
		expect(performance.now() - start).toBeLessThan(900);
		expect({ isEnded, closed }).toEqual({ isEnded: true, closed: { hadError: false } });
		expect(Buffer.concat(received).equals(data)).toBe(true);
	});

	/** How long a program in a process of its own stays after it has written, and closed the socket. */
	const exitDelay = async (port: number, byteLength: number): Promise<number> => {
		const source = `
			import { createTCP } from ${JSON.stringify(new URL("../../../host-sim/io/tcp.ts", import.meta.url).href)};
			const TCP = createTCP({ writable: ${byteLength} });
			new TCP({ address: "127.0.0.1", port: ${port}, onWritable() {
				this.write(new Uint8Array(${byteLength}));
				this.close();
				console.log(performance.now());
				process.on("exit", () => console.log(performance.now()));
			} });`;
		const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", source]);
		const output: Buffer[] = [];
		child.stdout.on("data", (chunk) => output.push(chunk));
		await new Promise((done) => child.on("close", done));
		const [closed = Number.NaN, exited = Number.NaN] = String(Buffer.concat(output)).split("\n").map(Number);
		return exited - closed;
	};

	/** How long a socket stays whose peer goes on sending and does not disconnect. */
	const disconnectDelay = async (): Promise<number> => {
		let isClosed = false;
		const peer = await listen(
			(socket) => {
				const timer = setInterval(() => socket.write("still here"), 20);
				socket.on("close", () => {
					clearInterval(timer);
					isClosed = true;
				});
			},
			{ allowHalfOpen: true },
		);
		const { tcp, events } = open(peer);
		await until(() => events.includes("writable"));
		const start = performance.now();
		tcp.close();
		await until(() => isClosed);
		return performance.now() - start;
	};

	it("lasts a second at most; a process ends at once when all is sent", async () => {
		const { port } = await listen(() => {}, { reading: false, allowHalfOpen: true });
		const [sent, stuck, chatty] = await Promise.all([
			exitDelay(port, 10),
			exitDelay(port, 16_000_000),
			disconnectDelay(),
		]);
		expect(sent).toBeLessThan(900);
		for (const delay of [stuck, chatty]) {
			expect(delay).toBeGreaterThan(900);
			expect(delay).toBeLessThan(3500);
		}
	});
});
