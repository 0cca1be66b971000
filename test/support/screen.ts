/** A character that a terminal draws two columns wide. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]|\p{Emoji_Presentation}/u;

/** What a terminal does at a program's word; others than these are refused. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what steers a terminal.
const STEPS = /\r|\n|\x1b\[(\d*)([A-Za-z])|[^\r\n\x1b]/gu;

interface Row {
	/** A character each; the second cell of a wide one is empty. */
	cells: string[];
	/** Whether it goes on in the next row. */
	wraps: boolean;
}

/** A terminal's screen, as a program's output draws it; a narrower one wraps what does not fit any more. */
export class Screen {
	#columns: number;
	readonly #height: number;
	#rows: Row[] = [{ cells: [], wraps: false }];
	#row = 0;
	#column = 0;

	/** @param height how far up the cursor can go, in rows */
	constructor(columns: number, height = 24) {
		this.#columns = columns;
		this.#height = height;
	}

	/** The rows from the beginning on, without spaces at their ends; the last is the one of the cursor, or lies below. */
	get rows(): string[] {
		return this.#rows.map(({ cells }) => cells.join("").trimEnd());
	}

	/** @throws Error for what would steer the terminal in another way */
	write(text: string): void {
		const understood = text.match(STEPS)?.join("") ?? "";
		if (understood !== text) throw new Error(`not understood: ${JSON.stringify(text)}`);
		for (const [step, count, action] of text.matchAll(STEPS)) {
			if (step === "\r") this.#column = 0;
			else if (step === "\n") this.#down(false);
			else if (action === undefined) this.#put(step);
			else if (action === "A") this.#row = Math.max(this.#top, this.#row - Number(count || 1));
			else if (action === "J" && count === "") this.#clear();
			else throw new Error(`not understood: ${JSON.stringify(step)}`);
		}
	}

	/** Gives it another width. */
	resize(columns: number): void {
		const [above, below] = [this.#rows.slice(0, this.#row), this.#rows.slice(this.#row)];
		this.#columns = columns;
		const wrapped = this.#wrapped(above);
		this.#row = wrapped.length;
		this.#rows = [...wrapped, ...this.#wrapped(below)];
	}

	get #top(): number {
		return Math.max(0, this.#rows.length - this.#height);
	}

	#wrapped(rows: readonly Row[]): Row[] {
		const lines: string[][] = [];
		let isNew = true;
		for (const { cells, wraps } of rows) {
			if (isNew) lines.push([...cells]);
			else lines.at(-1)?.push(...cells);
			isNew = !wraps;
		}
		return lines.flatMap((cells) => {
			const count = Math.max(1, Math.ceil(cells.length / this.#columns));
			return Array.from({ length: count }, (_, at) => ({
				cells: cells.slice(at * this.#columns, (at + 1) * this.#columns),
				wraps: at < count - 1,
			}));
		});
	}

	#put(character: string): void {
		const cells = WIDE.test(character) ? [character, ""] : [character];
		if (this.#column + cells.length > this.#columns) {
			this.#down(true);
			this.#column = 0;
		}
		const row = this.#rows[this.#row] as Row;
		while (row.cells.length < this.#column) row.cells.push(" ");
		row.cells.splice(this.#column, cells.length, ...cells);
		this.#column += cells.length;
	}

	#down(wraps: boolean): void {
		(this.#rows[this.#row] as Row).wraps = wraps;
		this.#row++;
		if (this.#row === this.#rows.length) this.#rows.push({ cells: [], wraps: false });
	}

	#clear(): void {
		const row = this.#rows[this.#row] as Row;
		this.#rows.length = this.#row + 1;
		row.cells.length = Math.min(row.cells.length, this.#column);
		row.wraps = false;
	}
}
