// A worker of `pool.ts`.
import { parentPort } from "node:worker_threads";
import { load } from "../script.js";

const { runSeed } = await load("shrink");
parentPort.on("message", (options) => {
	const { seed } = options;
	const tell = (outcome) => parentPort.postMessage({ seed, outcome, shrunk: undefined, isBeingShrunk: true });
	parentPort.postMessage(runSeed(options, {}, tell));
});
