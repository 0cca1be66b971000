import { describe, expect, it } from "vitest";
import { TCP } from "../../../host-sim/io/tcp.js";
import { bytes, connected, listen, pattern, reentrancy, settle, until } from "./support.js";

describe("TCP read", () => {
	it("§9 read: returns undefined when no data is available, in each format and for each argument", async () => {
		const { tcp } = await connected();
		expect([tcp.read(), tcp.read(5), tcp.read(new Uint8Array(5))]).toEqual([undefined, undefined, undefined]);
		tcp.format = "number";
		expect(tcp.read()).toBe(undefined);
		tcp.close();
	});

	it("§10 read: without argument returns what has arrived, as an ArrayBuffer", async () => {
		const { tcp, readable } = await connected((socket) => socket.write("abc"));
		await until(() => readable.length > 0);
		const data = tcp.read();
		expect(data).toBeInstanceOf(ArrayBuffer);
		expect(bytes(data as ArrayBuffer)).toEqual([97, 98, 99]);
		expect(tcp.read()).toBe(undefined);
		tcp.close();
	});

	it("§9 read: a number limits the bytes; a Byte Buffer is filled as far as possible", async () => {
		const { tcp, readable } = await connected((socket) =>
			socket.write(Uint8Array.from({ length: 12 }, (_, i) => i)),
		);
		await until(() => readable.length > 0);
		expect(bytes(tcp.read(2) as ArrayBuffer)).toEqual([0, 1]);
		const target = new Uint8Array(6);
		expect(tcp.read(target.subarray(2, 4))).toBe(2);
		expect(Array.from(target)).toEqual([0, 0, 2, 3, 0, 0]);
		expect(tcp.read(new DataView(target.buffer, 5))).toBe(1);
		expect(tcp.read(new Int8Array(target.buffer, 0, 1))).toBe(1);
		expect(Array.from(target)).toEqual([5, 0, 2, 3, 0, 4]);
		expect(tcp.read(new Uint8Array(0))).toBe(0);
		expect(tcp.read(target.buffer)).toBe(6);
		expect(Array.from(target)).toEqual([6, 7, 8, 9, 10, 11]);
		expect(tcp.read(target)).toBe(undefined);
		tcp.close();
	});

	it.each([[0], [-1], [1.5], [Number.NaN], ["2"], [new Uint16Array(2)], [[]], [null], [{}]])(
		"§9 read: throws for %s",
		async (argument) => {
			const { tcp, readable } = await connected((socket) => socket.write("abc"));
			await until(() => readable.length > 0);
			expect(() => tcp.read(argument as number)).toThrow();
			expect(bytes(tcp.read() as ArrayBuffer)).toEqual([97, 98, 99]);
			tcp.close();
		},
	);

	it("§10 read: in the number format returns the next byte, whatever the argument", async () => {
		const { tcp, readable } = await connected((socket) => socket.write(Uint8Array.of(0, 255, 7)));
		await until(() => readable.length > 0);
		tcp.format = "number";
		expect([tcp.read(), tcp.read(2), tcp.read(), tcp.read()]).toEqual([0, 255, 7, undefined]);
		tcp.close();
	});

	it("§9 format: may be changed between reads", async () => {
		const { tcp, readable } = await connected((socket) => socket.write(Uint8Array.of(1, 2, 3, 4)));
		await until(() => readable.length > 0);
		tcp.format = "number";
		expect(tcp.read()).toBe(1);
		tcp.format = "buffer";
		expect(bytes(tcp.read(2) as ArrayBuffer)).toEqual([2, 3]);
		tcp.format = "number";
		expect(tcp.read()).toBe(4);
		tcp.close();
	});

	it("§10 onReadable: a peer that sends byte by byte; counts all that is unread, once for each arrival", async () => {
		const message = pattern(40);
		const { tcp, readable } = await connected(async (socket) => {
			socket.setNoDelay(true);
			for (const byte of message) {
				socket.write(Uint8Array.of(byte));
				await settle(1);
			}
		});
		await until(() => readable.at(-1) === message.length);
		expect(readable).toEqual([...new Set(readable)].sort((a, b) => a - b));
		expect(readable.length).toBeGreaterThan(1);
		const calls = readable.length;
		await settle(5);
		expect(readable.length).toBe(calls);
		expect(bytes(tcp.read() as ArrayBuffer)).toEqual(Array.from(message));
		tcp.close();
	});
});

describe("TCP callbacks", () => {
	it("§8 callbacks: never inside a call, with `this` the instance, none after close", async () => {
		const peer = await listen((socket) => socket.pipe(socket));
		const { call, callback, broken } = reentrancy();
		const wrongThis: unknown[] = [];
		let afterClose = 0;
		let isClosed = false;
		let rounds = 0;
		const heard = (name: string, instance: unknown) => {
			callback(name);
			if (instance !== tcp) wrongThis.push(name);
			if (isClosed) afterClose++;
		};
		const options = Object.freeze({
			address: peer.address,
			port: peer.port,
			noDelay: true,
			onReadable(this: TCP) {
				heard("onReadable", this);
				call("read", () => this.read());
				rounds++;
				if (rounds < 20) call("write", () => this.write(pattern(300)));
			},
			onWritable(this: TCP) {
				heard("onWritable", this);
				if (rounds === 0) call("write", () => this.write(pattern(300)));
			},
			onError(this: TCP) {
				heard("onError", this);
			},
		});
		const tcp: TCP = call("constructor", () => new TCP(options));
		await until(() => rounds >= 20);
		call("write", () => tcp.write(pattern(300)));
		call("close", () => tcp.close());
		isClosed = true;
		await settle();
		expect({ broken, wrongThis, afterClose }).toEqual({ broken: [], wrongThis: [], afterClose: 0 });
	});

	it("works without any callback, or with null", async () => {
		const peer = await listen((socket) => socket.end("x"));
		const { address, port } = peer;
		const tcp = new TCP({ address, port, onReadable: null, onWritable: null, onError: null });
		let data: ArrayBuffer | undefined;
		await until(() => {
			data ??= tcp.read();
			return data !== undefined;
		});
		expect(bytes(data)).toEqual([120]);
		tcp.close();
	});

	it.each([
		{ address: "127.0.0.1", remoteAddress: "127.0.0.1" },
		{ address: "::ffff:127.0.0.1", remoteAddress: "0000:0000:0000:0000:0000:ffff:7f00:0001" },
	])(
		"§10 remoteAddress, remotePort of $address: there while connected",
		async ({ address, remoteAddress }) => {
			const peer = await listen();
			let isConnected = false;
			const tcp = new TCP({
				address,
				port: peer.port,
				keepAlive: 1,
				onWritable() {
					isConnected = true;
				},
			});
			expect([tcp.remoteAddress, tcp.remotePort]).toEqual([undefined, undefined]);
			await until(() => isConnected);
			expect([tcp.remoteAddress, tcp.remotePort]).toEqual([remoteAddress, peer.port]);
			tcp.close();
			expect([tcp.remoteAddress, tcp.remotePort]).toEqual([undefined, undefined]);
		},
	);
});
