import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTCP } from "../../../host-sim/io/tcp.js";
import { listen, pattern, settle, until } from "./support.js";

const digest = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** More than the kernel's buffers take, so that both sides have to wait for each other. */
const LARGE = pattern(8 * 1024 * 1024);

describe("TCP back-pressure", () => {
	it.each([{ writable: 1000 }, { writable: 16_384 }, { writable: 300_001 }])(
		"§9 write: a large transfer to a peer that does not read at first arrives byte for byte ($writable)",
		async ({ writable }) => {
			const peer = await listen(() => {}, { reading: false });
			let written = 0;
			const counts: number[] = [];
			const tcp = new (createTCP({ writable }))({
				address: peer.address,
				port: peer.port,
				onWritable(count) {
					counts.push(count);
					let left = count;
					while (left > 0 && written < LARGE.length) {
						const part = LARGE.subarray(written, written + Math.min(left, 7777));
						written += part.length;
						left = this.write(part);
					}
				},
			});
			await until(() => peer.sockets.length > 0 && written > 0);
			await settle();
			const stalled = written;
			await settle();
			expect(written).toBe(stalled);
			expect(written).toBeLessThan(LARGE.length);

			const received: Buffer[] = [];
			peer.sockets[0]?.on("data", (chunk) => received.push(chunk));
			peer.sockets[0]?.resume();
			await until(() => received.reduce((sum, chunk) => sum + chunk.length, 0) >= LARGE.length);
			expect(digest(Buffer.concat(received))).toBe(digest(LARGE));
			expect(counts[0]).toBe(writable);
			expect(Math.max(...counts)).toBe(writable);
			tcp.close();
		},
	);

	it("§9 write: throws and sends nothing while a stalled buffer has too little room", async () => {
		const peer = await listen(() => {}, { reading: false });
		let isFull = false;
		let count = 0;
		let written = 0;
		const tcp = new (createTCP({ writable: 50_000 }))({
			address: peer.address,
			port: peer.port,
			onWritable(bytes) {
				count = bytes;
			},
		});
		await until(() => count > 0);
		while (!isFull) {
			while (count >= 20_000) {
				count = tcp.write(LARGE.subarray(written, written + 20_000));
				written += 20_000;
			}
			await settle(20);
			isFull = count < 20_000;
		}
		expect(count).toBe(10_000);
		expect(() => tcp.write(new Uint8Array(10_001))).toThrow("at present 10000 fit");
		count = tcp.write(LARGE.subarray(written, written + 9_999));
		written += 9_999;
		expect(count).toBe(1);

		const received: Buffer[] = [];
		peer.sockets[0]?.on("data", (chunk) => received.push(chunk));
		peer.sockets[0]?.resume();
		await until(() => count === 50_000);
		await until(() => received.reduce((sum, chunk) => sum + chunk.length, 0) >= written);
		expect(digest(Buffer.concat(received))).toBe(digest(LARGE.subarray(0, written)));
		tcp.close();
	});

	it("takes no more from the network than the readable size allows while the program does not read", async () => {
		let isWritten = false;
		const peer = await listen((socket) => {
			socket.write(LARGE, () => {
				isWritten = true;
			});
		});
		const readable: number[] = [];
		const tcp = new (createTCP({ readable: 5000 }))({
			address: peer.address,
			port: peer.port,
			onReadable: (count) => readable.push(count),
		});
		await until(() => (readable.at(-1) ?? 0) >= 5000);
		await settle();
		expect(isWritten).toBe(false);
		expect(readable.at(-1)).toBeLessThan(10_000);
		const calls = readable.length;

		// Room for a part of the size is enough to go on: a message may need what is unread and more.
		const parts = [new Uint8Array(tcp.read((readable.at(-1) ?? 0) - 4000) ?? new ArrayBuffer(0))];
		await until(() => readable.length > calls);

		// A little at a time: it must go on as soon as there is room again.
		let total = parts[0]?.byteLength ?? 0;
		await until(() => {
			for (let reads = 0; reads < 50; reads++) {
				const data = tcp.read(1234);
				if (data === undefined) break;
				parts.push(new Uint8Array(data));
				total += data.byteLength;
			}
			return total >= 200_000;
		});
		expect(readable.length).toBeGreaterThan(calls);
		expect(Math.max(...readable)).toBeLessThan(10_000);
		expect(digest(Buffer.concat(parts))).toBe(digest(LARGE.subarray(0, total)));
		tcp.close();
	});

	it("delivers all bytes and then the disconnect to a program that reads in onReadable", async () => {
		const peer = await listen((socket) => socket.end(LARGE));
		const hash = createHash("sha256");
		let total = 0;
		let atEnd: number | undefined;
		const tcp = new (createTCP({ readable: 3000 }))({
			address: peer.address,
			port: peer.port,
			onReadable(count) {
				const data = this.read();
				expect(data?.byteLength).toBe(count);
				total += count;
				hash.update(new Uint8Array(data ?? new ArrayBuffer(0)));
			},
			onError: () => {
				atEnd = total;
			},
		});
		await until(() => atEnd !== undefined);
		expect(atEnd).toBe(LARGE.length);
		expect(hash.digest("hex")).toBe(digest(LARGE));
		tcp.close();
	});

	it.each([{ writable: 0 }, { readable: 0 }, { writable: 1.5 }, { readable: -1 }])(
		"createTCP throws for %o",
		(sizes) => {
			expect(() => createTCP(sizes)).toThrow(RangeError);
		},
	);
});
