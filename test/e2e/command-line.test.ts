import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { isAll } from "../support/lane.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
const file = (name: string, text: string) => {
	writeFileSync(join(cwd, name), text);
	return name;
};
mkdirSync(join(cwd, "folder"));
const run = async (words: readonly string[], env: Record<string, string> = {}) => {
	const program = programs.add(new Nightlight(words, { cwd, env }));
	return { code: await program.exited, output: program.lines.join("\n"), errors: program.errors };
};

/** Has Node say when the program hears SIGTERM: before that there is nobody to count it. */
const TELLS_OF_HANDLER = `--import=data:text/javascript,${encodeURIComponent(`
	import { writeSync } from "node:fs";
	process.on("newListener", (name) => {
		if (name === "SIGTERM") queueMicrotask(() => writeSync(2, "hears SIGTERM\\n"));
	});
`)}`;

describe("the command line", () => {
	it("answers so as a program, too", async () => {
		expect(await run(["devise"])).toEqual(await runHere(["devise"]));
	});

	it("answers a port that is taken with one line and exit code 1", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		await new Promise((resolve) => server.once("listening", resolve));
		const { port } = server.address() as { port: number };
		const { code, errors } = await run(["broker", "--port", `${port}`]);
		server.close();
		expect(errors).toMatch(
			new RegExp(`^nightlight: port ${port} on 127\\.0\\.0\\.1 is taken; .*--port.*\n$`),
		);
		expect(code).toBe(1);
	});

	it.each(["", "up", "device", "server", "broker", "hub"])(
		"has help for %j, asked for in two ways",
		async (name) => {
			const words = name === "" ? [] : [name];
			const { code, output } = await runHere([...words, "--help"]);
			expect(output).toMatch(new RegExp(`^Usage: nightlight ${name}`));
			if (name !== "") expect(output).toContain("Examples:");
			expect(code).toBe(0);
			expect(await runHere(["help", ...words])).toEqual({ code, output, errors: "" });
		},
	);

	it("tells, when the usual port is taken, which it takes instead, and how others reach it", async () => {
		// It may be taken by somebody else.
		const server = createServer().on("error", () => {});
		server.listen(1883, "127.0.0.1");
		await new Promise((resolve) => setTimeout(resolve, 100));
		const up = programs.add(new Nightlight(["up", "--light", "1", "--id", "lamp", "--json"], { cwd }));
		const { port } = await up.heard({ event: "listening" });
		await up.heard({ source: "device", event: "link", state: "online" });
		const broker = programs.add(new Nightlight(["broker", "--json"], { cwd }));
		const { port: other } = await broker.heard({ event: "listening" });
		await broker.until("the port", () => broker.errors.endsWith("\n"));
		const taken = "Port 1883 is taken: this broker listens on";
		const option = "other commands reach it with --broker mqtt://127.0.0.1:";
		expect(up.errors).toBe(`${taken} ${port}; ${option}${port} --id lamp\n`);
		expect(broker.errors).toBe(`${taken} ${other}; ${option}${other}\n`);
		server.close();
		const words = ["device", "--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp2", "--json"];
		await programs.add(new Nightlight(words, { cwd })).heard({ event: "link", state: "online" });
	});

	it.each(isAll ? [0, 100, 300, 600] : [0, 300])(
		"counts a signal %i ms after there is somebody to hear it",
		async (delay) => {
			const env = { NODE_OPTIONS: TELLS_OF_HANDLER };
			const up = programs.add(new Nightlight(["up", "--port", "0"], { cwd, env }));
			await up.until("a handler of SIGTERM", () => up.errors.includes("hears SIGTERM"));
			await new Promise((resolve) => setTimeout(resolve, delay));
			expect(await up.end("SIGTERM")).toBe(0);
		},
	);

	it("goes on when nobody reads its log any more", async () => {
		const up = programs.add(new Nightlight(["up", "--port", "0", "--light", "-", "--json"], { cwd }));
		up.child.stdin?.write("5\n");
		await up.heard({ source: "device", event: "link", state: "online" });
		up.child.stderr?.destroy();
		for (let line = 0; line < 3; line++) up.child.stdin?.write("not a number\n");
		up.child.stdin?.write("77\n");
		await up.heard({ event: "telemetry", payload: { light: 77 } });
		expect(await up.end("SIGINT")).toBe(0);
		expect(up.events.at(-1)).toMatchObject({ event: "link", state: "offline" });
	});

	it("has device and server meet on the topics of the configuration", async () => {
		const topics = { telemetry: "home/{id}/light", commands: "home/set", status: null, state: "{id}" };
		const config = file("topics.json", JSON.stringify({ topics }));
		const up = programs.add(
			new Nightlight(["up", "--port", "0", "--config", config, "--light", "100", "--json"], { cwd }),
		);
		await up.heard({ event: "sent", topic: "home/set", payload: { led_on: true } });
		await up.heard({ event: "received", topic: "home/nightlight/light", payload: { light: 100 } });
		await up.heard({ event: "led", on: true });
		expect(await up.end("SIGINT")).toBe(0);
	});

	it("starts no broker when the configuration names one", async () => {
		const config = file("other.json", JSON.stringify({ id: "lamp", broker: { host: "127.0.0.1", port: 1 } }));
		const up = programs.add(
			new Nightlight(["up", "--config", config, "--duration", "0.5", "--json"], { cwd }),
		);
		expect(await up.exited).toBe(1);
		expect(up.events.filter(({ source }) => source === "broker")).toEqual([]);
		expect(up.events.find(({ state }) => state === "backoff")?.reason).toMatch(/127\.0\.0\.1:1$/);
	});

	it("is not led astray by the TypeScript configuration of the folder it runs in", async () => {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(join(folder, "evil.js"), "throw new Error('evil');");
		const paths = { commander: ["./evil.js"] };
		writeFileSync(
			join(folder, "tsconfig.json"),
			JSON.stringify({ compilerOptions: { baseUrl: ".", paths } }),
		);
		const program = programs.add(new Nightlight(["--version"], { cwd: folder }));
		expect(await program.exited).toBe(0);
	});

	it("keeps what a device stores below its own folder, whatever the id", async () => {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(join(folder, "keep.json"), JSON.stringify({ mqtt: { cleanSession: false } }));
		for (const id of ["..", ".", "id"]) {
			const words = ["device", "--config", "keep.json", "--id", id, "--broker", "mqtt://127.0.0.1:1"];
			const device = programs.add(new Nightlight([...words, "--duration", "0.1"], { cwd: folder }));
			await device.exited;
		}
		expect(readdirSync(folder).sort()).toEqual([".nightlight", "keep.json"]);
		expect(readdirSync(join(folder, ".nightlight"))).toEqual(["devices"]);
		expect(readdirSync(join(folder, ".nightlight/devices"))).toHaveLength(3);
	});

	it("has a doctor that names what is there, and the line that installs what is not", async () => {
		const here = await run(["doctor"]);
		expect(here.output).toMatch(/^ready: the simulator on Node\n {2}Node: v\d+/);
		expect(here.code).toBe(0);
		const bare = await run(["doctor"], { PATH: "/nowhere", MODDABLE: "/nowhere" });
		expect(bare.output).toContain("not yet: XS on this machine (--engine xs)");
		expect(bare.output).toContain("  C compiler: missing; apt-get install gcc libc6-dev");
		expect(bare.output).toMatch(/ {2}Moddable SDK: none in \/nowhere; MODDABLE must name /);
		expect(bare.code).toBe(0);
		expect(bare.errors).toBe("");
	});

	it("makes up an id for a broker of strangers, once, and says so", async () => {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
		const words = ["device", "--broker", "mqtt://127.0.0.1:1", "--duration", "0.1", "--json"];
		const ids = [];
		for (let time = 0; time < 2; time++) {
			const program = programs.add(new Nightlight(words, { cwd: folder }));
			await program.exited;
			ids.push(program.events[0]?.device);
			expect(program.errors).toContain(`id ${ids[0]}`);
		}
		expect(ids[0]).toMatch(/^nightlight-[0-9a-f]{8}$/);
		expect(ids[1]).toBe(ids[0]);
	});

	it("reads light from standard input, a number a line, and tells of bad lines", async () => {
		const broker = programs.add(new Nightlight(["broker", "--port", "0", "--json"]));
		const { port } = await broker.heard({ event: "listening" });
		const words = ["--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp", "--interval", "50", "--json"];
		const device = programs.add(new Nightlight(["device", "--light", "-", "--light-scale", "0.5", ...words]));
		await device.until("that it waits", () => device.errors.includes("Waiting for the first number"));
		device.child.stdin?.write("bright\r200\r");
		await device.heard({ event: "telemetry", payload: { light: 100 } });
		expect(device.events.find(({ event }) => event === "telemetry")).toMatchObject({
			payload: { light: 100 },
		});
		device.child.stdin?.end("9999\n99999");
		await device.heard({ event: "telemetry", payload: { light: 1023 } });
		expect(device.errors).toBe(
			'Waiting for the first number on standard input\nstandard input, line 1: "bright" is not a number\nstandard input, line 3: 4999.5 is above 1023, taken as 1023 until a number is in range\n',
		);
	});

	it.each(["", "bright\n"])("ends with 2 when standard input is %j: no number ever comes", async (input) => {
		const device = programs.add(new Nightlight(["up", "--port", "0", "--light", "-", "--json"], { cwd }));
		device.child.stdin?.end(input);
		expect(await device.exited).toBe(2);
		expect(device.errors).toMatch(/nightlight: standard input ended before the first number\n$/);
		expect(device.events.filter(({ source }) => source === "device")).toEqual([]);
	});

	it("counts --duration from the beginning while it waits for a number", async () => {
		const words = ["device", "--light", "-", "--duration", "0.5", "--json"];
		const device = programs.add(new Nightlight(words, { cwd }));
		expect(await device.exited).toBe(1);
		expect(device.events).toEqual([]);
	});

	it("ends quietly when nobody reads its output any more", async () => {
		const script = new URL("../../host-sim/cli/nightlight.js", import.meta.url).pathname;
		const child = spawn(
			"sh",
			["-c", `"${process.execPath}" "${script}" up --port 0 --interval 50 | head -n 1`],
			{
				cwd,
				stdio: ["ignore", "pipe", "pipe"],
			},
		);
		let errors = "";
		child.stderr.on("data", (text) => {
			errors += text;
		});
		const code = await new Promise((resolve) => child.once("close", resolve));
		expect(code).toBe(0);
		expect(errors).toBe("");
	});
});
