/** What a pin is driven with: low, high, or not at all. */
export type Level = 0 | 1 | "z";

/** Why the chip began again: RSTC.RCAUSE in words. */
export type ResetCause = "power" | "watchdog" | "system" | "external";

/** What happened on the board. Times are virtual nanoseconds since the machine was made. */
export type WioEvent =
	| {
			/** A byte has left a USART whole; `baud` is what the chip's registers give, rounded. */
			readonly kind: "byte";
			readonly time: number;
			readonly sercom: number;
			readonly baud: number;
			readonly byte: number;
	  }
	| { readonly kind: "pin"; readonly time: number; readonly pin: string; readonly level: Level }
	| {
			/** Bytes to the LCD, while its pins for data/command and chip select were so. */
			readonly kind: "lcd";
			readonly time: number;
			readonly dataCommand: Level;
			readonly chipSelect: Level;
			readonly bytes: Uint8Array;
	  }
	| { readonly kind: "reset"; readonly time: number; readonly cause: ResetCause }
	/** The core took a fault; the program goes on in its handler. */
	| { readonly kind: "fault"; readonly time: number; readonly text: string };

/** How a run came to its end. */
export type WioEnd =
	/** The time was reached, or something went out. */
	| { readonly kind: "stop"; readonly time: number; readonly reason: "time" | "output" }
	/** The program did what the chip does not do, or a breakpoint; it cannot go on but by a power cut. */
	| { readonly kind: "end"; readonly time: number; readonly reason: string };

/** What was read from memory. */
export interface WioMemory {
	readonly kind: "memory";
	readonly bytes: Uint8Array;
}

const level = (text: string | undefined): Level => (text === "0" ? 0 : text === "1" ? 1 : "z");
const bytes = (hex: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(hex ?? "", "hex"));

/**
 * A line of the runner, as runner/protocol.c lists them.
 * @throws RangeError for any other line
 */
export function parseLine(line: string): WioEvent | WioEnd | WioMemory {
	const [word, ...rest] = line.split(" ");
	const [first = "", second = "", third = "", fourth = ""] = rest;
	const after = (count: number) => rest.slice(count).join(" ");
	switch (word) {
		case "tx":
			return {
				kind: "byte",
				time: Number(second),
				sercom: Number(first),
				baud: Number(third),
				byte: Number.parseInt(fourth, 16),
			};
		case "pin":
			return { kind: "pin", time: Number(first), pin: second, level: level(third) };
		case "lcd":
			return {
				kind: "lcd",
				time: Number(first),
				dataCommand: level(second),
				chipSelect: level(third),
				bytes: bytes(fourth),
			};
		case "reset":
			return { kind: "reset", time: Number(first), cause: second as ResetCause };
		case "fault":
			return { kind: "fault", time: Number(first), text: after(1) };
		case "stop":
			return { kind: "stop", time: Number(first), reason: second as "time" | "output" };
		case "end":
			return { kind: "end", time: Number(first), reason: after(1) };
		case "memory":
			return { kind: "memory", bytes: bytes(first) };
	}
	throw new RangeError(`the emulator of the Wio Terminal said: ${line}`);
}
