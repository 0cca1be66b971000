import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { COMMON, WIO_TERMINAL } from "../engines/arm/boards.js";
import { ROOT } from "../engines/arm/modules.js";
import { ARM_GCC, CHIP_FLAGS, filesOf, forEach, LINK_FLAGS, OBJCOPY, run } from "../engines/arm/toolchain.js";
import { encodeUf2 } from "../uf2.js";
import { FLASH } from "./image.js";

/** The drivers that the self-test shares with the firmware. */
const DRIVERS = [
	...["cells", "clocks", "font", "light", "log-uart", "panel", "pins", "radio-uart", "reset", "spi", "time"],
	...["usart", "vectors", "watchdog"],
];

/** What is flashed in place of the firmware. */
export interface Selftest {
	/** The program, from `FLASH.loader` on. */
	readonly bin: Uint8Array;
	readonly uf2: Uint8Array;
}

/**
 * Builds the self-test of the Wio Terminal, in seconds. The same sources give the same bytes in any folder.
 * @param version the firmware's version, which the self-test shows
 * @throws EngineError without the compiler, or when it does not compile
 */
export async function buildSelftest(version: string): Promise<Selftest> {
	const own = join(WIO_TERMINAL.folder, "selftest");
	const sources = [
		...filesOf(own, ".c"),
		...DRIVERS.map((name) => join(WIO_TERMINAL.folder, `${name}.c`)),
		join(COMMON, "startup.c"),
	];
	const includes = [COMMON, WIO_TERMINAL.folder, own].map((folder) => `-I${folder}`);
	const define = `-DVERSION="${version}"`;
	const folder = mkdtempSync(join(tmpdir(), "nightlight-selftest-"));
	try {
		const objects = sources.map((source) => join(folder, `${basename(source, ".c")}.o`));
		await forEach(sources, (source) => {
			const object = join(folder, `${basename(source, ".c")}.o`);
			const words = [`-ffile-prefix-map=${ROOT}=.`, "-Wall", define, ...includes, "-c", source, "-o", object];
			return run(ARM_GCC, [...CHIP_FLAGS, ...words], folder);
		});
		const link = ["-T", join(own, "memory.ld"), "-o", "selftest.elf"];
		await run(ARM_GCC, [...LINK_FLAGS, ...link, ...objects], folder);
		await run(OBJCOPY, ["-O", "binary", "selftest.elf", "selftest.bin"], folder);
		const bin = new Uint8Array(readFileSync(join(folder, "selftest.bin")));
		return { bin, uf2: encodeUf2([{ address: FLASH.loader, bytes: bin }]) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
