import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentsOf, digest, filesOf } from "../arm/toolchain.js";
import { cached } from "../cache.js";
import { endWithProcess } from "../child.js";
import { EngineError } from "../failure.js";
import { generate } from "./generate.js";
import { PERIPHERALS } from "./registers/index.js";

export const INSTALL = "apt-get install gcc libc6-dev libunicorn-dev";

const SOURCES = fileURLToPath(new URL("runner", import.meta.url));
const PROGRAM = "wio-runner";
const FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"];

/**
 * The emulator's program, compiled when it is first needed (about 4 s) and kept.
 * @param log hears, in a line, that it takes its time
 * @param compiler the command of the C compiler
 * @throws EngineError without a compiler or Unicorn, or when compiling fails
 */
export async function wioRunner(log: (line: string) => void, compiler = "gcc"): Promise<string> {
	const { header, tables } = generate(PERIPHERALS);
	const sources = filesOf(SOURCES, ".c", ".h");
	const folder = await cached({
		kind: "wio-runner",
		key: `${digest([header, tables, compiler, ...FLAGS, ...contentsOf(sources)])}-${process.arch}`,
		exists: (folder) => existsSync(join(folder, PROGRAM)),
		build: async (folder) => {
			log("Compiling the emulator of the Wio Terminal; this happens once and takes some seconds");
			writeFileSync(join(folder, "registers.h"), header);
			writeFileSync(join(folder, "registers.c"), tables);
			const files = ["registers.c", ...sources.filter((file) => file.endsWith(".c"))];
			const words = [...FLAGS, `-I${folder}`, `-I${SOURCES}`, ...files, "-o", PROGRAM, "-lunicorn"];
			await compile(compiler, words, folder);
		},
	});
	return join(folder, PROGRAM);
}

/** What the compiler or the linker says without Unicorn or the C library. */
const MISSING = /No such file or directory|cannot find -l/;

function compile(command: string, words: readonly string[], cwd: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
		endWithProcess(child, "SIGTERM");
		let output = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			output = (output + text).slice(0, 4000);
		});
		child.once("error", (error: NodeJS.ErrnoException) => {
			const why = error.code === "ENOENT" ? `no ${command}: ${INSTALL}` : error.message;
			reject(new EngineError(`the emulator of the Wio Terminal does not compile: ${why}`));
		});
		child.once("close", (code, signal) => {
			if (code === 0) return resolve();
			const lines = output.split("\n").filter((line) => line.trim() !== "");
			const line =
				lines.find((one) => /error|cannot find/.test(one)) ?? lines[0] ?? `it ended with ${code ?? signal}`;
			const advice = MISSING.test(line) ? `: ${INSTALL}` : "";
			reject(new EngineError(`the emulator of the Wio Terminal does not compile: ${line.trim()}${advice}`));
		});
	});
}
