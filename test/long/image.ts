/** `npm run long -- --part image`: the flashable image, whose radio fails as often as the first word says. */
import { failAgainAndAgain } from "../host-sim/engines/wio/image-fuzz.js";

/** Failures that one board goes through before the next one. */
const EACH = 25;

const all = Number(process.argv[2]);
let failed = 0;
for (let done = 0, seed = 1; done < all; done += EACH, seed++) {
	try {
		const { faults, failures } = await failAgainAndAgain(seed, Math.min(EACH, all - done));
		if (failures.length === 0) continue;
		process.stdout.write(`seed ${seed}: ${faults.join(", ")}: ${failures.join("; ")}\n`);
	} catch (error) {
		process.stdout.write(`seed ${seed}: ${(error as Error).message}\n`);
	}
	failed++;
}
process.stdout.write(
	`${all} failures of the radio below the flashable image, ${failed} boards that did not come back\n`,
);
if (failed > 0) process.exitCode = 1;
