import { cut, widthOf } from "./columns.js";

/** What of a stream of Node's is used here. */
export interface Screen {
	readonly isTTY?: boolean;
	/** Of the terminal; 0 or none when it does not say. */
	readonly columns?: number | undefined;
	write(text: string): unknown;
	on(event: "resize", listener: () => void): unknown;
	off(event: "resize", listener: () => void): unknown;
}

/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80;

/** Milliseconds between two drawings at least. */
const INTERVAL = 100;

/** Whether what stands on a screen can be drawn again. */
export const isRedrawable = (
	{ isTTY }: Pick<Screen, "isTTY">,
	{ TERM }: { readonly TERM?: string },
): boolean => isTTY === true && TERM !== "dumb";

/** Columns of the screen that lines may take: the last is left free, where terminals differ in when they wrap. */
const roomOf = ({ columns }: Screen): number => (columns || USUAL_COLUMNS) - 1;

/**
 * Goes up to the beginning of lines above the cursor, and removes what is from there on.
 * @param columns of the terminal, which has wrapped what is longer since it was made narrower
 */
export function erasing(lines: readonly string[], columns: number): string {
	if (lines.length === 0) return "";
	const rows = lines.map((line) => Math.max(1, Math.ceil(widthOf(line) / columns)));
	return `\r\x1b[${rows.reduce((sum, count) => sum + count)}A\x1b[J`;
}

/**
 * A terminal whose last lines, the block, are drawn again in place; all other lines scroll above it. The cursor stays
 * on the empty row beneath, so that a program that ends in any way leaves a clean screen.
 */
export class Terminal {
	readonly #out: Screen;
	readonly #log: Screen;
	/** The block's lines as they are now. */
	#block: () => readonly string[];
	/** What of it stands on the screen. */
	#drawn: readonly string[] = [];
	#drawnAt = Number.NEGATIVE_INFINITY;
	#timer: NodeJS.Timeout | undefined;
	readonly #onResize = () => this.#draw();
	readonly #onStop = () => {
		// The shell writes beneath the block: there will be a new one.
		process.once("SIGCONT", this.#onContinue);
		process.kill(process.pid, "SIGSTOP");
	};
	readonly #onContinue = () => {
		this.#drawn = [];
		this.#draw();
	};

	/** @param out a terminal; `log`: where the log goes, which may be the same; `block`: its lines as they are now */
	constructor(out: Screen, log: Screen, block: () => readonly string[]) {
		this.#out = out;
		this.#log = log;
		this.#block = block;
		out.on("resize", this.#onResize);
		process.on("SIGTSTP", this.#onStop);
	}

	/** A line that scrolls. */
	line(text: string): void {
		this.#draw(`${text}\n`);
	}

	/** A line of the log. */
	log(text: string): void {
		const isHere = this.#log.isTTY === true;
		if (isHere) this.#out.write(this.#erased());
		this.#log.write(`${text}\n`);
		if (isHere) this.#draw();
	}

	/** Draws the block, which has changed: at once, or a tenth of a second after the last time. */
	update(): void {
		const wait = this.#drawnAt + INTERVAL - performance.now();
		if (wait <= 0) return this.#draw();
		this.#timer ??= setTimeout(() => this.#draw(), wait).unref();
	}

	/** Leaves these lines, whole, where the block was; what comes afterwards is written beneath them. */
	end(lines: readonly string[]): void {
		this.#out.off("resize", this.#onResize);
		process.off("SIGTSTP", this.#onStop);
		this.#block = () => [];
		this.#draw(lines.map((line) => `${line}\n`).join(""));
	}

	/** Draws the block anew where it has changed, with other text before it, in one go. */
	#draw(text = ""): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#drawnAt = performance.now();
		const lines = this.#block().map((line) => cut(line, roomOf(this.#out)));
		if (text === "" && lines.join("\n") === this.#drawn.join("\n")) return;
		const erased = this.#erased();
		this.#drawn = lines;
		this.#out.write(`${erased}${text}${lines.map((line) => `${line}\n`).join("")}`);
	}

	#erased(): string {
		const text = erasing(this.#drawn, this.#out.columns || USUAL_COLUMNS);
		this.#drawn = [];
		return text;
	}
}
