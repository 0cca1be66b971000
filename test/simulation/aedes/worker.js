// A worker of `main.ts`; the sources are TypeScript, which tsx lets Node run as they are.
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../../../tsconfig.json", import.meta.url)) });
const { specOf } = await import("../../../host-sim/simulation/seed.js");
const { runOnAedes } = await import("./run.js");
// One world at a time: each owns the timers of this thread.
parentPort.on("message", async (options) => {
	parentPort.postMessage({ seed: options.seed, outcome: await runOnAedes(specOf(options)) });
});
