import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { problemOf } from "../events/schema.js";
import { Program } from "./processes.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Milliseconds in which a program has ended after a signal: the contract's two seconds, twice on a busy machine. */
export const STOP_LIMIT = 4000;

/** An event line of `--json`. */
export type EventLine = Readonly<Record<string, unknown>> & {
	readonly event: string;
	readonly source: string;
};

/** The command line, run as its users run it, in a fresh folder. */
export class Nightlight extends Program {
	#parsed: EventLine[] = [];
	readonly #isJson: boolean;

	/** @param options `detached`: in a process group of its own; `root`: the folder of another copy of the project */
	constructor(
		words: readonly string[],
		options: { env?: Record<string, string>; cwd?: string; detached?: boolean; root?: string } = {},
	) {
		super(process.execPath, [join(options.root ?? ROOT, "host-sim/cli/nightlight.js"), ...words], {
			detached: options.detached ?? false,
			cwd: options.cwd ?? mkdtempSync(join(tmpdir(), "nightlight-")),
			env: { ...process.env, ...options.env },
		});
		this.#isJson = words.includes("--json");
	}

	/** The events so far, with `--json`. @throws Error for a line that docs/events.schema.json does not describe */
	get events(): readonly EventLine[] {
		while (this.#parsed.length < this.lines.length) {
			this.#parsed.push(eventOf(this.lines[this.#parsed.length] as string));
		}
		return this.#parsed;
	}

	/** With `--json`, every line is an event as described; the last one may be cut off by SIGKILL. */
	override verify(): void {
		if (this.child.signalCode === "SIGKILL") this.lines.pop();
		if (this.#isJson) void this.events;
	}

	/** Waits for the first event, from number `from` on, that has all of `fields`. */
	heard(fields: Record<string, unknown>, from = 0, timeout?: number): Promise<EventLine> {
		const wanted = JSON.stringify(fields);
		return this.until(
			wanted,
			() =>
				this.events
					.slice(from)
					.find((event) =>
						Object.entries(fields).every(
							([name, value]) => JSON.stringify(event[name]) === JSON.stringify(value),
						),
					),
			timeout,
		);
	}
}

/** An event, as a line of `--json`. @throws Error when docs/events.schema.json does not describe it */
export function eventOf(line: string): EventLine {
	const event = JSON.parse(line);
	const problem = problemOf(event);
	if (problem !== undefined) throw new Error(`${problem}: ${line}`);
	return event;
}
