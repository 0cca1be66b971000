import { expect, it } from "vitest";
import { armTools, describeWith } from "../../support/requires.js";
import { seededRandom } from "../../support/virtual/random.js";
import { RadioImage } from "./radio-in-image.js";

/** The chip's instructions a second, if each takes one cycle. */
const INSTRUCTIONS = 120_000_000;

/** Virtual minutes; `npm run long` has 30. */
const MINUTES = Number(process.env.NIGHTLIGHT_RADIO_MINUTES ?? 3);

const KEEP = {
	telemetry: { interval: 1000, qos: 1 },
	mqtt: { cleanSession: false },
	outbox: { policy: "keep", messages: 500, bytes: 50_000 },
} as const;

describeWith([armTools], "the ARM image with the driver of a radio", () => {
	it("takes at most 5 % of the processor at rest, connected", async () => {
		const image = await RadioImage.start({ telemetry: { interval: 86_400_000 } }, true);
		await image.untilOnline();
		await image.advance(5000);
		const work = await image.advance(10_000);
		process.stdout.write(`At rest: ${((work / 10 / INSTRUCTIONS) * 100).toFixed(2)} % of the processor\n`);
		expect(work / 10).toBeLessThan(INSTRUCTIONS * 0.05);
		await image.stop();
	}, 120_000);

	it(`over ${MINUTES} virtual minutes of a radio that fails loses nothing that it keeps, and does not grow`, async () => {
		const random = seededRandom(Number(process.env.NIGHTLIGHT_RADIO_SEED ?? 1));
		const image = await RadioImage.start(KEEP);
		await image.untilOnline();
		await image.trouble(MINUTES / 3, random);
		const before = await image.atRest();
		const troubles = await image.trouble((MINUTES * 2) / 3, random);
		const after = await image.atRest();
		const outbox = image.host.eventsOf("outbox").at(-1);
		const figures = {
			troubles: troubles.length,
			slots: after.slots - before.slots,
			unused: image.unusedArena,
		};
		process.stdout.write(
			`${JSON.stringify({ ...figures, chunkBytes: after.chunkBytes - before.chunkBytes })}\n`,
		);
		expect(outbox).toMatchObject({ dropped: 0, lost: 0 });
		expect(outbox?.pending).toBeLessThanOrEqual(1);
		expect(figures.slots).toBeLessThanOrEqual(10);
		expect(after.chunkBytes - before.chunkBytes).toBeLessThanOrEqual(1000);
		expect(image.unusedArena).toBeGreaterThanOrEqual(32 * 1024);
		await image.stop();
	}, 900_000);
});
