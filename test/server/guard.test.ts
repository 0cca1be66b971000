import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { guard, type Refusal } from "../../server/guard.js";

/** A guarded stream: what came through, and why it was ended. */
function guarded(pieces: readonly Uint8Array[], limit = 128) {
	const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
	const refusals: Refusal[] = [];
	guard(stream, limit, (refusal) => refusals.push(refusal));
	const through: Buffer[] = [];
	stream.on("data", (bytes: Buffer) => through.push(bytes));
	for (const piece of pieces) stream.push(piece);
	stream.push(null);
	return new Promise<{ through: Buffer; refusals: Refusal[] }>((resolve) =>
		setImmediate(() => resolve({ through: Buffer.concat(through), refusals })),
	);
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
	Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
		bytes.subarray(index * size, (index + 1) * size),
	);

const SIZES = [1, 2, 3, 5, 1000];

it.each(SIZES)("lets good packets through as they are, in pieces of %d bytes", async (size) => {
	const bytes = Buffer.from([0x20, 2, 0, 0, 0x90, 3, 0, 1, 0, 0xd0, 0]);
	expect(await guarded(cut(bytes, size))).toEqual({ through: bytes, refusals: [] });
});

it.each(SIZES)("ends at a packet above the limit, in pieces of %d bytes", async (size) => {
	const good = Buffer.from([0x20, 2, 0, 0]);
	const bytes = Buffer.concat([good, Buffer.from([0x30, 0xff, 0x7f]), Buffer.alloc(500)]);
	const { through, refusals } = await guarded(cut(bytes, size));
	expect(refusals).toEqual([{ kind: "too-large", size: 16_386 }]);
	expect(through.length).toBeLessThanOrEqual(6);
});

it.each(SIZES)("ends at another protocol, in pieces of %d bytes", async (size) => {
	const bytes = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
	const { through, refusals } = await guarded(cut(bytes, size));
	expect(refusals).toEqual([{ kind: "foreign", protocol: "HTTP" }]);
	expect(through).toHaveLength(0);
});

it("hands on what it held back when it is nothing known, or the end", async () => {
	for (const bytes of [Buffer.from("HTTQ"), Buffer.from("HT"), Buffer.of(0x15)])
		for (const size of SIZES)
			expect(await guarded(cut(bytes, size))).toEqual({ through: bytes, refusals: [] });
});

it("loses and adds no byte, whatever comes, however it is cut", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 20 }), async (pieces) => {
			const all = Buffer.concat(pieces);
			const { through, refusals } = await guarded(pieces);
			if (refusals.length === 0) expect(through).toEqual(all);
			else expect(all.subarray(0, through.length)).toEqual(through);
		}),
		{ numRuns: 200 },
	);
});
