import { describe, expect, it } from "vitest";
import { createDigital, type DigitalOptions } from "../../../host-sim/io/digital.js";
import { PinBoard } from "../../../host-sim/io/pins.js";
import type { Level } from "../../../host-sim/io/signal.js";
import { reentrancy, settle } from "./support.js";

const setUp = () => {
	const board = new PinBoard(["led", "button"]);
	return { board, Digital: createDigital(board) };
};

describe("Digital", () => {
	it("§10 constants: are distinct bits", () => {
		const { Digital } = setUp();
		const modes = [Digital.Input, Digital.InputPullUp, Digital.InputPullDown, Digital.InputPullUpDown];
		const all = [...modes, Digital.Output, Digital.OutputOpenDrain, Digital.Rising, Digital.Falling];
		const sum = all.reduce<number>((total, each) => total + each, 0);
		expect(all.reduce<number>((total, each) => total | each, 0)).toBe(sum);
		expect(new Set(all).size).toBe(8);
	});

	it("§8, §10: a subclass has the constants, and its instances drive the pin", () => {
		const { board, Digital } = setUp();
		class Lamp extends Digital {
			constructor(pin: string) {
				super({ pin, mode: Digital.Output, initialValue: 1 });
			}
			toggle(): void {
				this.write(board.digital("led") === 1 ? 0 : 1);
			}
		}
		expect([Lamp.Output, Lamp.Rising]).toEqual([Digital.Output, Digital.Rising]);
		const lamp = new Lamp("led");
		const seen = [board.digital("led")];
		lamp.toggle();
		seen.push(board.digital("led"));
		expect(seen).toEqual([1, 0]);
		lamp.close();
	});

	it.each([
		{ options: {}, levels: [0, 1, 0] },
		{ options: { initialValue: 1 }, levels: [1, 1, 0] },
		{ options: { activeLow: true }, levels: [1, 0, 1] },
		{ options: { activeLow: true, initialValue: 1 }, levels: [0, 0, 1] },
	])("§10 output: with $options, first, write(1), write(0) are levels $levels", ({ options, levels }) => {
		for (const mode of ["Output", "OutputOpenDrain"] as const) {
			const { board, Digital } = setUp();
			const led = new Digital({ pin: "led", mode: Digital[mode], ...(options as Partial<DigitalOptions>) });
			const seen = [board.digital("led")];
			for (const value of [1, 0] as const) {
				led.write(value);
				seen.push(board.digital("led"));
			}
			expect(seen, mode).toEqual(levels);
		}
	});

	it("tells the board's listeners of changes of level only, within write", () => {
		const { board, Digital } = setUp();
		const seen: Level[] = [];
		const off = board.onDigital("led", (level) => seen.push(level));
		const led = new Digital({ pin: "led", mode: Digital.Output });
		for (const value of [1, 1, 0, 0, 1] as const) led.write(value);
		expect(seen).toEqual([1, 0, 1]);
		off();
		led.write(0);
		expect(seen).toEqual([1, 0, 1]);
	});

	it.each([[2], [-1], [0.5], [Number.NaN], [true], ["1"], [undefined], [null], [{}]])(
		"§10 write: throws for %s and leaves the pin as it is",
		(value) => {
			const { board, Digital } = setUp();
			const led = new Digital({ pin: "led", mode: Digital.Output, initialValue: 1 });
			expect(() => led.write(value as Level)).toThrow("0 or 1");
			expect(board.digital("led")).toBe(1);
		},
	);

	it("§10 notes: an output does not read, an input does not write", () => {
		const { Digital } = setUp();
		for (const mode of [Digital.Output, Digital.OutputOpenDrain]) {
			const output = new Digital({ pin: "led", mode });
			expect(() => output.read()).toThrow("cannot be read");
			output.close();
		}
		for (const mode of [Digital.Input, Digital.InputPullUp, Digital.InputPullDown, Digital.InputPullUpDown]) {
			const input = new Digital({ pin: "button", mode });
			expect(() => input.write(1)).toThrow("cannot be written");
			input.close();
		}
	});

	it.each([
		{ mode: "Input", values: [0, 1, 0, 0] },
		{ mode: "InputPullUp", values: [1, 1, 0, 1] },
		{ mode: "InputPullDown", values: [0, 1, 0, 0] },
		{ mode: "InputPullUpDown", values: [0, 1, 0, 0] },
	] as const)("§10 $mode: let go, high, low, let go reads $values", ({ mode, values }) => {
		const { board, Digital } = setUp();
		const button = new Digital({ pin: "button", mode: Digital[mode] });
		const inverted = values.map((value) => 1 - value);
		const read = (input: { read(): Level }) =>
			[undefined, 1, 0, undefined].map((level) => {
				board.drive("button", level as Level | undefined);
				return input.read();
			});
		expect(read(button)).toEqual(values);
		button.close();
		expect(read(new Digital({ pin: "button", mode: Digital[mode], activeLow: true }))).toEqual(inverted);
	});

	it("lets others pull an open drain low, not an output", () => {
		const { board, Digital } = setUp();
		board.drive("led", 0);
		board.drive("button", 0);
		const open = new Digital({ pin: "led", mode: Digital.OutputOpenDrain, initialValue: 1 });
		const output = new Digital({ pin: "button", mode: Digital.Output, initialValue: 1 });
		expect([board.digital("led"), board.digital("button")]).toEqual([0, 1]);
		open.close();
		output.close();
	});

	it.each([
		{ edges: ["Rising"], activeLow: false, values: [1, 1] },
		{ edges: ["Falling"], activeLow: false, values: [0, 0] },
		{ edges: ["Rising", "Falling"], activeLow: false, values: [1, 0, 1, 0] },
		{ edges: ["Rising"], activeLow: true, values: [1, 1] },
		{ edges: ["Falling"], activeLow: true, values: [0, 0] },
	] as const)("§10 onReadable: $edges, activeLow $activeLow", async ({ edges, activeLow, values }) => {
		const { board, Digital } = setUp();
		const seen: Level[] = [];
		const edge = edges.reduce((sum, name) => sum + Digital[name], 0);
		const active = activeLow ? 0 : 1;
		board.drive("button", (1 - active) as Level);
		const button = new Digital({
			pin: "button",
			mode: Digital.Input,
			activeLow,
			edge,
			onReadable() {
				expect(this).toBe(button);
				seen.push(this.read());
			},
		});
		for (const value of [1, 1, 0, 0, 1, 0]) {
			board.drive("button", (value === 1 ? active : 1 - active) as Level);
			await settle(2);
		}
		expect(seen).toEqual(values);
		button.close();
	});

	it("§8 callbacks: never inside a call, none after close", async () => {
		const { board, Digital } = setUp();
		const { call, callback, broken } = reentrancy();
		let calls = 0;
		const options = {
			pin: "button",
			mode: Digital.InputPullUp,
			edge: Digital.Rising + Digital.Falling,
			onReadable: () => {
				calls++;
				callback("onReadable");
			},
		};
		const first = call("constructor", () => new Digital(options));
		call("drive", () => board.drive("button", 0));
		expect(calls).toBe(0);
		await settle(2);
		expect(calls).toBe(1);
		call("drive", () => board.drive("button", 1));
		call("close", () => first.close());
		board.drive("button", 0);
		await settle(2);
		expect({ calls, broken }).toEqual({ calls: 1, broken: [] });
	});

	it("§10 edge: is ignored without onReadable, initialValue for an input", () => {
		const { board, Digital } = setUp();
		const options = { pin: "led", mode: Digital.InputPullDown, edge: 5, initialValue: 7 as Level };
		const input = new Digital({ ...options, onReadable: null });
		expect(board.digital("led")).toBe(0);
		input.close();
	});

	it("§8 close: frees the pin, which keeps its level", () => {
		const { board, Digital } = setUp();
		for (const mode of [Digital.Output, Digital.OutputOpenDrain]) {
			const led = new Digital({ pin: "led", mode, initialValue: 1 });
			expect(() => new Digital({ pin: "led", mode: Digital.Input })).toThrow('pin "led" is in use');
			led.close();
			expect(board.digital("led")).toBe(1);
		}
	});

	it("§8 constructor: changes no level and takes no pin when an option is refused", () => {
		const { board, Digital } = setUp();
		const refused = { pin: "led", mode: Digital.Output, activeLow: true, format: "buffer" as "number" };
		expect(() => new Digital(refused)).toThrow("format");
		expect(board.digital("led")).toBe(0);
		new Digital({ pin: "led", mode: Digital.Output }).close();
	});
});

