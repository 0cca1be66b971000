import { afterEach, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { armTools, describeWith, mosquitto, wioTools } from "../../support/requires.js";
import { tellStory } from "./story.js";

/** Real seconds, which `npm run long` says: it has 180, and the ARM image in QEMU as well. */
const LONGER = process.env.NIGHTLIGHT_RADIO_SECONDS;
const SECONDS = Number(LONGER ?? 20);
const SEED = Number(process.env.NIGHTLIGHT_RADIO_SEED ?? 1);

const programs = new Programs();
afterEach(() => programs.endAll());

/** What `npm run long` looks for in the name. */
const nameOf = (image: string) =>
	`${image}, for ${SECONDS} s, loses nothing that it keeps, and leaves 32 KB of its RAM unused`;

async function tell(engine: "arm" | "wio"): Promise<void> {
	const story = await tellStory({ engine, seconds: SECONDS, seed: SEED, programs });
	process.stdout.write(`${JSON.stringify(story)}\n`);
	expect(story).toMatchObject({ missing: [], dropped: 0, lost: 0 });
	// A board that is emulated on a busy machine has less time than we.
	expect(story.sent).toBeGreaterThan(SECONDS / (engine === "wio" ? 4 : 1));
	expect(story.onlines).toBeGreaterThan(1);
	expect(story.unusedArena).toBeGreaterThanOrEqual(32 * 1024);
}

describeWith([mosquitto, armTools, wioTools], "at a real broker, through a radio that fails", () => {
	it(nameOf("the flashable image"), () => tell("wio"), (SECONDS + 240) * 1000);
});

if (LONGER !== undefined)
	describeWith([mosquitto, armTools], "at a real broker, through a radio that fails", () => {
		it(nameOf("the ARM image"), () => tell("arm"), (SECONDS + 120) * 1000);
	});
