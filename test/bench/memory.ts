import { Mosquitto } from "../support/mosquitto.js";
import { Programs } from "../support/processes.js";
import type { MemoryTask } from "./memory/settle.js";
import { plainJavaScript } from "./plain.js";
import { Process } from "./process.js";
import { type Bench, scaled } from "./report.js";

const DEVICES = 1000;
const WANTED = 0.5;

/** Bytes that each device takes in a process of many. */
async function measure(file: string, task: MemoryTask): Promise<number> {
	const devices = new Process(file, "--expose-gc");
	try {
		return await devices.ask<number>(task);
	} finally {
		devices.end();
	}
}

const bytes = (count: number): string => `${Math.round(count).toLocaleString("en-US")} bytes`;

/** Memory of a connected device, against MQTT.js. */
export const memory: Bench = {
	name: "memory",
	sides: ["nightlight, a complete device", "MQTT.js, a bare client"],
	async run(effort) {
		const programs = new Programs();
		const plain = await plainJavaScript();
		try {
			const { port } = await Mosquitto.start(programs, undefined, undefined, [
				"log_type information",
				"max_connections -1",
			]);
			const task = { port, count: scaled(DEVICES, effort) };
			const ours = await measure(plain.path("test/bench/memory/ours.ts"), task);
			const theirs = await measure(plain.path("test/bench/memory/theirs.ts"), task);
			const ratio = ours / theirs;
			return [
				{
					what: `each of ${task.count.toLocaleString("en-US")}, connected`,
					ours: bytes(ours),
					theirs: bytes(theirs),
					ratio: ratio.toFixed(2),
					goal: { wanted: `at most ${WANTED}`, isMet: ratio <= WANTED },
				},
			];
		} finally {
			await programs.endAll();
			plain.remove();
		}
	},
};
