import { describe, expect, it } from "vitest";
import type { ByteBuffer } from "../../../host-sim/io/byte-buffer.js";
import { createTCP, TCP } from "../../../host-sim/io/tcp.js";
import { connected, listen, pattern, settle, until } from "./support.js";

describe("TCP write", () => {
	const backing = Uint8Array.of(9, 1, 2, 3, 9);
	const shared = new Uint8Array(new SharedArrayBuffer(3));
	shared.set([1, 2, 3]);
	const BUFFERS: { name: string; data: ByteBuffer }[] = [
		{ name: "an ArrayBuffer", data: Uint8Array.of(1, 2, 3).buffer },
		{ name: "a SharedArrayBuffer", data: shared.buffer },
		{ name: "a Uint8Array", data: backing.subarray(1, 4) },
		{ name: "an Int8Array", data: new Int8Array(backing.buffer, 1, 3) },
		{ name: "a DataView", data: new DataView(backing.buffer, 1, 3) },
		{ name: "a Node Buffer", data: Buffer.from([1, 2, 3]) },
		{ name: "a shared view", data: shared },
	];

	it.each(BUFFERS)("§6 Byte Buffer: takes $name, only the bytes that it covers", async ({ data }) => {
		const { tcp, peer } = await connected();
		tcp.write(data);
		await until(() => peer.received().length >= 3);
		expect([...peer.received()]).toEqual([1, 2, 3]);
		tcp.close();
	});

	const detached = new Uint8Array(3);
	structuredClone(detached.buffer, { transfer: [detached.buffer] });

	it.each([
		["text"],
		[undefined],
		[null],
		[5],
		[[1, 2]],
		[new Uint16Array(2)],
		[new Float32Array(2)],
		[{}],
		[detached],
		[detached.buffer],
	])("§9 write: throws for incompatible data and sends nothing (case %#)", async (data) => {
		const { tcp, peer, errors } = await connected();
		expect(() => tcp.write(data as ByteBuffer)).toThrow(TypeError);
		tcp.write(Uint8Array.of(7));
		await until(() => peer.received().length > 0);
		expect({ received: [...peer.received()], errors }).toEqual({ received: [7], errors: [] });
		tcp.close();
	});

	it("§10 write: in the number format takes one byte, and nothing else", async () => {
		const { tcp, peer } = await connected();
		tcp.format = "number";
		for (const value of [256, -1, 1.5, Number.NaN, undefined, "x", new Uint8Array(2)]) {
			expect(() => tcp.write(value as number)).toThrow("data");
		}
		for (const value of [0, 128, 255]) tcp.write(value);
		await until(() => peer.received().length >= 3);
		expect([...peer.received()]).toEqual([0, 128, 255]);
		tcp.close();
	});

	it("copies the data: the caller may use its buffer again at once", async () => {
		const { tcp, peer } = await connected();
		const data = Uint8Array.of(1, 2, 3);
		tcp.write(data, { more: true });
		data.fill(0);
		tcp.write(data.subarray(0, 1));
		await until(() => peer.received().length >= 4);
		expect([...peer.received()]).toEqual([1, 2, 3, 0]);
		tcp.close();
	});

	it("§10 write: sends the fragments of a sequence, in order, even when it is never finished", async () => {
		const { tcp, peer } = await connected();
		tcp.write(Uint8Array.of(1), { more: true, byteLength: 3 });
		tcp.write(Uint8Array.of(2), { more: true });
		tcp.write(Uint8Array.of(3), Object.freeze({ more: false, unknown: 1 }));
		tcp.write(Uint8Array.of(4), { more: true });
		await until(() => peer.received().length >= 4);
		expect([...peer.received()]).toEqual([1, 2, 3, 4]);
		tcp.close();
	});

	it("§10 write: counts the fragments that wait against the writable count", async () => {
		const { tcp, writable } = await connected();
		const capacity = writable[0] ?? 0;
		expect(tcp.write(new Uint8Array(1000), { more: true })).toBe(capacity - 1000);
		expect(() => tcp.write(new Uint8Array(capacity))).toThrow(`at present ${capacity - 1000} fit`);
		await until(() => writable.at(-1) === capacity);
		tcp.close();
	});

	it.each([[null], [5], ["more"], [{ byteLength: 0 }], [{ byteLength: 1.5 }]])(
		"§10 write options: throws for %j and sends nothing",
		async (options) => {
			const { tcp, peer } = await connected();
			expect(() => tcp.write(Uint8Array.of(1), options as object)).toThrow();
			await settle(5);
			expect(peer.received().length).toBe(0);
			tcp.close();
		},
	);

	it("§10 onWritable: first when connected, then after writes, with the total count", async () => {
		const { tcp, writable } = await connected();
		expect(writable).toEqual([16_384]);
		for (let written = 1; written <= 3; written++) {
			tcp.write(new Uint8Array(100));
			tcp.write(new Uint8Array(100));
			await until(() => writable.length > written);
			await settle(5);
			expect(writable.length).toBe(1 + written);
			expect(writable.at(-1)).toBe(16_384);
		}
		tcp.close();
	});

	it("§9, §10 onWritable: each time tells of more room than the program knew of", async () => {
		const peer = await listen((socket) => socket.resume());
		const unfounded: string[] = [];
		let known = 0;
		let turn = 0;
		const tcp = new (createTCP({ writable: 3000 }))({
			address: peer.address,
			port: peer.port,
			onWritable(count) {
				if (count <= known) unfounded.push(`${count} after ${known}`);
				known = count;
				// In turn all of the room, a little of it, two fragments, and the same from outside a callback.
				const sizes = [[count], [1], [10, 20], [0, count - 1, 1]][turn % 4] ?? [];
				const write = () => {
					for (const size of sizes) known = this.write(new Uint8Array(size));
				};
				if (turn++ < 60) turn % 3 === 0 ? setTimeout(write) : write();
			},
		});
		await until(() => turn > 60);
		await settle(5);
		expect({ unfounded, turn }).toEqual({ unfounded: [], turn: 61 });
		tcp.close();
	});

	it("§10 write: returns less by the data, until onWritable tells that it has left", async () => {
		const { tcp, writable } = await connected();
		expect([tcp.write(new Uint8Array(100)), tcp.write(new Uint8Array(16_284))]).toEqual([16_284, 0]);
		expect(() => tcp.write(Uint8Array.of(1))).toThrow("at present 0 fit");
		await until(() => writable.length === 2);
		await settle(5);
		expect(writable).toEqual([16_384, 16_384]);
		tcp.close();
	});

	it("§9 write: throws and sends nothing when the data exceeds the writable count", async () => {
		const { tcp, peer, writable } = await connected();
		expect(() => tcp.write(new Uint8Array(16_385))).toThrow("cannot write 16385 bytes, at present 16384 fit");
		tcp.write(pattern(16_384));
		await until(() => peer.received().length >= 16_384);
		await settle(5);
		expect(peer.received().equals(pattern(16_384))).toBe(true);
		expect(writable.at(-1)).toBe(16_384);
		tcp.close();
	});

	it("§10 write: throws before the connection is there", async () => {
		const peer = await listen();
		const tcp = new TCP({ address: peer.address, port: peer.port });
		expect(() => tcp.write(Uint8Array.of(1))).toThrow(`not connected to 127.0.0.1:${peer.port}`);
		expect(tcp.read()).toBe(undefined);
		tcp.close();
	});

	it("sends nothing for empty data", async () => {
		const { tcp, writable } = await connected();
		expect(tcp.write(new Uint8Array(0))).toBe(16_384);
		await settle(5);
		expect(writable).toEqual([16_384]);
		tcp.close();
	});
});
