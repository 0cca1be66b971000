import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Program } from "./processes.js";
import { Screen } from "./screen.js";

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The command line in a real terminal, and what a person sees and does there; needs `python`. */
export class Typist extends Program {
	readonly screen: Screen;
	/** All that was written, as it came. */
	text = "";

	/** @param columns of the terminal */
	constructor(words: readonly string[], columns = 80, env: Readonly<Record<string, string>> = {}) {
		const program = [process.execPath, fromHere("../../host-sim/cli/nightlight.js"), ...words];
		super("python3", [fromHere("../fixtures/terminal.py"), `${columns}`, "24", ...program], {
			cwd: mkdtempSync(join(tmpdir(), "nightlight-")),
			env: { ...process.env, TERM: "xterm", ...env },
		});
		this.screen = new Screen(columns);
		this.child.stdout?.on("data", (text: string) => {
			this.text += text;
			this.screen.write(text);
		});
	}

	/** What is on the screen, without the empty row at its end. */
	get rows(): readonly string[] {
		const { rows } = this.screen;
		return rows.at(-1) === "" ? rows.slice(0, -1) : rows;
	}

	/** Waits until a row is as wanted, counted from the beginning or, below 0, from the end. */
	sees(wanted: RegExp, at?: number): Promise<string> {
		return this.until(`${wanted}`, () =>
			at === undefined
				? this.rows.find((row) => wanted.test(row))
				: [this.rows.at(at)].find((row) => row !== undefined && wanted.test(row)),
		);
	}

	/** Types keys; Python's escapes stand for those without a sign. */
	type(keys: string): void {
		this.#do(`type ${keys}`);
	}

	/** Gives the terminal another width, in columns. */
	resize(columns: number): void {
		this.screen.resize(columns);
		this.#do(`size ${columns} 24`);
	}

	/** Has the program go on after Ctrl-Z, once it has stopped and the shell has said so. */
	resume(): void {
		this.#do("resume");
	}

	/** Takes the terminal away. */
	leave(): void {
		this.#do("leave");
	}

	#do(act: string): void {
		this.child.stdin?.write(`${act}\n`);
	}
}
