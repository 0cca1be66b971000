/**
 * What a program may do with a register: read and write it, only one of them, clear bits by writing ones, or change
 * another register's bits by writing ones, as INTENSET does; such a register reads as the other one.
 */
export type Access = "rw" | "ro" | "wo" | "w1c" | "set" | "clear" | "toggle";

/** A write to these bits sets a bit of SYNCBUSY, or of another register, until the other clock domain has it. */
export interface Synchronisation {
	readonly bits: number;
	readonly busyBit: number;
	/** Only while the peripheral is enabled. */
	readonly whenEnabled: boolean;
	/** The register's name within the peripheral. */
	readonly busy: string;
}

/** One register, as the pages of the SAM D5x/E5x data sheet (DS60001507) describe it. */
export interface Register {
	/** Its name within the peripheral. */
	readonly name: string;
	/** In bytes, from the peripheral's base. */
	readonly offset: number;
	/** In bits. */
	readonly width: 8 | 16 | 32;
	readonly access: Access;
	/** For `set`, `clear` and `toggle`: the register that has the bits. */
	readonly target?: string;
	readonly reset: number;
	/** The bits that are implemented; others are reserved. */
	readonly mask: number;
	/** The peripheral access controller can refuse writes to it ("PAC Write-Protection"). */
	readonly isProtected: boolean;
	/** The bits that may not change while the peripheral is enabled ("Enable-Protected"). */
	readonly enableProtected: number;
	readonly synchronisations: readonly Synchronisation[];
	/** What it does is not modelled: a value other than after a reset ends the run. */
	readonly isFixed: boolean;
}

/** Which file of the runner knows a peripheral's behaviour. */
export type Kind =
	| "ADC"
	| "CMCC"
	| "DEBUG"
	| "DWT"
	| "FPU"
	| "GCLK"
	| "MCLK"
	| "MPU"
	| "NVIC"
	| "NVMCTRL"
	| "OSC32KCTRL"
	| "OSCCTRL"
	| "PAC"
	| "PM"
	| "PORT"
	| "QSPI"
	| "RSTC"
	| "RTC"
	| "SCB"
	| "SPI"
	| "SUPC"
	| "SYSTICK"
	| "TRNG"
	| "USART"
	| "WDT";

/** A peripheral of the chip or of its core. */
export interface Peripheral {
	readonly name: string;
	readonly kind: Kind;
	readonly base: number;
	/** The first of its interrupts, as NVIC counts them. */
	readonly interrupt?: number;
	/** Its channel of GCLK, with which its core runs. */
	readonly channel?: number;
	/** The register and the bit that enable it. */
	readonly enable?: { readonly register: string; readonly bit: number };
	readonly registers: readonly Register[];
}

const ALL = 0xffff_ffff;

/** Marks a row whose register is repeated: `NAME[COUNT/STRIDE]`, the stride in bytes. */
const REPEATED = /^(.+)\[(\d+)\/(\d+)\]$/;

/**
 * Reads the registers of a peripheral from a table, a register a line:
 *
 *     NAME  OFFSET  WIDTH  ACCESS  RESET  MASK  OPTIONS
 *
 * Numbers are hexadecimal but the width. NAME is `GENCTRL[12/4]` for twelve of them, 4 bytes apart. ACCESS is
 * that of {@link Access}, with the target behind `>`: `clear>INTENSET`, and `clear>ISER[]` in a repeated register for
 * the one with the same index. Options:
 *
 * - `pac`: protected by PAC
 * - `ep`, `ep=MASK`: enable-protected, whole or these bits
 * - `fixed`: no value but that after a reset is modelled
 * - `sync=BIT`: a write sets that bit of SYNCBUSY; `sync=MASK:BIT`: a write that changes these bits does;
 *   `sync=BIT@REGISTER`: of another register; `sync=BIT!`: only while the peripheral is enabled
 *
 * @throws RangeError for a line that is none of these
 */
export function registersOf(table: string): Register[] {
	const rows = table.split("\n").filter((line) => line.trim() !== "");
	return rows.flatMap((row) => {
		const [word = "", ...fields] = row.trim().split(/\s+/);
		const repeated = REPEATED.exec(word);
		if (repeated === null) return [registerOf(word, fields, 0, 0)];
		const [, name, count, stride] = repeated;
		return Array.from({ length: Number(count) }, (_, index) =>
			registerOf(`${name}[${index}]`, fields, index * Number(stride), index),
		);
	});
}

function registerOf(name: string, fields: readonly string[], shift: number, index: number): Register {
	const [offset, width, access, reset, mask, ...options] = fields;
	const kind = /^(rw|ro|wo|w1c|set|clear|toggle)(?:>([\w.[\]]+))?$/.exec(access ?? "");
	if (kind === null || !["8", "16", "32"].includes(width ?? "")) throw wrong(name, fields);
	let enableProtected = 0;
	const synchronisations: Synchronisation[] = [];
	for (const option of options) {
		const [key, value] = option.split("=");
		if (key === "ep") enableProtected = value === undefined ? ALL : Number.parseInt(value, 16);
		else if (key === "sync") synchronisations.push(synchronisationOf(value ?? ""));
		else if (option !== "pac" && option !== "fixed") throw wrong(name, fields);
	}
	const register = {
		name,
		offset: Number.parseInt(offset as string, 16) + shift,
		width: Number(width) as Register["width"],
		access: kind[1] as Access,
		...(kind[2] !== undefined && { target: kind[2].replace("[]", `[${index}]`) }),
		reset: Number.parseInt(reset as string, 16),
		mask: Number.parseInt(mask as string, 16),
		isProtected: options.includes("pac"),
		enableProtected,
		synchronisations,
		isFixed: options.includes("fixed"),
	};
	if ([register.offset, register.reset, register.mask].some(Number.isNaN)) throw wrong(name, fields);
	return register;
}

function synchronisationOf(text: string): Synchronisation {
	const match = /^(?:([\da-f]+):)?(\d+)(!?)(?:@([\w.[\]]+))?$/.exec(text);
	if (match === null) throw new RangeError(`sync=${text} in a table of registers`);
	const [, bits, busyBit, mark, busy = "SYNCBUSY"] = match;
	return {
		bits: bits === undefined ? ALL : Number.parseInt(bits, 16),
		busyBit: Number(busyBit),
		whenEnabled: mark === "!",
		busy,
	};
}

const wrong = (name: string, fields: readonly string[]): RangeError =>
	new RangeError(`${name} ${fields.join(" ")} in a table of registers`);
