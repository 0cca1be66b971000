import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { freePort } from "../../support/free-port.js";
import { isAll, itInAll } from "../../support/lane.js";
import { describeWith, paho, pythonWithPaho } from "../../support/requires.js";
import { quoted, type Section, type Step, sections, TEXT, table } from "./page.js";
import { promise, Reader } from "./reader.js";
import {
	splitByWindows,
	wordsOfCommandPrompt,
	wordsOfPowerShell,
	wordsOfWindowsPowerShell,
} from "./shells.js";

const PYTHON = "Your programs in Python";
const all = sections();
const broker = all.find(({ title }) => title === "The broker") as Section;
const commands = all.flatMap(({ steps }) =>
	steps.flatMap((step) => (step.kind === "run" ? [step.command] : [])),
);

/** Does what a section says, with the broker before it from where the page has it running. */
async function follow({ steps }: Section, prepare: (reader: Reader) => void = () => {}): Promise<void> {
	const reader = new Reader(await freePort());
	prepare(reader);
	try {
		for (const step of steps) await reader.does(step);
	} finally {
		await reader.leave();
	}
}

const withBroker = (section: Section): Section =>
	all.indexOf(section) > all.indexOf(broker)
		? { ...section, steps: [...broker.steps, ...section.steps] }
		: section;

describe.concurrent("docs/lesson.md shows what its commands show", () => {
	const told = all.filter(({ title, steps }) => steps.length > 0 && title !== PYTHON);

	it("in each of the lesson's stages and in what is around them", () => {
		expect(told.map(({ title }) => title)).toEqual([
			"All at once, in a browser",
			"The broker",
			"Stage 1: connect",
			"Stage 2: telemetry",
			"Stage 3: the server",
			"Stage 4: commands",
			"Are the devices secure?",
		]);
	});

	// Section by section, they run beside each other.
	it.runIf(!isAll).each(told)("$title", (section) => follow(withBroker(section)), 180_000);

	// What is left running by one section is there in the next.
	itInAll("all in a row", () => follow({ title: "", steps: told.flatMap(({ steps }) => steps) }), 600_000);
});

/** Its major version; 0 when this Python has no Paho. */
const pahoVersion = (python: string): number =>
	Number.parseInt(
		spawnSync(python, ["-c", "import paho.mqtt as paho; print(paho.__version__)"], { encoding: "utf8" })
			.stdout ?? "",
		10,
	) || 0;

/** The lines that the page changes in the lesson's programs: before and after. */
const changes = table("the lesson's line").map(([before, after]) => [
	quoted(before as string),
	quoted(after as string),
]) as [string, string][];

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** The lesson's two programs, each `app.py` in its folder, with the page's lines for this Paho. */
function programs(reader: Reader, python: string): void {
	const [[, connect], [lessons, changed]] = changes as [[string, string], [string, string]];
	const client = pahoVersion(python) >= 2 ? changed : lessons;
	const lines = [client, connect.replace("'127.0.0.1'", "'127.0.0.1', port"), "return mqtt_client"];
	for (const [folder, file, ...words] of [
		["nightlight-server", "lesson_server.py"],
		["nightlight", "lesson_device.py", "100"],
	] as [string, string, ...string[]][]) {
		const path = join(reader.folder, folder);
		mkdirSync(path);
		copyFileSync(fixture(file), join(path, "program.py"));
		writeFileSync(
			join(path, "paho_client.py"),
			`import paho.mqtt.client as mqtt\ndef connect(client_name, port):\n${lines.map((line) => `    ${line}\n`).join("")}`,
		);
		writeFileSync(
			join(path, "app.py"),
			`import sys\nsys.argv = ${JSON.stringify(["app.py", `${reader.port}`, "lamp", ...words])}\nimport program\n`,
		);
	}
	reader.program("python", `exec "${python}" "$@"`);
}

const python = all.find(({ title }) => title === PYTHON) as Section;

describeWith([paho], "the lesson's programs in Python, as docs/lesson.md has them changed", () => {
	it(
		"work with ours both ways",
		() => follow(withBroker(python), (reader) => programs(reader, pythonWithPaho as string)),
		180_000,
	);
});

describe("the lesson's programs on Paho 2", () => {
	const withPaho2 = ["python3", "/usr/bin/python3"].find((command) => pahoVersion(command) >= 2);
	// Debian has version 1; with a virtual environment that has version 2 on the PATH, this is tried.
	it.skipIf(withPaho2 === undefined)(
		withPaho2 === undefined
			? "Paho 2 is missing: python3 -m venv v && v/bin/pip install paho-mqtt && PATH=$PWD/v/bin:$PATH npm test"
			: "are refused as the lesson has them",
		() => {
			const [, [lessons]] = changes as [[string, string], [string, string]];
			const text = `import paho.mqtt.client as mqtt\nclient_name = 'lamp'\n${lessons}`;
			const { stderr } = spawnSync(withPaho2 as string, ["-c", text], { encoding: "utf8" });
			expect(stderr).toContain("ValueError: Unsupported callback API version");
		},
	);
});

