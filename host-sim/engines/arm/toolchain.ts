import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { endWithProcess } from "../child.js";
import { EngineError } from "../failure.js";

export const INSTALL = "apt-get install gcc gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm";

/** XS as C sources, in npm's `@agoric/xsnap`. */
export const XS = join(
	dirname(createRequire(import.meta.url).resolve("@agoric/xsnap/package.json")),
	"moddable/xs",
);

const CPU = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"];

/** How XS is compiled, for the host and for the chip: the two agree on the bytecode. */
export const XS_FLAGS = [
	"-DINCLUDE_XSPLATFORM",
	'-DXSPLATFORM="xs-platform.h"',
	"-DmxCESU8=1",
	...["includes", "platforms", "sources"].map((folder) => `-I${join(XS, folder)}`),
];

/** How everything for the chip is compiled. Paths must not get into it: it is to be reproducible. */
export const CHIP_FLAGS = [
	...CPU,
	"-std=gnu11",
	"-Os",
	"-ffunction-sections",
	"-fdata-sections",
	"-fno-common",
	`-ffile-prefix-map=${XS}=xs`,
	"-DmxRun=1",
	"-DmxNoConsole=1",
	// Without it a Float64 at an odd offset faults: the core has no misaligned loads of doubles.
	"-DmxMisalignedSettersCrash=1",
	...XS_FLAGS,
];

/** What `left-out.c` replaces. */
const REPLACED = [
	...["fxBuildAtomics", "fxBuildProxy", "fxBuildRegExp", "gxTypeAtomics", "gxProxyBehavior"],
	...["fxDefaultFunctionPrototype", "gxDefaults", "gxTypeDispatches"],
].map((name) => `-Wl,--wrap=${name}`);

export const LINK_FLAGS = [
	...CPU,
	...["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections"],
	...REPLACED,
];

export const ARM_GCC = "arm-none-eabi-gcc";
export const OBJCOPY = "arm-none-eabi-objcopy";
export const NM = "arm-none-eabi-nm";
export const QEMU = "qemu-system-arm";

/** Files by name, from a folder, with these endings. */
export const filesOf = (folder: string, ...endings: readonly string[]): string[] =>
	readdirSync(folder)
		.filter((name) => endings.some((ending) => name.endsWith(ending)))
		.sort()
		.map((name) => join(folder, name));

/** A short digest of texts and files' contents: names a build. */
export function digest(parts: readonly (string | Uint8Array)[]): string {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(`${part.length}:`).update(part);
	return hash.digest("hex").slice(0, 16);
}

export const contentsOf = (files: readonly string[]): Uint8Array[] => files.map((file) => readFileSync(file));

/**
 * Runs a program to its end; returns what it said.
 * @throws EngineError when it is not there, fails, or takes longer than `timeout` milliseconds
 */
export function run(command: string, words: readonly string[], cwd: string, timeout = 0): Promise<string> {
	return new Promise((resolve, reject) => {
		const child: ChildProcess = spawn(command, words, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout });
		endWithProcess(child, "SIGTERM");
		let output = "";
		const take = (text: string) => {
			output += text;
		};
		child.stdout?.setEncoding("utf8").on("data", take);
		child.stderr?.setEncoding("utf8").on("data", take);
		child.once("error", (error: NodeJS.ErrnoException) => {
			const isMissing = error.code === "ENOENT";
			reject(new EngineError(isMissing ? `no ${command} for --engine arm: ${INSTALL}` : error.message));
		});
		child.once("close", (code, signal) => {
			if (code === 0) return resolve(output);
			const line = lineOf(output) ?? `ended with ${code ?? signal}`;
			reject(new EngineError(`${command}: ${line}${LIBRARY.test(line) ? `: ${INSTALL}` : ""}`));
		});
	});
}

/** The compiler is there, its library is not. */
const LIBRARY = /No such file|nano\.specs|cannot find -l/;

/** The line of an output that says what went wrong. */
function lineOf(output: string): string | undefined {
	const lines = output.split("\n").filter((line) => line.trim() !== "");
	return (
		lines.find((line) => /error|undefined reference|overflowed|cannot find/.test(line)) ?? lines.at(-1)
	)?.trim();
}

/** Does something with each item, a few at a time. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
	const queue = [...items];
	const worker = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

const versionOf = async (command: string): Promise<string> =>
	(await run(command, ["--version"], ".")).split("\n")[0] as string;

/** What the chip's compiler and its C library call themselves: others make another image. */
export async function chipToolchain(): Promise<string> {
	const compiler = await versionOf(ARM_GCC);
	const words = ["-E", "-dM", "-include", "_newlib_version.h", "-xc", "/dev/null"];
	const library = /_NEWLIB_VERSION "(.*)"/.exec(await run(ARM_GCC, words, "."))?.[1];
	return `${compiler}, newlib ${library}`;
}

/** The versions of all tools: another one is another build. */
export const toolchainVersion = async (): Promise<string> =>
	(await Promise.all([versionOf("gcc"), chipToolchain(), versionOf(QEMU)])).join("\n");
