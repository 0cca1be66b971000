import { armImage } from "../../host-sim/engines/arm/build.js";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { armTools, compiler } from "./requires.js";

/** Builds the engines once, before any test asks for them, where that can be done. */
export default async function setup(): Promise<void> {
	const log = (line: string) => process.stdout.write(`${line}\n`);
	if (compiler.isThere()) await xsWorker(log);
	if (armTools.isThere()) await armImage({ log });
}
