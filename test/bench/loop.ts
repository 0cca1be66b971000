import { Mosquitto } from "../support/mosquitto.js";
import { Programs } from "../support/processes.js";
import type { LoopTask } from "./loop/device.js";
import { type Duel, duel, median } from "./measure.js";
import { plainJavaScript } from "./plain.js";
import { Process } from "./process.js";
import { type Bench, type Figure, scaled } from "./report.js";

const BLOCKS = 60;
const WARM_UP = 10;
/** Loops of one device before it is the other's turn. */
const BLOCK = 100;
const WANTED = 0.8;

const SETTINGS = ["log_type information", "set_tcp_nodelay true"];

const milliseconds = (time: number): string => `${time.toFixed(3)} ms`;

function figure(what: string, { ours, theirs, quotient }: Duel, wanted?: number): Figure {
	const ratio = 1 / quotient;
	return {
		what,
		ours: milliseconds(ours),
		theirs: milliseconds(theirs),
		ratio: ratio.toFixed(2),
		...(wanted !== undefined && { goal: { wanted: `at most ${wanted}`, isMet: ratio <= wanted } }),
	};
}

/** From a reading over the broker to the server and back to the device. */
export const loop: Bench = {
	name: "loop",
	sides: ["nightlight", "a device on MQTT.js"],
	async run(effort) {
		const programs = new Programs();
		const processes: Process[] = [];
		const plain = await plainJavaScript();
		try {
			const { port } = await Mosquitto.start(programs, undefined, undefined, SETTINGS);
			const start = async (file: string) => {
				const started = new Process(plain.path(`test/bench/loop/${file}`));
				processes.push(started);
				await started.ask({ kind: "connect", port } satisfies LoopTask);
				return async () =>
					median(await started.ask<number[]>({ kind: "loop", count: BLOCK } satisfies LoopTask));
			};
			await start("server.ts");
			const [ours, theirs, bare] = [await start("ours.ts"), await start("theirs.ts"), await start("bare.ts")];
			const [rounds, warmUp] = [scaled(BLOCKS, effort), scaled(WARM_UP, effort)];
			const what = `p50 of ${rounds} blocks of ${BLOCK} loops`;
			return [
				figure(what, await duel(ours, theirs, rounds, warmUp), WANTED),
				figure(`${what}, a bare socket in the nightlight's place`, await duel(bare, theirs, rounds, warmUp)),
			];
		} finally {
			for (const started of processes) started.end();
			await programs.endAll();
			plain.remove();
		}
	},
};
