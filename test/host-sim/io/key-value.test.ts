import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyValue, type ValueFormat, type WritableOf } from "../../../host-sim/io/key-value.js";
import { bytes, temporaryFolder } from "./support.js";

const open = (mode: "r" | "r+" = "r+", folder = temporaryFolder()) =>
	createKeyValue(folder).open<ValueFormat>({ path: "test", mode, format: "buffer" });

describe("Key-Value", () => {
	it("§28 example: stores values of several formats in one domain", () => {
		const settings = createKeyValue(temporaryFolder()).open<ValueFormat>({
			path: "settings",
			format: "string",
		});
		settings.write("one", "ONE");
		settings.format = "uint8";
		settings.write("two", 2);
		settings.format = "buffer";
		settings.write("threes", Uint16Array.from([3, 3, 3]).buffer);
		expect(new Uint16Array(settings.read("threes") as ArrayBuffer)).toEqual(Uint16Array.from([3, 3, 3]));
		settings.format = "uint8";
		expect(settings.read("two")).toBe(2);
		settings.format = "string";
		expect(settings.read("one")).toBe("ONE");
		expect([...settings].sort()).toEqual(["one", "threes", "two"]);
		settings.close();
	});

	it.each<{ format: ValueFormat; values: unknown[] }>([
		{ format: "string", values: ["", "x", "\u0000\n", "grüße 🌙", "\ud83c", 5, true, null, [1, 2]] },
		{ format: "uint8", values: [0, 255, "7", null, true] },
		{ format: "int8", values: [-128, 127] },
		{ format: "uint16", values: [0, 65_535] },
		{ format: "int16", values: [-32_768, 32_767] },
		{ format: "uint32", values: [0, 4_294_967_295] },
		{ format: "int32", values: [-2_147_483_648, 2_147_483_647] },
		{ format: "uint64", values: [0n, 2n ** 64n - 1n, 5, "6"] },
		{ format: "int64", values: [-(2n ** 63n), 2n ** 63n - 1n] },
	])("§28 write: stores $format, coerced", ({ format, values }) => {
		const domain = open();
		domain.format = format;
		const coerce = format === "string" ? String : format.endsWith("64") ? BigInt : Number;
		for (const value of values) {
			domain.write("key", value as string);
			expect(domain.read("key")).toBe(coerce(value as string));
		}
		domain.close();
	});

	const view = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
	const shared = new SharedArrayBuffer(2);
	new Uint8Array(shared).set([1, 2]);
	it.each([
		["a view", view],
		["a DataView", new DataView(view.buffer, 1, 2)],
		["an Int8Array", Int8Array.of(1, 2)],
		["an ArrayBuffer", Uint8Array.of(1, 2).buffer],
		["a SharedArrayBuffer", shared],
	])("§6 Byte Buffer: stores the bytes of %s", (_name, value) => {
		const domain = open();
		domain.write("key", value);
		const stored = domain.read("key");
		expect(stored).toBeInstanceOf(ArrayBuffer);
		expect(bytes(stored as ArrayBuffer)).toEqual([1, 2]);
		domain.close();
	});

	it.each<{ format: ValueFormat; values: unknown[] }>([
		{ format: "buffer", values: [undefined, null, "text", 5, [1], new Uint16Array(1), {}] },
		{ format: "string", values: [undefined, Symbol(), Object.create(null)] },
		{ format: "uint8", values: [undefined, -1, 256, 0.5, Number.NaN, "x", {}, Symbol()] },
		{ format: "int8", values: [-129, 128] },
		{ format: "uint16", values: [-1, 65_536] },
		{ format: "int16", values: [-32_769, 32_768] },
		{ format: "uint32", values: [-1, 2 ** 32, Number.POSITIVE_INFINITY] },
		{ format: "int32", values: [-(2 ** 31) - 1, 2 ** 31] },
		{ format: "uint64", values: [undefined, null, -1n, 2n ** 64n, 0.5, "x", {}, Symbol()] },
		{ format: "int64", values: [-(2n ** 63n) - 1n, 2n ** 63n] },
	])(
		"§28 write: TypeError for what cannot be coerced to $format, and the old value stays",
		({ format, values }) => {
			const domain = open();
			domain.write("key", Uint8Array.of(1));
			domain.format = format;
			for (const value of values) {
				expect(() => domain.write("key", value as WritableOf<ValueFormat>)).toThrow(TypeError);
			}
			domain.format = "buffer";
			expect(bytes(domain.read("key") as ArrayBuffer)).toEqual([1]);
			domain.close();
		},
	);

	it("§28 read: TypeError when the value was written in another format", () => {
		const domain = open();
		domain.write("key", new Uint8Array(1));
		for (const format of ["string", "uint8", "int64"] as const) {
			domain.format = format;
			expect(() => domain.read("key")).toThrow(TypeError);
			expect(() => domain.read("key")).toThrow(`the value of "key" is "buffer", not "${format}"`);
			expect(domain.read("other")).toBe(undefined);
		}
		domain.close();
	});

	it("§28 read: fills a Byte Buffer, which must hold the whole value", () => {
		const domain = open();
		domain.write("key", Uint8Array.of(1, 2, 3));
		const target = new Uint8Array(6);
		expect(domain.read("key", target.subarray(2))).toBe(3);
		expect(Array.from(target)).toEqual([0, 0, 1, 2, 3, 0]);
		expect(() => domain.read("key", target.subarray(0, 2))).toThrow(RangeError);
		expect(() => domain.read("key", 3 as never)).toThrow(TypeError);
		expect(domain.read("none", target)).toBe(undefined);
		domain.close();
	});

	it("§28 delete: removes a key, and is content when there is none", () => {
		const domain = open();
		domain.write("key", new Uint8Array(1));
		expect([domain.delete("key"), domain.delete("key")]).toEqual([true, false]);
		expect(domain.read("key")).toBe(undefined);
		domain.close();
	});

	it("§28 mode: read-only throws for write and delete, reads what is there, makes no folder", () => {
		const folder = temporaryFolder();
		const before = open("r", folder);
		expect([...before]).toEqual([]);
		expect(before.read("key")).toBe(undefined);
		expect(readdirSync(folder)).toEqual([]);
		const writer = open("r+", folder);
		writer.write("key", Uint8Array.of(5));
		expect(() => before.write("key", Uint8Array.of(6))).toThrow("for reading only");
		expect(() => before.delete("key")).toThrow("for reading only");
		expect(bytes(before.read("key") as ArrayBuffer)).toEqual([5]);
		writer.close();
		before.close();
	});

	it("§28 constructor: always throws", () => {
		const domain = open();
		const Domain = domain.constructor as new (...parameters: unknown[]) => unknown;
		expect(() => new Domain()).toThrow(TypeError);
		expect(() => new Domain({ path: "test" })).toThrow(TypeError);
		expect(() => new Domain(Symbol(), temporaryFolder(), { path: "test" })).toThrow(TypeError);
		domain.close();
	});

	it("§28 iterator: is one of Annex A, and deleting and writing meanwhile is safe", () => {
		const domain = open();
		for (const key of ["a", "b", "c"]) domain.write(key, new Uint8Array(1));
		const seen: string[] = [];
		for (const key of domain) {
			seen.push(key);
			domain.delete("c");
			domain.delete(key);
			domain.write(`${key}+`, new Uint8Array(1));
		}
		expect(seen).toEqual(["a", "b", "c"]);
		const iterator = domain[Symbol.iterator]();
		expect(iterator.next()).toEqual({ done: false, value: "a+" });
		expect(iterator.return?.()).toEqual({ done: true, value: undefined });
		expect(iterator.next()).toEqual({ done: true, value: undefined });
		domain.close();
		expect(() => [...domain]).toThrow("closed");
	});

	it("§9 constructor: a domain may be open twice; domains are apart", () => {
		const keyValue = createKeyValue(temporaryFolder());
		const [one, two, other] = ["x", "x", "X"].map((path) => keyValue.open({ path, format: "string" }));
		one?.write("key", "value");
		expect([two?.read("key"), other?.read("key")]).toEqual(["value", undefined]);
		for (const domain of [one, two, other]) domain?.close();
	});

	it("keeps values from one opening to the next, like a Map that survives", () => {
		const key = fc.oneof(
			fc.constantFrom("a", "A", "", ".", "..", "../x", "con", "CON", "unfinished", "a.value", "é", "e\u0301"),
			fc.string({ maxLength: 12, unit: "binary" }),
			fc
				.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
				.map((units) => String.fromCharCode(...units)),
		);
		const step = fc.oneof(
			{ weight: 6, arbitrary: fc.record({ key, value: fc.uint8Array({ maxLength: 60 }) }) },
			{ weight: 2, arbitrary: fc.record({ key }) },
			{ weight: 1, arbitrary: fc.constant("reopen" as const) },
		);
		const root = temporaryFolder();
		let run = 0;
		fc.assert(
			fc.property(fc.array(step, { minLength: 5, maxLength: 16 }), (steps) => {
				const folder = join(root, `run-${run++}`);
				const model = new Map<string, number[]>();
				let domain = open("r+", folder);
				for (const each of steps) {
					if (each === "reopen") {
						domain.close();
						domain = open("r+", folder);
					} else if ("value" in each) {
						domain.write(each.key, each.value);
						model.set(each.key, Array.from(each.value));
					} else {
						expect(domain.delete(each.key)).toBe(model.delete(each.key));
					}
				}
				expect([...domain].sort()).toEqual([...model.keys()].sort());
				for (const [name, value] of model) expect(bytes(domain.read(name) as ArrayBuffer)).toEqual(value);
				domain.close();
				if (model.size > 0) expect(readdirSync(folder)).toEqual(["test"]);
			}),
			{ numRuns: 10 },
		);
	});

	it.each([
		["a".repeat(249), "a".repeat(250)],
		["é".repeat(83), "é".repeat(84)],
		["月".repeat(41), "月".repeat(42)],
	])(
		"§28 write: a clear error for a key that is too long; read and delete find nothing (%#)",
		(longest, tooLong) => {
			const domain = open();
			domain.write(longest, Uint8Array.of(1));
			expect(bytes(domain.read(longest) as ArrayBuffer)).toEqual([1]);
			expect(() => domain.write(tooLong, Uint8Array.of(1))).toThrow(
				`key too long: ${tooLong.length} characters do not fit a file name`,
			);
			expect([domain.read(tooLong), domain.delete(tooLong)]).toEqual([undefined, false]);
			domain.close();
		},
	);
});
