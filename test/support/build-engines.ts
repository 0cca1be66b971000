import { readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { wioRunner } from "../../host-sim/engines/wio/build-runner.js";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { armTools, compiler, wioTools } from "./requires.js";

/**
 * Builds the engines before any test asks for them, where that can be done; only those that the chosen test files
 * require (`describeWith([compiler, armTools], …)`).
 */
export default async function setup(project: TestProject): Promise<void> {
	const sources = project.vitest.state.getPaths().map((file) => readFileSync(file, "utf8"));
	const isRequired = (name: string) => sources.some((source) => new RegExp(`\\b${name}\\b`).test(source));
	const log = (line: string) => process.stdout.write(`${line}\n`);
	await Promise.all([
		isRequired("compiler") && compiler.isThere() && xsWorker(log),
		isRequired("armTools") && armTools.isThere() && armImage({ log }),
		isRequired("armTools") &&
			isRequired("azure-iot-hub") &&
			armTools.isThere() &&
			armImage({ log, profile: "azure-iot-hub" }),
		isRequired("wioTools") && wioTools.isThere() && wioRunner(log),
	]);
}
