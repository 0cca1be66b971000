import { describe, expect, it } from "vitest";
import { createEnable, createSerial } from "../../../host-sim/co-processor/serial.js";
import { Bench, bytesOf, framed, hexOf } from "./support.js";

const VERSION = bytesOf("08 00 7d a6 | 00 01 01 01 01 00 00 00");
const REPLY = "110093fe02010101010000000500000032 2e312e33".replaceAll(" ", "");

function ported(baud = 614_400) {
	const bench = new Bench();
	bench.chip.onSend = undefined;
	const Serial = createSerial(bench.chip, { timer: bench.clock, now: () => bench.clock.now() });
	const Digital = createEnable(bench.chip, "enable");
	const enable = new Digital({ pin: "enable", mode: Digital.Output, initialValue: 1 });
	const readable: number[] = [];
	const writable: number[] = [];
	const port = new Serial({
		baud,
		format: "buffer",
		target: "radio",
		onReadable: (bytes) => void readable.push(bytes),
		onWritable: (bytes) => void writable.push(bytes),
	});
	bench.clock.advance(400);
	return { bench, Serial, enable, port, readable, writable };
}

const text = (bytes: ArrayBuffer | undefined): string | undefined => bytes && hexOf(new Uint8Array(bytes));

describe("the serial port of the radio", () => {
	it("takes 4096 bytes, and tells of room as bytes leave", () => {
		const { bench, port, writable } = ported();
		expect(writable).toEqual([4096]);
		port.write(new Uint8Array(4096));
		expect(() => port.write(Uint8Array.of(1))).toThrow("cannot write 1 bytes, at present 0 fit");
		bench.clock.advance(1);
		expect(writable).toEqual([4096, 61]);
		port.write(new Uint8Array(61).buffer);
		bench.clock.advance(100);
		expect(writable.at(-1)).toBe(4096);
	});

	it("carries a call and its reply, each in its time", () => {
		const { bench, port, readable } = ported();
		const start = bench.clock.elapsed;
		const request = Uint8Array.from(VERSION);
		port.write(request);
		// Its bytes are copied.
		request.fill(0);
		while (readable.at(-1) !== REPLY.length / 2) bench.clock.advance(1);
		expect(bench.clock.elapsed - start).toBeGreaterThanOrEqual(2);
		expect(text(port.read(4))).toBe(REPLY.slice(0, 8));
		expect(text(port.read())).toBe(REPLY.slice(8));
		expect(port.read()).toBeUndefined();
	});

	it("at another rate than the chip's is silent both ways", () => {
		const { bench, port } = ported(1_843_200);
		port.write(VERSION);
		bench.clock.advance(100);
		expect(port.read()).toBeUndefined();
		expect(bench.chip.statistics.otherBaud).toBe(12);
		const other = ported();
		other.port.write(VERSION);
		other.bench.clock.advance(1);
		other.bench.chip.faults.wrongBaud(9600);
		other.bench.clock.advance(100);
		expect(other.port.read()).toBeUndefined();
	});

	it("keeps 4096 bytes that nobody reads, and loses the rest", () => {
		const { bench, port } = ported();
		const ack = framed(bytesOf("00 02 01 01 01000000 07"));
		for (let count = 0; count < 400; count++) {
			port.write(ack);
			bench.clock.advance(1);
		}
		expect(port.read()?.byteLength).toBe(4096);
	});

	it("can be opened again after close, and then calls nobody back", () => {
		const { bench, Serial, port, readable, writable } = ported();
		expect(() => new Serial({ baud: 614_400 })).toThrow("the serial port of the radio is in use");
		port.write(VERSION);
		port.close();
		port.close();
		expect(() => port.read()).toThrow("closed");
		expect(() => port.write(VERSION)).toThrow("closed");
		expect(bench.clock.timers).toBe(0);
		const again = new Serial({ baud: 614_400 });
		again.write(VERSION);
		bench.clock.advance(10);
		expect(text(again.read())).toBe(REPLY);
		expect([readable, writable]).toEqual([[], [4096]]);
	});

	it("gives its callbacks the port as this, with its target", () => {
		const bench = new Bench();
		bench.chip.onSend = undefined;
		const Serial = createSerial(bench.chip, { timer: bench.clock, now: () => bench.clock.now() });
		const heard: unknown[] = [];
		const port = new Serial({
			baud: 614_400,
			target: "radio",
			onWritable() {
				heard.push(this, (this as { target?: unknown }).target);
			},
		});
		expect(heard).toEqual([]);
		bench.clock.advance(1);
		expect(heard).toEqual([port, "radio"]);
	});

	it.each([
		["no rate", { baud: 0 }, "baud: 0 is not a rate"],
		["another format", { baud: 9600, format: "number" as "buffer" }, 'format: number is not "buffer"'],
	])("refuses %s", (_, options, message) => {
		const { Serial } = ported();
		expect(() => new Serial(options)).toThrow(message);
	});
});

describe("the enable pin of the radio", () => {
	it("is its power", () => {
		const { bench, enable } = ported();
		expect(bench.chip.isListening).toBe(true);
		enable.write(0);
		expect(bench.chip.isListening).toBe(false);
		enable.write(1);
		bench.clock.advance(300);
		expect(bench.chip.isListening).toBe(true);
		enable.close();
		expect(bench.chip.isListening).toBe(true);
	});
});
