import { afterEach, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { armTools, describeWith, mosquitto } from "../../support/requires.js";
import { tellStory } from "./story.js";

/** Real seconds; `npm run long` has 180. */
const SECONDS = Number(process.env.NIGHTLIGHT_RADIO_SECONDS ?? 20);
const SEED = Number(process.env.NIGHTLIGHT_RADIO_SEED ?? 1);

const programs = new Programs();
afterEach(() => programs.endAll());

describeWith([mosquitto, armTools], "the ARM image at a real broker, through a radio that fails", () => {
	it(
		`for ${SECONDS} s loses nothing that it keeps, and leaves 32 KB of its RAM unused`,
		async () => {
			const story = await tellStory({ engine: "arm", seconds: SECONDS, seed: SEED, programs });
			process.stdout.write(`${JSON.stringify(story)}\n`);
			expect(story).toMatchObject({ missing: [], dropped: 0, lost: 0 });
			expect(story.sent).toBeGreaterThan(SECONDS);
			expect(story.onlines).toBeGreaterThan(1);
			expect(story.unusedArena).toBeGreaterThanOrEqual(32 * 1024);
		},
		(SECONDS + 120) * 1000,
	);
});
