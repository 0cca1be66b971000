import { describe, expect, expectTypeOf, it } from "vitest";
import type * as Firmware from "../../../firmware/ecma-419.js";
import { createAnalog } from "../../../host-sim/io/analog.js";
import { createDigital } from "../../../host-sim/io/digital.js";
import { createFlash, type FlashStorage } from "../../../host-sim/io/flash.js";
import { createKeyValue, type KeyValue } from "../../../host-sim/io/key-value.js";
import { PinBoard } from "../../../host-sim/io/pins.js";
import { Resolver } from "../../../host-sim/io/resolver.js";
import { createTCP, TCP } from "../../../host-sim/io/tcp.js";
import { TLS } from "../../../host-sim/io/tls.js";
import { temporaryFolder } from "./support.js";

interface Instance {
	target?: unknown;
	format?: string;
	close(): void;
}
type Constructor = new (options: object) => Instance;

const analogClass = () => {
	const board = new PinBoard();
	board.analog(0, () => 0.5);
	return createAnalog(board);
};

/** Each class with options it accepts, calls of its methods, and options it must refuse. */
const CLASSES = [
	{
		name: "Analog",
		make: (options: never): Instance => new (analogClass())(options),
		subclass: () => analogClass() as never,
		options: { pin: 0, resolution: 10, format: "number" },
		methods: { read: [] },
		refused: [
			{ pin: undefined },
			{ pin: {} },
			{ pin: 1 },
			{ pin: "0" },
			{ resolution: 0 },
			{ resolution: -1 },
			{ resolution: 8.5 },
			{ resolution: Number.NaN },
			{ resolution: "many" },
			{ resolution: undefined },
			{ resolution: Symbol() },
			{ format: "buffer" },
		],
		required: ["pin"],
	},
	{
		name: "Digital",
		make: (options: never): Instance => new (createDigital(new PinBoard([13])))(options),
		subclass: () => createDigital(new PinBoard([13])) as never,
		options: { pin: 13, mode: 16, activeLow: true, initialValue: 1, format: "number" },
		methods: { read: [], write: [1] },
		refused: [
			{ pin: undefined },
			{ pin: 12 },
			{ mode: undefined },
			{ mode: 0 },
			{ mode: 3 },
			{ mode: 64 },
			{ mode: "Output" },
			{ initialValue: 2 },
			{ initialValue: "on" },
			{ format: "buffer" },
			{ onReadable: "no function", edge: 64 },
			{ onReadable() {} },
			{ onReadable() {}, edge: 0 },
			{ onReadable() {}, edge: 1 },
			{ onReadable() {}, edge: 256 },
		],
		required: ["pin", "mode"],
	},
	{
		name: "TCP",
		make: (options: never): Instance => new TCP(options),
		subclass: () => TCP as never,
		options: { address: "127.0.0.1", port: 9, noDelay: true, keepAlive: 500, format: "buffer" },
		methods: { read: [], write: [new Uint8Array(1)] },
		refused: [
			{ address: undefined },
			{ address: "localhost" },
			{ address: "127.0.0.256" },
			{ address: "" },
			{ address: null },
			{ port: undefined },
			{ port: 0 },
			{ port: -1 },
			{ port: 65_536 },
			{ port: 1883.5 },
			{ port: "mqtt" },
			{ port: Number.POSITIVE_INFINITY },
			{ keepAlive: 0 },
			{ keepAlive: -5 },
			{ keepAlive: true, port: null },
			{ format: "string" },
			{ format: undefined },
			{ onReadable: 1 },
			{ onWritable: {} },
			{ onError: undefined },
		],
		required: ["address", "port"],
	},
	{
		name: "TLS",
		make: (options: never): Instance => new TLS(options),
		subclass: () => TLS as never,
		options: { address: "127.0.0.1", port: 9, tls: { host: "broker.test" }, format: "buffer" },
		methods: { read: [], write: [new Uint8Array(1)] },
		refused: [{ address: "localhost" }, { port: 0 }, { tls: undefined }, { tls: {} }, { format: "string" }],
		required: ["address", "port", "tls"],
	},
	{
		name: "Resolver",
		make: (options: never): Instance => new Resolver(options),
		subclass: () => Resolver as never,
		options: {},
		methods: { resolve: [{ host: "127.0.0.1" }, () => {}] },
		refused: [],
		required: [],
	},
	{
		name: "KeyValue domain",
		make: (options: never): Instance => createKeyValue(temporaryFolder()).open(options),
		// Made by `open` only (§28).
		subclass: undefined,
		options: { path: "settings", mode: "r+", format: "buffer" },
		methods: { read: ["key"], write: ["key", new Uint8Array(1)], delete: ["key"] },
		refused: [
			{ path: "" },
			{ path: "x".repeat(300) },
			{ mode: "w" },
			{ mode: undefined },
			{ format: "number" },
			{ format: undefined },
		],
		required: ["path"],
	},
	{
		name: "Flash partition",
		make: (options: never): Instance => createFlash({ folder: temporaryFolder() }).open(options),
		// Made by `open` only (§28).
		subclass: undefined,
		options: { path: "outbox", mode: "r+", format: "buffer" },
		methods: { read: [1, 0], write: [new Uint8Array(1), 0], eraseBlock: [0], status: [] },
		refused: [
			{ path: "" },
			{ path: "x".repeat(300) },
			{ mode: "w" },
			{ mode: undefined },
			{ format: "number" },
			{ format: undefined },
		],
		required: ["path"],
	},
];

/** Each class that a program can derive from, and `createTCP`'s besides. */
const DERIVABLE = [
	...CLASSES.flatMap(({ name, options, subclass }) =>
		subclass === undefined ? [] : [{ name, options, subclass: subclass as () => Constructor }],
	),
	{
		name: "TCP with other buffers",
		options: { address: "127.0.0.1", port: 9 },
		subclass: () => createTCP({ writable: 100 }) as unknown as Constructor,
	},
];

