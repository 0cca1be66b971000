import { beforeAll, expect, it } from "vitest";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { armTools, describeWith } from "../../support/requires.js";
import { imageWith, MISTAKES } from "./planted.js";
import { sweep } from "./sweep.js";

const SILENT = { log: () => {} };

describeWith(
	[armTools],
	"readings that are kept on the ARM image, in flash memory that the power cut tears,",
	() => {
		let image: ArmImage;
		beforeAll(async () => {
			image = await armImage(SILENT);
		}, 300_000);

		it.each([
			{ delivery: "server", cutsAt: [1, 2, 3, 4, 5, 6, 8], programs: 5, erasures: 2 },
			{ delivery: "broker", cutsAt: [4, 6], programs: 1, erasures: 1 },
		] as const)(
			"arrive once and in order, but for a batch, answered by the $delivery",
			async ({ delivery, cutsAt, programs, erasures }) => {
				const stories = cutsAt.map((at) => [at]);
				const figures = await sweep({ image, delivery, stories, seed: 1 });
				expect(figures.problems).toEqual([]);
				expect(figures).toMatchObject({ stories: cutsAt.length, programs, erasures });
			},
			180_000,
		);

		it.each(MISTAKES)(
			"do not with $name",
			async ({ cutsAt, ...mistake }) => {
				const wrong = await imageWith(mistake);
				const problems: string[] = [];
				for (let seed = 1; seed <= 8 && problems.length === 0; seed++) {
					const figures = await sweep({
						image: wrong,
						delivery: "server",
						stories: [[cutsAt]],
						seed,
						patience: 4000,
					});
					problems.push(...figures.problems);
				}
				expect(problems.join()).toMatch(/lost/);
			},
			300_000,
		);
	},
);
