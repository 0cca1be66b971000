/**
 * `soak.ts [MINUTES]`: broker, server and device as programs, for MINUTES (30). The light comes and goes; each reading
 * must be answered, the link must hold, and neither heap nor resident memory may grow.
 */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { growth, type Sample } from "./growth.js";

const minutes = Number(process.argv[2] ?? 30);
if (!(minutes >= 0.2)) throw new RangeError("MINUTES must be a number from 0.2");

const LIMITS = { heap: 1_000_000, resident: 16_000_000 };
const SAMPLES = 60;
/** Milliseconds that the programs run before the first sample. */
const WARM_UP = Math.min(60_000, minutes * 15_000);
const INTERVAL = 100;

/** At SIGUSR2 the program collects its heap and writes what is left to standard error. */
const TELLS_HEAP = `--import=data:text/javascript,${encodeURIComponent(`
	import { writeSync } from "node:fs";
	import { setFlagsFromString } from "node:v8";
	import { runInNewContext } from "node:vm";
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc");
	process.on("SIGUSR2", () => {
		collect();
		writeSync(2, "heap " + process.memoryUsage().heapUsed + "\\n");
	});
`)}`;

const programs = new Programs();
const start = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight([...words, "--json"], { env: { NODE_OPTIONS: TELLS_HEAP } }));

async function sample(program: Nightlight): Promise<Sample> {
	const told = program.errors.length;
	program.child.kill("SIGUSR2");
	const heap = await program.until("its heap", () => /^heap (\d+)$/m.exec(program.errors.slice(told))?.[1]);
	const status = readFileSync(`/proc/${program.child.pid}/status`, "utf8");
	return { heap: Number(heap), resident: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024 };
}

try {
	const broker = start("broker", "--port", "0");
	const { port } = await broker.heard({ event: "listening" });
	const url = `mqtt://127.0.0.1:${port}`;
	const server = start("server", "--broker", url, "--id", "lamp");
	const light = ["--light", "day:60", "--interval", `${INTERVAL}`];
	const device = start("device", "--broker", url, "--id", "lamp", ...light);
	await device.heard({ event: "led" }, 0, 90_000);
	await pause(WARM_UP);
	const counts = (event: string) => device.events.filter((one) => one.event === event).length;
	// The first readings were sent before the server was there.
	const unanswered = counts("telemetry") - counts("command");
	const parts = { broker, server, device };
	const samples = Object.fromEntries(Object.keys(parts).map((name) => [name, [] as Sample[]]));
	for (let index = 0; index < SAMPLES; index++) {
		for (const [name, program] of Object.entries(parts)) samples[name]?.push(await sample(program));
		await pause((minutes * 60_000) / SAMPLES);
	}
	const broken = device.events.filter(({ event, state }) => event === "link" && state === "backoff").length;
	const [sent, obeyed] = [counts("telemetry"), counts("command")];
	const hasKept =
		broken === 0 && Math.abs(sent - obeyed - unanswered) <= 2 && sent > (minutes * 60_000) / INTERVAL / 2;
	process.stdout.write(`${minutes} min: ${sent} readings, ${obeyed} commands, ${broken} links broken\n`);
	for (const [name, of] of Object.entries(samples)) {
		const { lines, isWithin } = growth(of, LIMITS);
		process.stdout.write(`${name}: ${lines.join("; ")}\n`);
		if (!isWithin) process.exitCode = 1;
	}
	if (!hasKept) process.exitCode = 1;
	for (const program of [device, server, broker]) {
		const code = await program.end();
		if (code === 0) continue;
		process.stdout.write(`ended with ${code}: ${program.errors.slice(-500)}\n`);
		process.exitCode = 1;
	}
} finally {
	await programs.endAll();
}
