import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Step } from "./page.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAM = join(ROOT, "host-sim/cli/nightlight.js");

/** The port that the page speaks of. */
const USUAL_PORT = "1883";

/** Milliseconds in which something must be seen: many times what it takes, for a busy machine. */
const PATIENCE = 30_000;

/** Milliseconds between lines that are typed: a person is no faster. */
const TYPING = 700;

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** A command that ends by itself: its block is all it shows. */
const ends = (command: string): boolean =>
	/ --duration \d/.test(command) || /^npx nightlight (send|simulate|hub (send|invoke|twin)) /.test(command);

/** A broker may hand out retained messages before its SUBACK, so before `Link online`; the page has it after. */
const inOrder = (text: string): string =>
	text.replace(/^(Link connecting\n)((?:PUBLISH .*\n)+)(Link online\n)/, "$1$3$2");

/** What a block promises: `⋮` stands for any lines, `…` for anything within a line. */
export function promise(text: string): string {
	const lines = text.split("\n");
	return lines
		.map((line) =>
			line === "⋮" ? "(?:.*\n)*?" : `${line.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".*?")}\n`,
		)
		.join("");
}

/** A terminal with a shell, in which one program runs at a time. */
class Terminal {
	#child: ChildProcess | undefined;
	#exited: Promise<unknown> = Promise.resolve();
	#isOver = true;
	#command = "";
	#text = "";
	/** Up to where a block has been seen; -1: nothing, not even the beginning. */
	#seen = -1;

	async run(command: string, cwd: string, path: string): Promise<void> {
		await this.interrupt();
		this.#command = command;
		this.#text = "";
		this.#seen = -1;
		this.#isOver = false;
		// A process group of its own, as Ctrl-C reaches every process of a terminal.
		const child = spawn("sh", ["-c", command], {
			...{ cwd, detached: true },
			env: { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}` },
		});
		this.#child = child;
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				this.#text += text;
			});
		}
		this.#exited = new Promise<void>((resolve) => {
			child.once("close", () => {
				this.#isOver = true;
				resolve();
			});
		});
		if (ends(command)) await Promise.race([this.#exited, pause(PATIENCE)]);
	}

	type(line: string): void {
		this.#child?.stdin?.write(`${line}\n`);
	}

	/** Ctrl-C; then, should that not help, what nothing survives. */
	async interrupt(): Promise<void> {
		for (const signal of ["SIGINT", "SIGKILL"] as const) {
			if (this.#isOver || this.#child?.pid === undefined) return;
			process.kill(-this.#child.pid, signal);
			await Promise.race([this.#exited, pause(PATIENCE)]);
			if (this.#isOver && signal === "SIGKILL") throw new Error(`${this.#command} outlived Ctrl-C`);
		}
	}

	/** Waits until the terminal shows the lines, one behind the other. @throws Error with all that it shows */
	async sees(text: string): Promise<void> {
		// The first block begins where the output does, and ends where the output of a program that ends does.
		const isFirst = this.#seen === -1;
		const end = ends(this.#command) ? "$" : "";
		const lines = new RegExp(`${isFirst ? "^" : "(?<=\n)"}${promise(text)}${end}`, isFirst ? "y" : "g");
		const deadline = Date.now() + PATIENCE;
		for (;;) {
			lines.lastIndex = Math.max(this.#seen, 0);
			const isEnded = this.#isOver;
			if (lines.test(inOrder(this.#text))) {
				this.#seen = lines.lastIndex;
				return;
			}
			if (isEnded || Date.now() > deadline) {
				throw new Error(`${this.#command}\nshould show\n${text}\nbut shows\n${this.#text}`);
			}
			await pause(30);
		}
	}
}

/** Somebody who does what the page says, in a fresh folder, with a broker's port that is free. */
export class Reader {
	readonly folder = mkdtempSync(join(tmpdir(), "lesson-"));
	readonly #programs = join(this.folder, "programs");
	readonly port: number;
	readonly #terminals = new Map<string, Terminal>();

	constructor(port: number) {
		this.port = port;
		mkdirSync(this.#programs);
		const broker = `--broker mqtt://127.0.0.1:${port}`;
		this.program(
			"npx",
			`[ "$1" = nightlight ] || exit 64
case "$2" in
	broker) set -- "$@" --port ${port} ;;
	device | server | watch | send) set -- "$@" ${broker} ;;
esac
shift
exec "${process.execPath}" "${PROGRAM}" "$@"`,
		);
		const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
		this.program(
			"npm",
			`[ "$*" = start ] || exit 64
cd "${ROOT}" && exec ${scripts.start} --port ${port}`,
		);
	}

	/** A program that the commands find before any other of its name: a script of `sh`. */
	program(name: string, script: string): void {
		const file = join(this.#programs, name);
		writeFileSync(file, `#!/bin/sh\n${script}\n`);
		chmodSync(file, 0o755);
	}

	async does(step: Step): Promise<void> {
		if (step.kind === "save") {
			writeFileSync(join(this.folder, step.name), `${step.text}\n`);
			return;
		}
		const terminal = this.#terminals.get(step.terminal) ?? new Terminal();
		this.#terminals.set(step.terminal, terminal);
		switch (step.kind) {
			case "run":
				return terminal.run(step.command, join(this.folder, step.folder ?? "."), this.#programs);
			case "see":
				return terminal.sees(step.text.replaceAll(USUAL_PORT, `${this.port}`));
			case "type":
				if (step.line === "Ctrl-C") return terminal.interrupt();
				await pause(TYPING);
				return terminal.type(step.line);
		}
	}

	async leave(): Promise<void> {
		await Promise.all([...this.#terminals.values()].map((terminal) => terminal.interrupt()));
	}
}
