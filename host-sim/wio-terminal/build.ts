import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WIO_TERMINAL } from "../engines/arm/boards.js";
import { type ArmImage, armImage } from "../engines/arm/build.js";
import { ROOT } from "../engines/arm/modules.js";
import { encodeUf2 } from "../uf2.js";
import { encodeImage, FLASH } from "./image.js";

/** Bytes of flash by what has them; `free` is what is left before the configuration page. */
export interface Ledger {
	/** The engine, the C library and the C that all boards have. */
	readonly code: number;
	/** JavaScript's built-ins. */
	readonly builtIns: number;
	/** The firmware's modules that every board has. */
	readonly firmware: number;
	/** The modules of the radio. */
	readonly radio: number;
	/** The C of the board's own: the drivers, without the screen's. */
	readonly board: number;
	/** What draws on the screen, and says what. */
	readonly screen: number;
	readonly free: number;
}

/** What is flashed, and what it is made of. */
export interface WioBuild {
	/** From `FLASH.loader` on. */
	readonly bin: Uint8Array;
	readonly uf2: Uint8Array;
	readonly ledger: Ledger;
}

/** Modules that only a board with a radio has. */
const RADIO = /^firmware\/boards\/(wio-terminal\/|network\/|native\/(serial|radio-network)$)/;

/** The C sources of the screen. */
const SCREEN = ["cells.c", "font.c", "members.c", "panel.c", "screen.c", "spi.c"];

function ledgerOf({ sizes, boardBytes, shares }: ArmImage): Ledger {
	const radio = shares.filter(({ name }) => RADIO.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
	const own = Object.values(boardBytes).reduce((sum, bytes) => sum + bytes, 0);
	const screen = SCREEN.reduce((sum, source) => sum + (boardBytes[source] as number), 0);
	return {
		code: sizes.engine - own,
		builtIns: sizes.builtIns,
		firmware: sizes.app - radio,
		radio,
		board: own - screen,
		screen,
		free: sizes.limit - sizes.total,
	};
}

/** The firmware's version. */
export const versionOf = (): string =>
	(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;

/**
 * Builds the flashable image of the Wio Terminal.
 * @param log hears, in lines for people, that it takes its time
 * @throws EngineError as `armImage` does
 */
export async function buildWioTerminal(log: (line: string) => void): Promise<WioBuild> {
	const image = await armImage({ log, board: WIO_TERMINAL, hasRadio: true, hasButton: true });
	const program = new Uint8Array(readFileSync(image.bin));
	const bin = encodeImage(new Uint8Array(readFileSync(image.loader)), { program, version: versionOf() });
	return { bin, uf2: encodeUf2([{ address: FLASH.loader, bytes: bin }]), ledger: ledgerOf(image) };
}

/** The ledger in lines for people. */
export function ledgerLines(ledger: Ledger): string[] {
	const rows: readonly (readonly [string, number])[] = [
		["engine and C", ledger.code],
		["built-ins", ledger.builtIns],
		["firmware", ledger.firmware],
		["radio", ledger.radio],
		["board", ledger.board],
		["screen", ledger.screen],
		["free", ledger.free],
	];
	return rows.map(([name, bytes]) => `${name.padEnd(14)}${bytes.toLocaleString("en").padStart(8)} bytes`);
}
