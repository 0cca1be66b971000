import type { SourcedEvent } from "./events.js";
import type { InputOptions } from "./options.js";
import { printable } from "./printable.js";
import { type Hearsay, Tally } from "./tally.js";
import { isRedrawable, Terminal } from "./terminal.js";

/** What decides whether a run is shown live. */
interface LiveOptions extends InputOptions {
	readonly json?: true;
	/** Whether there is a page. */
	readonly page?: boolean;
	/** Whether each message is wanted on a line of its own. */
	readonly log?: true;
}

/**
 * Whether a run is shown live: its page's address stays at the bottom of the terminal, with one line beneath it that
 * says how things are. Not where numbers are typed into the same terminal.
 */
export function isLive({ json, page, log, light, sensor }: LiveOptions): boolean {
	const isTyped = process.stdin.isTTY && [light, ...(sensor?.values() ?? [])].includes("-");
	return Boolean(page) && !json && !log && !isTyped && isRedrawable(process.stdout, process.env);
}

/** A run that is shown live on a terminal. */
export class Live {
	readonly #tally: Tally;
	readonly #terminal = new Terminal(process.stdout, process.stderr, () => this.#block);
	/** The page's address, and what there is to say of it; nothing before it is told. */
	#page: readonly string[] = [];

	/** @param devices how many run in this process */
	constructor(devices: number) {
		this.#tally = new Tally(devices);
	}

	/** Takes an event into account. Returns whether that is enough; else it is to be told on a line. */
	take(event: SourcedEvent): boolean {
		const isEnough = this.#tally.take(event);
		if (isEnough) this.#terminal.update();
		return isEnough;
	}

	/** Takes what is heard of a device beside its readings and commands. */
	hear(device: string, hearsay: Hearsay): void {
		this.#tally.hear(device, hearsay);
		this.#terminal.update();
	}

	/** Begins to show the page's address. @param lines the address, and what there is to say of it */
	page(...lines: readonly string[]): void {
		this.#page = lines;
		this.#terminal.update();
	}

	/** A line that scrolls. */
	line(text: string): void {
		this.#terminal.line(text);
	}

	/** A line of the log. */
	log(text: string): void {
		this.#terminal.log(text);
	}

	/** Leaves what there was to tell, and the address, where the block was. */
	end(): void {
		const [address] = this.#page;
		this.#terminal.end(address === undefined ? [] : [printable(this.#tally.summary), address]);
	}

	get #block(): readonly string[] {
		return this.#page.length === 0 ? [] : [...this.#page, printable(this.#tally.line)];
	}
}