describe("docs/lesson.md in the shells of its readers", () => {
	const JSON_WORDS = ["npx", "nightlight", "send", "lamp", '{"led_on":true}'];
	const rows = table("shell").map(([, cell]) => quoted(cell as string)) as [string, string, string, string];
	const [unix, power, windowsPower, prompt] = rows;

	const inShell = (shell: string, command: string): readonly string[] => {
		const { stdout } = spawnSync(shell, ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" });
		return stdout.trimEnd().split("\n");
	};
	const here = ["sh", "bash", "zsh"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);

	it("the table's forms hand over the same words", () => {
		expect(rows).toHaveLength(4);
		for (const shell of here) expect(inShell(shell, unix)).toEqual(JSON_WORDS);
		expect(wordsOfPowerShell(power)).toEqual(JSON_WORDS);
		expect(wordsOfWindowsPowerShell(windowsPower)).toEqual(JSON_WORDS);
		expect(wordsOfCommandPrompt(prompt)).toEqual(JSON_WORDS);
	});

	it("the form of one shell is wrong in another, or there would be no table", () => {
		expect(wordsOfWindowsPowerShell(unix).at(-1)).toBe("{led_on:true}");
		expect(wordsOfCommandPrompt(unix).at(-1)).toBe("'{led_on:true}'");
		expect(wordsOfPowerShell(windowsPower).at(-1)).toBe('{\\"led_on\\":true}');
	});

	it.each([
		["a b", ["a", "b"]],
		['"a b" c', ["a b", "c"]],
		['a\\\\\\"b c\\d', ['a\\"b', "c\\d"]],
		['"a\\\\" b', ["a\\", "b"]],
		['"" b', ["", "b"]],
	])("Windows splits %s as its documentation says", (line, words) => {
		expect(splitByWindows(line)).toEqual(words);
	});

	it.each([...new Set(commands)])("%s", (command) => {
		const words = inShell("sh", command);
		for (const shell of here) expect(inShell(shell, command)).toEqual(words);
		expect(wordsOfPowerShell(command)).toEqual(words);
		const [json] = /'\{[^' ]*\}'/.exec(command) ?? [];
		if (json === undefined) {
			expect(wordsOfWindowsPowerShell(command)).toEqual(words);
			expect(wordsOfCommandPrompt(command)).toEqual(words);
			return;
		}
		// With JSON in it, the command is changed as the table shows.
		const escaped = json.slice(1, -1).replaceAll('"', '\\"');
		expect(wordsOfWindowsPowerShell(command.replace(json, `'${escaped}'`))).toEqual(words);
		expect(wordsOfCommandPrompt(command.replace(json, `"${escaped}"`))).toEqual(words);
	});

	it("npx itself hands the JSON on, in a folder that has nightlight", () => {
		const folder = mkdtempSync(join(tmpdir(), "npx-"));
		mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
		symlinkSync(
			fileURLToPath(new URL("../../../host-sim/cli/nightlight.js", import.meta.url)),
			join(folder, "node_modules/.bin/nightlight"),
		);
		const command = `${unix} --broker mqtt://127.0.0.1:1 --duration 1`;
		const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
		expect(stderr).toContain("not sent within 1 s");
		expect(status).toBe(1);
	}, 60_000);
});

describe("docs/lesson.md", () => {
	it("names no command that no test runs", () => {
		const blocks = TEXT.split(/^```[\s\S]*?^```$/m).join("");
		const forms = table("shell").map(([, cell]) => quoted(cell as string));
		const named = [...blocks.matchAll(/`((?:npx|npm|node|python3?|nightlight) [^`]+)`/g)].map(
			([, command]) => command as string,
		);
		const known = ["npm ci", ...commands, ...forms];
		expect(named.filter((command) => !known.some((one) => one.startsWith(command)))).toEqual([]);
	});

	it("asks for blocks of a known kind, each in a terminal", () => {
		const one = (text: string): readonly Step[] => (sections(`## a\n${text}`)[0] as Section).steps;
		expect(() => one("```sh\nnpm start\n```\n")).toThrow("no terminal");
		expect(() => one("**Terminal 1**\n```python\n1\n```\n")).toThrow("python");
		expect(() => one("**Terminal 1**\n```sh\na\nb\n```\n")).toThrow("more than one");
		expect(one("**Terminal 2**, in your folder `x`\n\n```sh\na\n```\n```input\n1\n2\n```\n")).toEqual([
			{ kind: "run", terminal: "Terminal 2", folder: "x", command: "a" },
			{ kind: "type", terminal: "Terminal 2", line: "1" },
			{ kind: "type", terminal: "Terminal 2", line: "2" },
		]);
	});

	it("promises whole lines", () => {
		const seen = (text: string, output: string) => new RegExp(`^${promise(text)}$`).test(output);
		expect(seen("a\nb", "a\nb\n")).toBe(true);
		expect(seen("a\nb", "a\nx\nb\n")).toBe(false);
		expect(seen("a\n⋮\nb", "a\nx\nb\n")).toBe(true);
		expect(seen("a\n⋮\nb", "a\nb\nx\n")).toBe(false);
		expect(seen("a … c", "a (b) c\n")).toBe(true);
		expect(seen("a … c", "a\nc\n")).toBe(false);
	});
});
