import { expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { perform, read, type Step, wait, write } from "./script.js";
import { GENERATOR_1, RADIO_PINS } from "./setups.js";

const PB08 = 1 << 8;
const [PC26, INPUT, INPUT_PULLED] = [1 << 26, 2, 6];

describeWith([wioTools], "PORT", () => {
	it("drives pins, and says each change", async () => {
		const { events } = await perform([
			write("PORT.GROUP[1].OUTSET", PB08),
			write("PORT.GROUP[1].DIRSET", PB08),
			write("PORT.GROUP[1].OUTTGL", PB08),
			write("PORT.GROUP[1].OUTCLR", PB08),
			write("PORT.GROUP[1].DIR", 0),
		]);
		const pins = events.flatMap((event) => (event.kind === "pin" ? [[event.pin, event.level]] : []));
		expect(pins).toEqual([
			["PB08", 1],
			["PB08", 0],
			["PB08", "z"],
		]);
	});

	it("gives a pin away to a peripheral", async () => {
		const { events } = await perform([write("PORT.GROUP[1].DIRSET", 1 << 24), ...RADIO_PINS]);
		const levels = events.flatMap((event) => (event.kind === "pin" ? [event.level] : []));
		expect(levels).toEqual([0, "z"]);
	});

	it.each<[string, "z" | 0 | 1, number, readonly Step[], number]>([
		["a button that is pressed as 0", 0, INPUT_PULLED, [write("PORT.GROUP[2].OUTSET", PC26)], 0],
		["one that is not, by its pull-up, as 1", "z", INPUT_PULLED, [write("PORT.GROUP[2].OUTSET", PC26)], PC26],
		["one without a pull-up as 0", "z", INPUT, [write("PORT.GROUP[2].OUTSET", PC26)], 0],
		["one that is pulled down as 0", "z", INPUT_PULLED, [], 0],
		["a level from outside", 1, INPUT, [], PC26],
		["0 without INEN", 1, 0, [], 0],
		[
			"what it drives itself",
			"z",
			INPUT,
			[write("PORT.GROUP[2].OUTSET", PC26), write("PORT.GROUP[2].DIRSET", PC26)],
			PC26,
		],
	])("reads %s", async (_, level, config, steps, expected) => {
		const { results } = await perform(
			[write("PORT.GROUP[2].PINCFG[26]", config), ...steps, read("PORT.GROUP[2].IN")],
			(wio) => wio.setPin("PC26", level),
		);
		expect(results).toEqual([expected]);
	});

	it("configures several pins at once with WRCONFIG", async () => {
		const { results } = await perform([
			write("PORT.GROUP[1].WRCONFIG", 0xd301_0100),
			read("PORT.GROUP[1].PMUX[12]"),
			read("PORT.GROUP[1].PINCFG[24]"),
			read("PORT.GROUP[1].PINCFG[8]"),
		]);
		expect(results).toEqual([3, 1, 0]);
	});
});

/** SERCOM7 with 24 MHz, its pins not yet. */
const SPI: readonly Step[] = [
	...GENERATOR_1,
	write("GCLK.PCHCTRL[37]", 0x41),
	write("MCLK.APBDMASK", 1 << 3),
	write("SERCOM7.BAUD", 0),
	write("SERCOM7.CTRLA", (3 << 2) | (2 << 16) | (2 << 20)),
	write("SERCOM7.CTRLA", (3 << 2) | (2 << 16) | (2 << 20) | 2),
	wait("SERCOM7.SYNCBUSY", 3, 0),
];
/** MOSI PB19 and SCK PB20 have function D; CS PB21 is low, DC PC06 is an output. */
const SPI_PINS: readonly Step[] = [
	write("PORT.GROUP[1].WRCONFIG", 0xd301_0018),
	write("PORT.GROUP[1].OUTCLR", 1 << 21),
	write("PORT.GROUP[1].DIRSET", 1 << 21),
	write("PORT.GROUP[2].DIRSET", 1 << 6),
];
const send = (byte: number): Step[] => [
	wait("SERCOM7.INTFLAG", 1, 1),
	write("SERCOM7.DATA", byte),
	wait("SERCOM7.INTFLAG", 2, 2),
];

describeWith([wioTools], "a SERCOM as SPI to the LCD", () => {
	const bytes = [...send(0x2c), write("PORT.GROUP[2].OUTSET", 1 << 6), ...send(0xf8), ...send(0x00)];

	it("sends bytes, with the pins that say what they are", async () => {
		const { events } = await perform([...SPI, ...SPI_PINS, ...bytes]);
		const sent = events.flatMap((event) =>
			event.kind === "lcd" ? [[event.dataCommand, event.chipSelect, ...event.bytes]] : [],
		);
		expect(sent).toEqual([
			[0, 0, 0x2c],
			[1, 0, 0xf8, 0],
		]);
	});

	it("sends nothing on pins that do not have the function", async () => {
		const { events } = await perform([...SPI, ...bytes]);
		expect(events.filter(({ kind }) => kind === "lcd")).toEqual([]);
	});

	it("takes eight periods of its clock for a byte", async () => {
		const flags = [write("SERCOM7.DATA", 1), write("SERCOM7.DATA", 2), read("SERCOM7.INTFLAG")];
		const slow = SPI.map((step) => (step[2] === 8 ? write("SERCOM7.BAUD", 255) : step));
		const { results } = await perform([...slow, ...flags, wait("SERCOM7.INTFLAG", 3, 3)]);
		expect(results).toEqual([0]);
	});
});
