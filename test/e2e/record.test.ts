import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Authority } from "../support/certificates.js";
import { runHere } from "../support/command-line.js";
import { freePort } from "../support/free-port.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Program, Programs } from "../support/processes.js";
import { armTools, compiler, describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-record-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const path = (name: string) => join(cwd, name);
const file = (name: string, text: string): string => {
	writeFileSync(path(name), text, { mode: 0o600 });
	return name;
};
const linesOf = (name: string) => readFileSync(path(name), "utf8").trimEnd().split("\n");

const start = (words: readonly string[], env: Record<string, string> = {}) =>
	programs.add(new Nightlight(words, { cwd, env }));

const run = (...words: readonly string[]) => runHere(words, { cwd });

const runAlone = async (...words: readonly string[]) => {
	const program = start(words);
	return { code: await program.exited, output: program.lines.join("\n"), errors: program.errors };
};

/** Replays a recording of one device without a divergence; returns how many crossings it had. */
async function expectReplay(name: string, ...words: readonly string[]): Promise<number> {
	const { code, output, errors } = await run("replay", name, "--json", ...words);
	expect([code, errors]).toEqual([0, ""]);
	const said = JSON.parse(output);
	expect(said).toMatchObject({ source: "simulation", event: "replayed", file: name, devices: 1 });
	expect(said).not.toHaveProperty("recorded");
	return said.crossings;
}

describe("nightlight device --record", () => {
	it("records a device from its start to its goodbye, and replays it", async () => {
		const up = start([
			"up",
			"--port",
			"0",
			"--json",
			"--light",
			"100",
			"--interval",
			"50",
			"--record",
			"a.jsonl",
		]);
		await up.heard({ event: "led", on: true });
		expect(await up.end("SIGINT")).toBe(0);
		const lines = linesOf("a.jsonl");
		const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
		expect(JSON.parse(lines[0] as string)).toEqual({
			...{ format: "nightlight recording", version: 3 },
			...{ firmware: version, engine: "node" },
		});
		expect(lines.at(-1)).toBe('{"call":"stopped"}');
		expect(await runAlone("replay", "a.jsonl")).toEqual({
			code: 0,
			output: expect.stringMatching(/^Replayed 1 device, \d+ s, [\d,]+ crossings: no divergence$/),
			errors: "",
		});
		expect(await expectReplay("a.jsonl")).toBe(lines.length - 1);
	});

	it("says in which line the firmware does something else", async () => {
		const up = start(["up", "--port", "0", "--json", "--light", "7", "--record", "b.jsonl"]);
		await up.heard({ event: "telemetry" });
		await up.end("SIGINT");
		const lines = linesOf("b.jsonl");
		const index = lines.findIndex((line) => line.includes('"call":"analog.read"'));
		lines[index] = (lines[index] as string).replace('"is":7', '"is":8');
		file("c.jsonl", `${lines.join("\n")}\n`);
		const { code, output, errors } = await run("replay", "c.jsonl");
		expect([code, errors]).toEqual([1, ""]);
		expect(output).toMatch(
			/^Diverged at line \d+ of c\.jsonl, device nightlight, after \d+\.\d{3} s: recorded /,
		);
		const json = await run("replay", "c.jsonl", "--json");
		expect(json.code).toBe(1);
		const { line, ...said } = JSON.parse(json.output);
		expect(line).toBeGreaterThan(index + 1);
		expect(said).toMatchObject({
			source: "simulation",
			event: "diverged",
			file: "c.jsonl",
			device: "nightlight",
		});
		expect(said.recorded).not.toBe(said.firmware);
	});

	it("takes the place of an earlier file with --force", async () => {
		file("old.jsonl", "x\n".repeat(100_000));
		const device = start([
			"device",
			"--broker",
			`mqtt://127.0.0.1:${await freePort()}`,
			"--record",
			"old.jsonl",
			"--force",
		]);
		await device.until("a backoff", () => device.lines.some((line) => line.includes("backoff")));
		await device.end("SIGINT");
		await expectReplay("old.jsonl");
	});

	it("loses no more than its last line when it is killed", async () => {
		const words = ["--json", "--interval", "10", "--light", "day:1", "--record", "killed.jsonl"];
		const up = start(["up", "--port", "0", ...words]);
		await up.until(
			"much telemetry",
			() => up.events.filter(({ event }) => event === "telemetry").length > 50,
		);
		await up.end("SIGKILL");
		const told = up.events.filter(({ source, event }) => source === "device" && event === "telemetry").length;
		const text = readFileSync(path("killed.jsonl"), "utf8");
		// A line follows what it tells of.
		expect(text.split('"event":"telemetry"').length).toBeGreaterThanOrEqual(told);
		expect((await run("replay", "killed.jsonl")).output).toMatch(
			/: no divergence(?:; line \d+ is cut off.*)?$/,
		);
		file("cut.jsonl", text.slice(0, -7));
		const lines = text.slice(0, -7).split("\n").length;
		expect((await run("replay", "cut.jsonl")).output).toMatch(
			new RegExp(`: no divergence; line ${lines} is cut off, and the recording ends there$`),
		);
		expect(JSON.parse((await run("replay", "cut.jsonl", "--json")).output)).toMatchObject({
			cutOff: lines,
		});
	});

	/** Runs the command line with 8192 bytes a file at most, as if the disk were full then. */
	const runLimited = (words: readonly string[]): Program => {
		const script = new URL("../../host-sim/cli/nightlight.js", import.meta.url).pathname;
		const limited = ["-c", 'ulimit -f 16; exec "$0" "$@"', process.execPath, script, ...words];
		// tsx keeps what it has compiled in files, too.
		const env = { ...process.env, TSX_DISABLE_CACHE: "1" };
		return programs.add(new Program("/bin/sh", limited, { cwd, env }));
	};

	it.each([
		{
			what: "a recording of a device that ends by itself",
			words: [
				"up",
				"--no-page",
				"--port",
				"0",
				"--interval",
				"10",
				"--duration",
				"3",
				"--record",
				"cut-device.jsonl",
			],
			says: "--record cut-device.jsonl: cannot be written any more (EFBIG); the recording ends there",
			output: /Sending telemetry/,
		},
		{
			what: "a recording of a world",
			words: ["simulate", "--hours", "0.2", "--record", "cut-world.jsonl"],
			says: "--record cut-world.jsonl: cannot be written any more (EFBIG); the recording ends there",
			output: /passed/,
		},
		{
			what: "a trace",
			words: ["simulate", "--hours", "0.2", "--trace", "cut-trace.jsonl"],
			says: "--trace cut-trace.jsonl: cannot be written any more (EFBIG); the trace ends there",
			output: /passed/,
		},
	])(
		"$what that is not whole ends with 1",
		async ({ words, says, output }) => {
			const program = runLimited(words);
			expect(await program.exited).toBe(1);
			expect(program.errors).toBe(`${says}\n`);
			expect(program.lines.join("\n")).toMatch(output);
			expect(statSync(path(words.at(-1) as string)).size).toBe(8192);
		},
		30_000,
	);

	it("ends the recording, not the device, when the disk is full", async () => {
		const words = [
			"up",
			"--port",
			"0",
			"--json",
			"--interval",
			"20",
			"--light",
			"100",
			"--record",
			"full.jsonl",
		];
		const up = runLimited(words);
		await up.until("the end of the recording", () => up.errors.includes("--record"), 20_000);
		const before = up.lines.length;
		await up.until("telemetry", () => up.lines.slice(before).some((line) => line.includes('"telemetry"')));
		expect(await up.end("SIGINT")).toBe(1);
		expect(up.errors).toBe(
			"--record full.jsonl: cannot be written any more (EFBIG); the recording ends there\n",
		);
		expect(statSync(path("full.jsonl")).size).toBe(8192);
		// A line may end just there.
		const isCut = readFileSync(path("full.jsonl")).at(-1) !== 10;
		const wanted = isCut ? /no divergence; line \d+ is cut off/ : /no divergence$/;
		expect((await run("replay", "full.jsonl")).output).toMatch(wanted);
	});

	it.each([
		{
			command: "device",
			words: ["--record", "no/where"],
			says: "--record no/where: cannot be written (ENOENT)",
		},
		{ command: "device", words: ["--record", "."], says: "--record .: cannot be written (EISDIR)" },
		{ command: "up", words: ["--record", "no/where"], says: "--record no/where: cannot be written (ENOENT)" },
		{ command: "simulate", words: ["--record", "no/where"], says: "cannot be written (ENOENT)" },
		{ command: "simulate", words: ["--record", "x", "--seeds", "2"], says: "--record goes with one world" },
		{ command: "simulate", words: ["--record", "x", "--trace", "x"], says: "name the same file" },
	])("$command refuses $words in one line", async ({ command, words, says }) => {
		const { code, output, errors } = await run(command, ...words);
		expect([code, output]).toEqual([2, ""]);
		expect(errors).toContain(says);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
	});

	it.runIf(process.platform === "linux")("refuses a disk that is full from the beginning", async () => {
		const { code, output, errors } = await run("device", "--record", "/dev/full");
		expect([code, output, errors]).toEqual([
			...[2, ""],
			"nightlight: --record /dev/full: cannot be written (ENOSPC)\n",
		]);
	});
});

describe("nightlight replay refuses", () => {
	const header = '{"format":"nightlight recording","version":3,"firmware":"0.1.0","engine":"node"}\n';

	it.each([
		{ name: "absent.jsonl", says: "absent.jsonl: cannot be read (ENOENT)" },
		{ name: ".", says: ".: cannot be read (EISDIR)" },
		{ name: file("empty.jsonl", ""), says: "empty.jsonl: not a recording" },
		{ name: file("room.csv", "time,light\n0,1\n"), says: "room.csv: not a recording" },
		{
			name: file("new.jsonl", '{"format":"nightlight recording","version":7,"firmware":"8.1.0"}\n'),
			says: "new.jsonl, line 1: format version 7, and this program reads 2 and 3; replay it with the program that made it, nightlight 8.1.0",
		},
		{ name: file("header.jsonl", header), says: "header.jsonl: no device starts in it; record one again" },
		{ name: file("bad.jsonl", `${header}{"call":\n`), says: "bad.jsonl, line 2: not a JSON object" },
		{
			name: file("esc.jsonl", `${header}{"call":"\\u001b[2Jno"}\n`),
			says: 'esc.jsonl, line 2: there is no call "\\u001b[2Jno"',
		},
	])("$name in a line", async ({ name, says }) => {
		const { code, output, errors } = await run("replay", name);
		expect([code, output]).toEqual([2, ""]);
		expect(errors).toContain(says);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
	});

	it("another engine for a recording of Node, in a line", async () => {
		const { code, output, errors } = await run("replay", file("node.jsonl", header), "--engine", "xs");
		expect([code, output]).toEqual([2, ""]);
		expect(errors).toMatch(/^nightlight: --engine xs: it was recorded on node, .*\n$/);
	});

	it("the same as a program", async () => {
		expect(await runAlone("replay", "absent.jsonl")).toEqual(await run("replay", "absent.jsonl"));
	});

	it("nothing at all in a line", async () => {
		expect(await run("replay")).toMatchObject({ code: 2, output: "" });
	});
});

describe("nightlight simulate --record", () => {
	it("records all devices of the world, which is the same world", async () => {
		const words = ["simulate", "--seed", "5", "--hours", "0.2"];
		const plain = await runAlone(...words, "--trace", "plain.jsonl");
		const recorded = await run(...words, "--trace", "traced.jsonl", "--record", "world.jsonl");
		expect(recorded).toEqual(plain);
		const hash = (name: string) =>
			createHash("sha256")
				.update(readFileSync(path(name)))
				.digest("hex");
		expect(hash("traced.jsonl")).toBe(hash("plain.jsonl"));
		const { code, output } = await run("replay", "world.jsonl");
		expect([code, output]).toEqual([
			0,
			expect.stringMatching(/^Replayed 3 devices, 7\d{2} s, \d{1,2},\d{3} crossings: no divergence$/),
		]);
	});
});

describeWith([compiler], "a recording of XS", () => {
	it("replays on XS and on Node, call for call", async () => {
		const name = await recordOn("xs");
		await expectReplay(name, "--engine", "node");
	}, 300_000);
});

describeWith([armTools], "a recording of the ARM image", () => {
	it("replays on the ARM image, on Node and on XS, call for call", async () => {
		const name = await recordOn("arm");
		await expectReplay(name, "--engine", "node");
		await expectReplay(name, "--engine", "xs");
	}, 300_000);
});

/** Records a device on another engine, and replays it there; returns the file. */
async function recordOn(engine: string): Promise<string> {
	const name = `${engine}.jsonl`;
	const words = ["--engine", engine, "--json", "--light", "day:2", "--interval", "20", "--record", name];
	const up = start(["up", "--port", "0", ...words]);
	await up.heard({ source: "device", event: "led", on: true }, 0, 200_000);
	await up.heard({ source: "device", event: "led", on: false });
	expect(await up.end("SIGINT")).toBe(0);
	expect(await expectReplay(name)).toBe(linesOf(name).length - 1);
	// What was written is another byte.
	const lines = linesOf(name);
	const index = lines.findIndex((line) => line.includes('"call":"socket.write"'));
	lines[index] = (lines[index] as string).replace(/"args":\["../, '"args":["AA');
	file(`other-${name}`, `${lines.join("\n")}\n`);
	const { code, output, errors } = await run("replay", `other-${name}`);
	expect([code, errors]).toEqual([1, ""]);
	expect(output).toContain(`Diverged at line ${index + 1} of other-${name}`);
	return name;
}

describeWith([mosquitto], "a recording of a device that has secrets", () => {
	const SECRET = "Corr3ct-Horse-Battery!";
	const authority = new Authority("Nightlight Test CA");
	const broker = authority.issue({ names: ["localhost"] });
	const lamp = authority.issue({ names: ["lamp"] });
	const tls = [
		`cafile ${join(cwd, file("ca.pem", authority.cert))}`,
		`certfile ${join(cwd, file("broker.pem", broker.cert))}`,
		`keyfile ${join(cwd, file("broker.key", broker.key))}`,
		"require_certificate true",
	];
	const lampWords = [
		"--ca",
		"ca.pem",
		"--cert",
		file("lamp.pem", lamp.cert),
		"--key",
		file("lamp.key", lamp.key),
	];

	it.each([
		{ protocol: "mqtt", other: undefined, words: [] },
		{ protocol: "ws", other: ["protocol websockets"], words: [] },
		{ protocol: "mqtts", other: tls, words: lampWords },
		{ protocol: "wss", other: ["protocol websockets", ...tls], words: lampWords },
	])("has none of them, and replays, over $protocol", async ({ protocol, other, words }) => {
		const server = await Mosquitto.start(programs, { user: "lamp", password: SECRET }, other);
		const port = other === undefined ? server.port : server.otherPort;
		const name = `${protocol}.jsonl`;
		const login = ["--username", "lamp", "--password-file", file("password.txt", `${SECRET}\n`)];
		const device = start([
			...["device", "--broker", `${protocol}://localhost:${port}`, "--id", "lamp", "--json"],
			...["--interval", "50", ...login, ...words, "--record", name],
		]);
		await device.heard({ event: "telemetry" });
		await device.end("SIGINT");
		const text = readFileSync(path(name), "latin1");
		// Base64 shows a text in one of three ways, by the place at which it begins.
		const base64 = [0, 1, 2].map((before) =>
			Buffer.from("\0".repeat(before) + SECRET)
				.toString("base64")
				.slice(4, 24),
		);
		const keys = [lamp.key, lamp.cert, authority.cert].map((pem) => pem.split("\n")[2] as string);
		for (const trace of [SECRET, Buffer.from(SECRET).toString("hex"), ...base64, ...keys]) {
			expect(trace.length).toBeGreaterThan(15);
			expect(text).not.toContain(trace);
		}
		expect(text).toContain('"username":"lamp"');
		await expectReplay(name);
	});
});
