import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Peripheral, Register } from "../../../../host-sim/engines/wio/registers/format.js";
import { PERIPHERALS } from "../../../../host-sim/engines/wio/registers/index.js";
import { IMAGE_VECTORS, jumpingLoader, type Segment } from "../../../../host-sim/engines/wio/wio.js";

const FOLDER = fileURLToPath(new URL("programs", import.meta.url));
const CPU = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"];

/** Where a register is, and how wide: "SERCOM0.CTRLA". */
export function place(name: string): { readonly address: number; readonly width: number } {
	for (const { name: unit, base, registers } of PERIPHERALS) {
		const register = registers.find((one) => `${unit}.${one.name}` === name);
		if (register !== undefined) return { address: base + register.offset, width: register.width };
	}
	throw new RangeError(`no register ${name}`);
}

/** The registers as C has them: `SERCOM0_CTRLA = 1`. */
const header = (): string =>
	PERIPHERALS.flatMap(({ name, base, registers }: Peripheral) =>
		registers.map(
			(register: Register) =>
				`#define ${name}_${register.name.replaceAll(/\[(\d+)\]/g, "$1").replaceAll(".", "_")} ` +
				`(*(volatile uint${register.width}_t *)0x${(base + register.offset).toString(16)}u)`,
		),
	).join("\n");

/** Compiles a program in C for the chip, with the vectors of start.c; what is flashed of it. */
export function compile(source: string): Segment[] {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-wio-"));
	try {
		writeFileSync(join(folder, "registers.h"), `#include <stdint.h>\n${header()}\n`);
		writeFileSync(join(folder, "program.c"), source);
		const files = [join(FOLDER, "start.c"), "program.c", "-T", join(FOLDER, "program.ld")];
		const words = [
			...CPU,
			"-O1",
			"-g0",
			"-ffreestanding",
			"-masm-syntax-unified",
			"-nostdlib",
			"-Wl,--build-id=none",
			`-I${FOLDER}`,
			"-include",
			"registers.h",
		];
		run("arm-none-eabi-gcc", [...words, ...files, "-lgcc", "-o", "program.elf"], folder);
		run("arm-none-eabi-objcopy", ["-O", "binary", "-j", ".text", "program.elf", "program.bin"], folder);
		return [jumpingLoader(), { address: IMAGE_VECTORS, bytes: readFileSync(join(folder, "program.bin")) }];
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function run(command: string, words: readonly string[], cwd: string): void {
	const { status, stderr } = spawnSync(command, words, { cwd, encoding: "utf8" });
	if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

export const programFile = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
