import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isRedrawable, Terminal } from "../../../host-sim/cli/terminal.js";
import { Screen } from "../../support/screen.js";

/** A stream to a screen. */
class Stream extends EventEmitter {
	readonly isTTY = true;
	readonly screen: Screen;
	columns: number | undefined;
	writes = 0;

	constructor(columns: number, screen = new Screen(columns)) {
		super();
		this.columns = columns;
		this.screen = screen;
	}

	write(text: string): void {
		this.writes++;
		// As a terminal's driver does.
		this.screen.write(text.replaceAll("\n", "\r\n"));
	}

	resize(columns: number): void {
		this.columns = columns;
		this.screen.resize(columns);
		this.emit("resize");
	}
}

describe("a terminal with a block", () => {
	let block: string[];
	let out: Stream;
	let terminal: Terminal;
	const begun = (columns: number, log?: Stream) => {
		out = new Stream(columns);
		block = [];
		terminal = new Terminal(out, log ?? new Stream(columns, out.screen), () => block);
	};
	const show = (...lines: string[]) => {
		block = lines;
		terminal.update();
		vi.advanceTimersByTime(100);
	};
	beforeEach(() => {
		vi.useFakeTimers();
		begun(40);
	});
	afterEach(() => {
		terminal.end([]);
		vi.useRealTimers();
	});

	it("has lines and the log scroll above it", () => {
		terminal.line("one");
		show("Page: http://127.0.0.1:1/", "light 1");
		terminal.line("two");
		terminal.log("three");
		show("Page: http://127.0.0.1:1/", "light 2");
		expect(out.screen.rows).toEqual(["one", "two", "three", "Page: http://127.0.0.1:1/", "light 2", ""]);
	});

	it("leaves nothing of a block that was longer", () => {
		show("a long line", "another", "and one more");
		show("short");
		expect(out.screen.rows).toEqual(["short", ""]);
	});

	it("leaves a log that goes elsewhere alone", () => {
		const log = Object.assign(new Stream(80), { isTTY: false });
		begun(40, log);
		show("light 1");
		const { writes } = out;
		terminal.log("elsewhere");
		expect([out.writes, log.screen.rows]).toEqual([writes, ["elsewhere", ""]]);
	});

	it("cuts lines that do not fit, wide ones too, and keeps the lines that scroll whole", () => {
		begun(10);
		show("0123456789", "夜の灯夜の灯");
		terminal.line("0123456789ab");
		expect(out.screen.rows).toEqual(["0123456789", "ab", "01234567…", "夜の灯夜…", ""]);
	});

	it("is drawn at most ten times a second, and the last time as it then is", () => {
		show("0");
		const { writes } = out;
		for (let count = 1; count <= 500; count++) {
			block = [`${count}`];
			terminal.update();
			vi.advanceTimersByTime(1);
		}
		vi.advanceTimersByTime(100);
		expect(out.writes - writes).toBeLessThanOrEqual(6);
		expect(out.screen.rows).toEqual(["500", ""]);
	});

	it("is not drawn again where it is the same", () => {
		show("light 1");
		const { writes } = out;
		show("light 1");
		expect(out.writes).toBe(writes);
	});

	it.each([
		[60, "Page: http://127.0.0.1:33569/", "light 0123456789, LED off, link online"],
		[25, "Page: http://127.0.0.1:…", "light 0123456789, LED o…"],
		[11, "Page: htt…", "light 012…"],
		[4, "Pa…", "li…"],
	])("is drawn again once, at a width of %i", (columns, first, second) => {
		terminal.line("one");
		show("Page: http://127.0.0.1:33569/", "light 0123456789, LED off, link online");
		out.resize(30);
		out.resize(columns);
		expect(out.screen.rows.slice(-3)).toEqual([first, second, ""]);
		expect(out.screen.rows.join("")).toBe(`one${first}${second}`);
	});

	it.each([0, undefined])("takes 80 columns where the terminal says %s", (columns) => {
		begun(100);
		out.columns = columns;
		show("x".repeat(90));
		expect(out.screen.rows).toEqual([`${"x".repeat(78)}…`, ""]);
	});

	it("is left with whole lines, and nothing is drawn after that", () => {
		begun(10);
		show("Page: http://127.0.0.1:1/", "light 1");
		block = ["later"];
		terminal.update();
		terminal.end(["light 1", "Page: http://127.0.0.1:1/"]);
		vi.advanceTimersByTime(1000);
		out.resize(30);
		expect(out.screen.rows).toEqual(["light 1", "Page: http://127.0.0.1:1/", ""]);
		terminal.line("later");
		expect(out.screen.rows.at(-2)).toBe("later");
	});
});

describe("what can be drawn again", () => {
	it.each([
		[true, "xterm-256color", true],
		[true, undefined, true],
		[true, "dumb", false],
		[false, "xterm", false],
		[undefined, "xterm", false],
	])("terminal %s, TERM=%s: %s", (isTTY, TERM, expected) => {
		const screen = isTTY === undefined ? {} : { isTTY };
		expect(isRedrawable(screen, TERM === undefined ? {} : { TERM })).toBe(expected);
	});
});
