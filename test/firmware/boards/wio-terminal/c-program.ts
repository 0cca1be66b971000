import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BOARD = pathOf("../../../../firmware/boards/wio-terminal");
const COMMON = pathOf("../../../../firmware/boards/cortex-m4");

/** Milliseconds after which a program that does not end is ended. */
const PATIENCE = 20_000;

/** C of the board that needs none of its hardware, as a program of this machine. */
export class CProgram {
	readonly #folder = mkdtempSync(join(tmpdir(), "nightlight-board-"));

	/**
	 * @param test the file in `c/` that has `main`
	 * @param parts files of the board
	 * @param header a file in `c/` that comes before all others
	 * @throws Error when it does not compile without a warning
	 */
	constructor(test: string, parts: readonly string[], header?: string) {
		const sources = [join(pathOf("c"), test), ...parts.map((part) => join(BOARD, part))];
		const flags = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"];
		if (header !== undefined) flags.push("-include", join(pathOf("c"), header));
		const words = [...flags, `-I${BOARD}`, `-I${COMMON}`, "-o", this.#program, ...sources];
		const { status, stderr } = spawnSync("cc", words, { encoding: "utf8" });
		if (status !== 0) throw new Error(stderr);
	}

	get #program(): string {
		return join(this.#folder, "program");
	}

	/** @returns the lines that it writes @throws Error when it ends with a failure, as after a wrong access to memory */
	run(words: readonly string[], input: Uint8Array | string = ""): string[] {
		const { status, stdout, stderr } = spawnSync(this.#program, words, {
			input,
			encoding: "utf8",
			maxBuffer: 1 << 26,
			timeout: PATIENCE,
		});
		if (status !== 0) throw new Error(stderr || "it ends by a signal, or not at all");
		return stdout.split("\n").slice(0, -1);
	}

	remove(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
