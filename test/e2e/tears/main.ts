/** Every change of a story's flash memory torn, with both deliveries: `main.ts [SEEDS]`. Exits with 1 if a reading was lost, doubled or out of order. */
import { armImage } from "../../../host-sim/engines/arm/build.js";
import { play } from "./story.js";
import { type Figures, sweep } from "./sweep.js";

const log = (line: string) => process.stderr.write(`${line}\n`);
const seeds = Number(process.argv[2] ?? 1);
const image = await armImage({ log });
const { operations, problems } = await play({ image, delivery: "server", cutsAt: [0], seed: 1 });
const failures = [...problems];
for (const delivery of ["server", "broker"] as const) {
	const began = performance.now();
	const all: Figures[] = [];
	for (let seed = 1; seed <= seeds; seed++) {
		// Every one alone, and each with one of the life after it.
		const stories = operations.flatMap((_, index) => [[index + 1], [index + 1, 1 + ((index + seed) % 5)]]);
		all.push(await sweep({ image, delivery, stories, seed }, log));
	}
	const sum = (key: Exclude<keyof Figures, "problems">) => all.reduce((total, one) => total + one[key], 0);
	failures.push(...all.flatMap((one) => one.problems));
	process.stdout.write(
		`${delivery}: ${sum("stories")} stories of ${operations.length} changes, ${sum("programs")} programs and ${sum("erasures")} erasures torn, ` +
			`${sum("measured")} readings, ${sum("missing")} of unstored batches missing, ${Math.round((performance.now() - began) / 1000)} s\n`,
	);
}
for (const line of failures.slice(0, 20)) process.stdout.write(`${line}\n`);
process.stdout.write(`${failures.length} problems\n`);
process.exit(failures.length > 0 ? 1 : 0);
