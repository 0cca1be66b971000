import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "../../../firmware/websocket/websocket.js";
import { tapped } from "../../../host-sim/io/tapped.js";
import { TCP, type TCPFormat, type TCPOptions } from "../../../host-sim/io/tcp.js";
import { TLS } from "../../../host-sim/io/tls.js";
import { createHost } from "../../../host-sim/provider.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server on loopback that sends back what it gets. */
async function echo(): Promise<number> {
	const open = new Set<Socket>();
	const server = createServer((socket) => {
		open.add(socket);
		socket.on("error", () => {}).pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	cleanups.push(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	return (server.address() as { port: number }).port;
}

/** A socket that is heard, once it is connected. */
async function connected(format: TCPFormat) {
	const heard = { wrote: [] as number[], read: [] as number[] };
	let opened = 0;
	const Heard = tapped(TCP, () => {
		opened += 1;
		return {
			wrote: (bytes) => void heard.wrote.push(...bytes),
			read: (bytes) => void heard.read.push(...bytes),
		};
	});
	let onWritable = () => {};
	let onReadable = () => {};
	const writable = new Promise<void>((resolve) => {
		onWritable = resolve;
	});
	const readable = new Promise<void>((resolve) => {
		onReadable = resolve;
	});
	const options: TCPOptions<TCPFormat> = {
		...{ address: "127.0.0.1", port: await echo(), format },
		onWritable: () => onWritable(),
		onReadable: () => onReadable(),
	};
	const socket: TCP<TCPFormat> = new Heard(options);
	cleanups.push(() => socket.close());
	await writable;
	return { socket, heard, readable, opened: () => opened };
}

describe("a host's sockets", () => {
	const wire = { wrote: () => {}, read: () => {} };
	it.each([
		["are themselves when nobody hears them", undefined, true],
		["are others of their kind when somebody does", () => wire, false],
	])("%s", (_, tap, isSame) => {
		const { device } = createHost({ inputs: {}, storage: "", restart: () => {}, report: () => {}, tap });
		const { tls, ws, wss } = device.network;
		const classes = [device.io.TCP, tls?.client.io, ws?.stream.io, wss?.stream.io];
		const plain = [TCP, TLS, WebSocket, WebSocket];
		expect(classes.map((one, index) => one === plain[index])).toEqual(plain.map(() => isSame));
		expect(classes.map((one, index) => one?.prototype instanceof (plain[index] as typeof TCP))).toEqual(
			plain.map(() => !isSame),
		);
	});
});

describe("a socket that is heard", () => {
	it("is heard in both directions, as often as it is made", async () => {
		const { socket, heard, readable, opened } = await connected("buffer");
		expect(socket).toBeInstanceOf(TCP);
		const room = socket.write(Uint8Array.of(1, 2, 3));
		expect(socket.write(new ArrayBuffer(1), { more: true })).toBe(room - 1);
		socket.write(Uint8Array.of(4));
		await readable;
		await expect
			.poll(() => {
				socket.read();
				return heard.read;
			})
			.toEqual([1, 2, 3, 0, 4]);
		expect(heard.wrote).toEqual([1, 2, 3, 0, 4]);
		expect(socket.read()).toBeUndefined();
		expect(opened()).toBe(1);
	});

	it("is heard of what is read into a buffer: that, and no more", async () => {
		const { socket, heard, readable } = await connected("buffer");
		socket.write(Uint8Array.of(7, 8));
		await readable;
		const target = Uint8Array.of(9, 9, 9, 9);
		expect(socket.read(target)).toBe(2);
		expect(heard.read).toEqual([7, 8]);
	});

	it("is heard byte by byte in the format number", async () => {
		const { socket, heard, readable } = await connected("number");
		socket.write(5);
		await readable;
		expect(socket.read()).toBe(5);
		expect(heard).toEqual({ wrote: [5], read: [5] });
	});

	it("throws as others do, and nothing of that is heard", async () => {
		const { socket, heard } = await connected("buffer");
		expect(() => socket.write(new Uint8Array(10_000_000))).toThrow(/at present/);
		socket.close();
		expect(() => socket.read()).toThrow();
		expect(heard).toEqual({ wrote: [], read: [] });
	});
});
