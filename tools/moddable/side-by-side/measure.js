/**
 * What the nightlight and the SDK's own client take of memory, side by side:
 *
 *     tools/moddable/build.sh side-by-side
 *     node tools/moddable/side-by-side/measure.js [SECONDS]
 *
 * Each runs for SECONDS (60) against Mosquitto, connected and sending once a second, and with its modules loaded
 * only. The instruments of XS are read each second, soon after a collection; the median is shown, and the least and
 * the most.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../../dist/moddable/side-by-side", import.meta.url));
/** As `build.sh` compiles it into the SDK's client. */
const PORT = 21889;
/** Bytes of a slot on a machine of 64 bits. */
const SLOT = 32;
/** Seconds after the start that do not count. */
const WARM_UP = 5;

const seconds = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(tmpdir(), "side-by-side-"));

/** Samples of a build, one a second: slots and bytes of chunks in use. */
function run(name) {
	const own = join(folder, name);
	mkdirSync(own);
	const nightlight = { id: "lamp", broker: { host: "127.0.0.1", port: PORT }, telemetry: { interval: 1000 } };
	writeFileSync(join(own, "settings.json"), JSON.stringify({ nightlight }));
	const program = spawn(join(BUILT, "headless"), [join(BUILT, `${name}.so`), own]);
	let text = "";
	program.stdout.on("data", (data) => {
		text += data;
	});
	return new Promise((resolve, reject) => {
		program.on("error", reject);
		program.on("close", () => resolve(samplesIn(text)));
		setTimeout(() => program.kill(), seconds * 1000);
	});
}

function samplesIn(text) {
	const names = /^instruments key: (.*)$/m.exec(text)?.[1]?.split(",");
	if (names === undefined) throw new Error(`no instruments in: ${text.slice(0, 200)}`);
	const column = (values, name) => Number(values[names.indexOf(name)]);
	return [...text.matchAll(/^instruments: (.*)$/gm)].slice(WARM_UP).map(([, line]) => {
		const values = line.split(",");
		return { slots: column(values, "Slot used") / SLOT, chunks: column(values, "Chunk used") };
	});
}

/** The least, the median and the most of a column. */
function spread(samples, name) {
	const values = samples.map((sample) => sample[name]).sort((a, b) => a - b);
	return [values[0], values[values.length >> 1], values.at(-1)];
}

/** How far the samples of one run lie above the median of another: "median (least to most)". */
function above(working, idle, name) {
	const [, base] = spread(idle, name);
	const [least, median, most] = spread(working, name).map((value) => value - base);
	return `${median} (${least} to ${most})`;
}

const broker = spawn("mosquitto", ["-p", `${PORT}`], { stdio: "ignore" });
try {
	for (const name of ["stock", "ours"]) {
		const [idle, working] = [await run(`${name}-idle`), await run(name)];
		process.stdout.write(
			`${name}: ${above(working, idle, "slots")} slots, ${above(working, idle, "chunks")} bytes of chunks above its loaded modules, ${working.length} samples\n`,
		);
	}
} finally {
	broker.kill();
}