const make = (each: (typeof CLASSES)[number], options: unknown): Instance => each.make(options as never);

describe.each(CLASSES)("$name", (each) => {
	it.each([[undefined], [null], [42], ["options"]])(
		"§8 constructor: throws when its options are %s",
		(options) => {
			expect(() => make(each, options)).toThrow("options object");
		},
	);

	it("§8 constructor: ignores unknown properties, §9 also `io`", () => {
		make(each, { ...each.options, io: "anything", unknown: {} }).close();
	});

	it("§8 constructor: takes frozen options, reads each property once and changes none", () => {
		const reads = new Map<PropertyKey, number>();
		const frozen = Object.freeze({ ...each.options, target: 1 });
		const watched = new Proxy(frozen, {
			get(options, name, receiver) {
				reads.set(name, (reads.get(name) ?? 0) + 1);
				return Reflect.get(options, name, receiver);
			},
		});
		make(each, watched).close();
		expect(new Set(reads.values())).toEqual(new Set([1]));
	});

	it("§8 constructor: finds options that are inherited", () => {
		make(each, Object.create(each.options)).close();
	});

	it("§8 constructor: throws when a required option is missing", () => {
		for (const name of each.required) {
			const rest = Object.entries(each.options).filter(([key]) => key !== name);
			expect(() => make(each, Object.fromEntries(rest)), name).toThrow(`${name}: this option is required`);
		}
	});

	it("§8 constructor: throws a one-line error when an option is out of range", () => {
		for (const options of each.refused) {
			let message = "nothing thrown";
			try {
				make(each, { ...each.options, ...options }).close();
			} catch (error) {
				message = (error as Error).message;
			}
			expect(message, JSON.stringify(options)).toMatch(/^(?!nothing thrown).+$/);
		}
	});

	it("§8 target: is what the options say, and can be changed", () => {
		const target = Symbol();
		const instance = make(each, { ...each.options, target });
		expect(instance.target).toBe(target);
		instance.target = "other";
		expect(instance.target).toBe("other");
		instance.close();
		const without = make(each, each.options);
		expect("target" in without).toBe(false);
		without.close();
	});

	it("§8 close: may be called twice; any other method then throws", () => {
		const instance = make(each, each.options);
		instance.close();
		instance.close();
		for (const [name, parameters] of Object.entries(each.methods)) {
			const method = Reflect.get(instance, name) as (...parameters: unknown[]) => unknown;
			expect(() => method.apply(instance, parameters), name).toThrow("closed");
		}
	});

	it("§8 close: throws on what is no instance", () => {
		const instance = make(each, each.options);
		expect(() => instance.close.call({} as Instance)).toThrow(TypeError);
		instance.close();
	});

	it("§9 format: throws when set to an unsupported value and keeps the old one", () => {
		const instance = make(each, each.options);
		const { format } = instance;
		if (format !== undefined) {
			for (const value of ["object", "", undefined, 1]) {
				expect(() => Reflect.set(instance, "format", value)).toThrow("format");
			}
			Reflect.set(instance, "format", format);
		}
		expect(instance.format).toBe(format);
		instance.close();
	});

	it("§8 close: then throws when `format` is read or set", () => {
		const instance = make(each, each.options);
		if (!("format" in instance)) return instance.close();
		const { format } = instance;
		instance.close();
		expect(() => instance.format).toThrow("closed");
		expect(() => Reflect.set(instance, "format", format)).toThrow("closed");
	});

	it("§6 Self-hosting: shows no property but `target`", () => {
		const instance = make(each, { ...each.options, target: 1 });
		expect(Reflect.ownKeys(instance)).toEqual(["target"]);
		instance.close();
	});
});

describe.each(DERIVABLE)("$name", ({ options, subclass }) => {
	it("§8: tells the constructor that made it, as its prototype does", () => {
		const IO = subclass();
		const instance = new IO(options);
		expect(instance.constructor).toBe(IO);
		expect(Object.getPrototypeOf(instance)).toBe(IO.prototype);
		expect(IO.prototype.constructor).toBe(IO);
		expect(instance).toBeInstanceOf(IO);
		instance.close();
	});

	it("§8: may be subclassed, with fields, methods and static properties of its own", () => {
		const IO = subclass();
		class Own extends IO {
			readonly count: number;
			constructor(given: object) {
				super({ ...given, target: "own" });
				this.count = 3;
			}
			override close(): void {
				super.close();
				closed.push(this.count);
			}
		}
		const closed: number[] = [];
		const instance = new Own(options);
		expect(instance.constructor).toBe(Own);
		expect(instance).toBeInstanceOf(Own);
		expect(instance).toBeInstanceOf(IO);
		expect(instance.target).toBe("own");
		instance.close();
		expect(closed).toEqual([3]);
	});
});

describe("types", () => {
	it("fit the firmware's seam", () => {
		const board = new PinBoard();
		expectTypeOf(createAnalog(board)).toExtend<Firmware.AnalogConstructor>();
		expectTypeOf(createDigital(board)).toExtend<Firmware.DigitalConstructor>();
		expectTypeOf(TCP).toExtend<Firmware.TCPConstructor>();
		expectTypeOf(createTCP()).toExtend<Firmware.TCPConstructor>();
		expectTypeOf({ io: Resolver }).toExtend<Firmware.ResolverOptions>();
		expectTypeOf<KeyValue>().toExtend<Firmware.KeyValue>();
		expectTypeOf<FlashStorage>().toExtend<Firmware.FlashStorage>();
	});
});
