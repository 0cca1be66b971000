// Runs worlds of the sources beside it: it is copied to where they are.
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("tsconfig.json", import.meta.url)) });
const { runAnyWorld } = await import("./host-sim/simulation/any-world.js");
parentPort.on("message", (options) => {
	parentPort.postMessage({ seed: options.seed, failure: runAnyWorld(options).failure });
});
