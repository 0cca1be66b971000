import WIO_TERMINAL from "../firmware/boards/cortex-m4/pins.js";

/** Numbers from here on are no pins of the Wio Terminal. */
const BEYOND = 128;

/** Pins of a board by name. */
export type Pins = Readonly<Record<string, number>>;

/**
 * The pins of a simulated board: the LED's, and one for each name in `inputs`. It is a Wio Terminal, which
 * has an analog input for any name: what is none of the board's names is on its next free analog input, and
 * when these are used up on one that the real board does not have.
 */
export function simulatedPins(inputs: readonly string[]): Pins {
	const own = new Map(Object.entries(WIO_TERMINAL));
	const names = new Set(["led", ...inputs]);
	const free = [...own].filter(([name]) => name !== "light" && !names.has(name)).map(([, number]) => number);
	let beyond = BEYOND;
	return Object.fromEntries(
		[...names].map((name) => [name, own.get(name) ?? free.shift() ?? beyond++] as const),
	);
}