describe("PinBoard", () => {
	it("names a pin that it does not have, or has of another kind", () => {
		const { board, Digital } = setUp();
		board.analog(3, () => 0);
		const make = (pin: number | string) => () => new Digital({ pin, mode: Digital.Output });
		expect(make(7)).toThrow("the board has no pin 7");
		expect(make("7")).toThrow('the board has no pin "7"');
		expect(make(3)).toThrow("pin 3 has no digital signal");
		expect(() => board.takeAnalog("led")).toThrow('pin "led" has no analog signal');
		expect(() => board.digital("x\ny")).toThrow(/^the board has no pin "x\\ny"$/);
	});

	it("has a pin once something is wired to it", () => {
		const board = new PinBoard();
		const seen: Level[] = [];
		board.onDigital(5, (level) => seen.push(level));
		board.drive(6, 1);
		expect([board.digital(5), board.digital(6)]).toEqual([0, 1]);
		board.drive(5, 1);
		expect(seen).toEqual([1]);
	});

	it("lets a listener be added twice and each be removed once", () => {
		const board = new PinBoard();
		let calls = 0;
		const count = () => {
			calls++;
		};
		const off = board.onDigital(5, count);
		board.onDigital(5, count);
		board.drive(5, 1);
		off();
		off();
		board.drive(5, 0);
		expect(calls).toBe(3);
	});
});
