// A worker of `pool.ts`; the sources are TypeScript, which tsx lets Node run as they are.
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
const { runSeed } = await import("./shrink.js");
parentPort.on("message", (options) => {
	const { seed } = options;
	const tell = (outcome) => parentPort.postMessage({ seed, outcome, shrunk: undefined, isBeingShrunk: true });
	parentPort.postMessage(runSeed(options, {}, tell));
});
