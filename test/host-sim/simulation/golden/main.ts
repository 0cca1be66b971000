/**
 * `npm run golden`: prints a line for each world, with the SHA-256 of its trace. With programs of other versions of
 * Node behind `--` it runs the worlds on these too, and exits with 1 when one has another trace.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { goldenLines } from "./hashes.js";

const ours = goldenLines().join("\n");
process.stdout.write(`${ours}\n`);
for (const node of process.argv.slice(2)) {
	const words = ["--import", "tsx", fileURLToPath(import.meta.url)];
	const { stdout, stderr, status } = spawnSync(node, words, { encoding: "utf8" });
	const isSame = status === 0 && stdout.trimEnd() === ours;
	process.stdout.write(isSame ? `the same on ${node}\n` : `on ${node}:\n${stdout ?? ""}${stderr ?? ""}\n`);
	if (!isSame) process.exitCode = 1;
}
