/** `npm run long -- --part radio`: as many radios that fail as the first word says. */
import { fuzzRadio } from "../firmware/boards/wio-terminal/fuzz.js";

const seeds = Number(process.argv[2]);
let failed = 0;
for (let seed = 1_000_001; seed <= 1_000_000 + seeds; seed++) {
	const { faults, problem } = fuzzRadio(seed);
	if (problem === undefined) continue;
	failed++;
	process.stdout.write(`seed ${seed}: ${faults.join(", ")}: ${problem}\n`);
}
process.stdout.write(`${seeds} radios that fail, ${failed} from which the link did not come back\n`);
if (failed > 0) process.exitCode = 1;
