import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { compiler } from "./requires.js";

/** Compiles the XS worker once, before any test asks for it, where that can be done. */
export default async function setup(): Promise<void> {
	if (!compiler.isThere()) return;
	await xsWorker((line) => process.stdout.write(`${line}\n`));
}
