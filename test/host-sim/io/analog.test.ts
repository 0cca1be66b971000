import { describe, expect, it } from "vitest";
import { createAnalog } from "../../../host-sim/io/analog.js";
import { PinBoard } from "../../../host-sim/io/pins.js";

const reader = (read: () => number, resolution?: number) => {
	const board = new PinBoard();
	board.analog("light", read);
	const Analog = createAnalog(board);
	return new Analog({ pin: "light", ...(resolution !== undefined && { resolution }) });
};

describe("Analog", () => {
	it("§10 read: gives back each of the 1024 values of a 10-bit source exactly", () => {
		let value = 0;
		const analog = reader(() => value / 1023);
		for (value = 0; value <= 1023; value++) expect(analog.read()).toBe(value);
	});

	it.each([
		{ fraction: 0, resolution: 12, value: 0 },
		{ fraction: 1, resolution: 1, value: 1 },
		{ fraction: 1, resolution: 8, value: 255 },
		{ fraction: 1, resolution: 10, value: 1023 },
		{ fraction: 1, resolution: 16, value: 65_535 },
		{ fraction: 0.5, resolution: 12, value: 2048 },
		{ fraction: 0.4999, resolution: 1, value: 0 },
		{ fraction: -0.1, resolution: 10, value: 0 },
		{ fraction: 7, resolution: 10, value: 1023 },
		{ fraction: Number.POSITIVE_INFINITY, resolution: 10, value: 1023 },
		{ fraction: Number.NEGATIVE_INFINITY, resolution: 10, value: 0 },
	])("§10 read: $fraction of full scale at $resolution bits is $value", ({ fraction, resolution, value }) => {
		expect(reader(() => fraction, resolution).read()).toBe(value);
	});

	it.each([
		{ wanted: undefined, given: 10 },
		{ wanted: 1, given: 1 },
		{ wanted: 16, given: 16 },
		{ wanted: 24, given: 24 },
		{ wanted: 32, given: 24 },
	])("§10 resolution: $given bits when $wanted are wanted", ({ wanted, given }) => {
		const analog = reader(() => 1, wanted);
		expect(analog.resolution).toBe(given);
		expect(() => Reflect.set(analog, "resolution", 3)).not.toThrow();
		expect(analog.resolution).toBe(given);
	});

	it("takes the board's usual resolution, which must be one it has", () => {
		const board = new PinBoard();
		board.analog(0, () => 1);
		expect(new (createAnalog(board, { resolution: 12 }))({ pin: 0 }).read()).toBe(4095);
		expect(() => createAnalog(board, { resolution: 25 })).toThrow(RangeError);
	});

	it("§9 constructor: throws while the pin is in use, not after close", () => {
		const board = new PinBoard();
		board.analog(0, () => 0);
		const Analog = createAnalog(board);
		const first = new Analog({ pin: 0 });
		expect(() => new Analog({ pin: 0 })).toThrow("pin 0 is in use");
		first.close();
		const second = new Analog({ pin: 0 });
		first.close();
		expect(() => new Analog({ pin: 0 })).toThrow("pin 0 is in use");
		second.close();
	});

	it("§8 constructor: leaves the pin free when an option is refused", () => {
		const board = new PinBoard();
		board.analog(0, () => 0);
		const Analog = createAnalog(board);
		expect(() => new Analog({ pin: 0, resolution: -1 })).toThrow(RangeError);
		new Analog({ pin: 0 }).close();
	});

	it("follows a source that is wired anew", () => {
		const board = new PinBoard();
		board.analog(0, () => 0);
		const analog = new (createAnalog(board))({ pin: 0 });
		board.analog(0, () => 1);
		expect(analog.read()).toBe(1023);
	});

	it("§9 read: throws a one-line error when the source gives no number", () => {
		expect(() => reader(() => Number.NaN).read()).toThrow('the source of pin "light" gives no number');
	});
});
