import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { BadBroker } from "../support/bad-broker.js";
import { Nightlight, STOP_LIMIT } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith } from "../support/requires.js";

const programs = new Programs();
let broker: BadBroker | undefined;
afterEach(async () => {
	await programs.endAll();
	broker?.close();
});

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
const EMPTY = join(cwd, "empty");
mkdirSync(EMPTY);

const NOWHERE = ["--broker", "mqtt://127.0.0.1:1", "--id", "lamp", "--json"];
const device = (words: readonly string[], env: Record<string, string> = {}) =>
	programs.add(new Nightlight(["device", ...words, ...NOWHERE], { cwd, env }));

describe("nightlight without the tools of an engine", () => {
	const env = { PATH: EMPTY, NIGHTLIGHT_CACHE: join(cwd, "cache"), CC: "" };

	it.each([
		["xs", /^nightlight: no make, to compile XS for --engine xs: apt-get install gcc make\n$/],
		[
			"arm",
			/^nightlight: no \S+ for --engine arm: apt-get install gcc gcc-arm-none-eabi .* qemu-system-arm\n$/,
		],
	])("says in a line what to install for %s, and ends with 1", async (engine, line) => {
		const lamp = device(["--engine", engine], env);
		expect(await lamp.exited).toBe(1);
		expect(lamp.errors).toMatch(line);
		expect(lamp.lines).toEqual([]);
	});

	it("runs on Node all the same", async () => {
		const lamp = device(["--duration", "0.5"], env);
		await lamp.heard({ event: "link", state: "backoff" });
		expect(await lamp.exited).toBe(1);
		expect(lamp.errors).toBe("");
	});
});

/** A process: its parent and whether it runs. */
function processOf(pid: number): { parent: number; runs: boolean } | undefined {
	try {
		const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
			.replace(/^.*\) /, "")
			.split(" ");
		return { parent: Number(parent), runs: state !== "Z" };
	} catch {
		return undefined;
	}
}

/** The engine's process below the command line's. */
function engineBelow(lamp: Nightlight): number {
	const pids = readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
	const children = pids.filter((pid) => processOf(pid)?.parent === lamp.child.pid);
	const engine = children.find((pid) =>
		/qemu-system-arm|xsnap-worker/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")),
	);
	if (engine === undefined) throw new Error("there is no engine's process");
	return engine;
}

const ENGINES = [
	{ engine: "xs", stopped: "the firmware has stopped on XS: ended by SIGKILL" },
	{ engine: "arm", stopped: "the firmware has stopped on the ARM image: QEMU was ended by SIGKILL" },
];

describeWith([compiler, armTools], "an engine's process", () => {
	it.each(ENGINES)(
		"that ends ends the command line, with a line and 1: $engine",
		async ({ engine, stopped }) => {
			const lamp = device(["--engine", engine]);
			await lamp.heard({ event: "link", state: "backoff" });
			process.kill(engineBelow(lamp), "SIGKILL");
			expect(await lamp.exited).toBe(1);
			expect(lamp.errors).toBe(`nightlight: ${stopped}\n`);
		},
	);

	it.each(ENGINES)("ends when the command line is killed: $engine", async ({ engine }) => {
		const lamp = device(["--engine", engine]);
		await lamp.heard({ event: "link", state: "backoff" });
		const pid = engineBelow(lamp);
		await lamp.end("SIGKILL");
		await expect.poll(() => processOf(pid)?.runs ?? false, { timeout: 2000 }).toBe(false);
	});

	it.each(ENGINES)(
		"that has to be made cannot be without a place to be kept: $engine",
		async ({ engine }) => {
			const lamp = device(["--engine", engine], { NIGHTLIGHT_CACHE: "/dev/null" });
			expect(await lamp.exited).toBe(1);
			expect(lamp.errors).toMatch(
				/^nightlight: cannot keep an engine in \/dev\/null \(E\w+\); NIGHTLIGHT_CACHE /,
			);
			expect(lamp.errors.trimEnd()).not.toContain("\n");
		},
	);

	it.each(ENGINES)("that is still being made does not hold a signal up: $engine", async ({ engine }) => {
		const cache = mkdtempSync(join(tmpdir(), "nightlight-"));
		const lamp = device(["--engine", engine], { NIGHTLIGHT_CACHE: cache });
		await lamp.until("compiling", () => lamp.errors.includes("Compiling XS"));
		const asked = performance.now();
		expect(await lamp.end("SIGTERM")).toBe(0);
		expect(performance.now() - asked).toBeLessThan(STOP_LIMIT);
		expect(lamp.errors.trimEnd()).not.toContain("\n");
	});
});

describeWith([compiler], "firmware that XS cannot go on with", () => {
	it.each([
		["loops without end", 'exec "$worker" nightlight -l 1000', "too much computation: a loop without end?"],
		["uses up the memory", "exit 11", "not enough memory"],
		["throws", "printf '21:!RangeError: no\\nlight,' >&4; sleep 5", "RangeError: no\ufffdlight"],
	])("as it %s is reported in a line, and ends the command line with 1", async (_, script, reason) => {
		// In the worker's place: itself with fewer steps to take, or what ends as it would.
		const worker = await xsWorker(() => {});
		const cache = mkdtempSync(join(tmpdir(), "nightlight-"));
		const place = join(cache, relative(join(worker, "../../../../.."), worker));
		mkdirSync(dirname(place), { recursive: true });
		writeFileSync(place, `#!/bin/sh\nworker='${worker}'\n${script}\n`, { mode: 0o755 });
		const lamp = device(["--engine", "xs"], { NIGHTLIGHT_CACHE: cache });
		expect(await lamp.exited).toBe(1);
		expect(lamp.errors).toBe(`nightlight: the firmware does not start on XS: ${reason}\n`);
	});
});

describeWith([armTools], "firmware that uses up the memory of the chip", () => {
	it("in the middle of a run is reported in a line, and ends the command line with 1", async () => {
		const roomy = join(cwd, "roomy.json");
		writeFileSync(roomy, JSON.stringify({ mqtt: { receiveBuffer: 65_536 } }));
		const payload = Buffer.alloc(60_000, "x");
		const topic = Buffer.from("\0\rlamp/commands");
		const length = topic.length + payload.length;
		const head = Uint8Array.of(0x30, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14);
		broker = await BadBroker.start((socket) => {
			socket.write(Uint8Array.of(0x20, 2, 0, 0));
			socket.write(Buffer.concat([head, topic, payload]));
		});
		const words = ["device", "--engine", "arm", "--config", roomy, "--broker", broker.url, "--id", "lamp"];
		const lamp = programs.add(new Nightlight([...words, "--json"], { cwd }));
		expect(await lamp.exited).toBe(1);
		// Where it was used up depends on the board's speed.
		expect(lamp.errors).toMatch(
			/^nightlight: the firmware has stopped on the ARM image: ([\w/-]+\.ts:\d+: )?not enough memory\n$/,
		);
	});
});
