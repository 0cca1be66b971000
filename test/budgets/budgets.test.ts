import { beforeAll, describe, expect, it } from "vitest";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { chipToolchain } from "../../host-sim/engines/arm/toolchain.js";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { inLane } from "../support/lane.js";
import { armTools, compiler, describeWith } from "../support/requires.js";
import { type ArmBudgets, measureArm } from "./arm.js";
import { ARM_CYCLES, readBudgets } from "./budgets.js";
import { broken, compare, line } from "./compare.js";
import { measureXs } from "./xs.js";

const { xs, arm } = readBudgets();
const BUILD_TIMEOUT = 300_000;
/** A multiple of 10; a thousand with each QoS take a quarter of a minute. */
const CYCLES = inLane(100, ARM_CYCLES);

/** What a chip has room for, with whichever compiler. */
function expectRoom({ live, growth, compiled }: ArmBudgets): void {
	const { image, unused } = compiled;
	expect(live.slots).toBeLessThanOrEqual(600);
	expect(live.chunkBytes).toBeLessThanOrEqual(6 * 1024);
	expect(growth).toEqual({ slots: 0, chunkBytes: 0 });
	expect(image.total).toBeLessThanOrEqual(image.limit);
	expect(unused.arena).toBeGreaterThanOrEqual(64 * 1024);
	expect(unused.heap).toBeGreaterThan(0);
	expect(unused.stack).toBeGreaterThan(0);
}

/** Shows each figure's distance from its budget; one that breaks it fails. An improvement is only shown. */
function expectWithin(title: string, measured: object, budgets: object): void {
	const comparisons = compare(measured, budgets);
	process.stdout.write(`${[title, ...comparisons.map(line)].join("\n  ")}\n`);
	expect(broken(comparisons).map(line)).toEqual([]);
}

describe("the committed budgets", () => {
	it("leave room on a chip", () => {
		expect(xs.live).toBeLessThanOrEqual(600);
		expect(xs.growth).toBe(0);
		expect(xs.growthOfStrangers).toBe(0);
		expect(xs.telemetryQos0.slots).toBeLessThanOrEqual(100);
		expect(xs.telemetryQos1.slots).toBeLessThanOrEqual(100);
		expectRoom(arm);
	});
});

describeWith([compiler], "the firmware on XS", () => {
	beforeAll(async () => {
		await xsWorker(() => {});
	}, BUILD_TIMEOUT);

	it("costs no more than its budgets; `npm run budgets` shows which changes can be the reason", async () => {
		expectWithin("XS", await measureXs(), xs);
	}, 60_000);
});

const { toolchain } = arm.compiled;
const isCompiledAlike = armTools.isThere() && (await chipToolchain()) === toolchain;

describeWith([armTools], "the firmware as an ARM image", () => {
	let measured: ArmBudgets;
	beforeAll(async () => {
		await armImage({ log: () => {} });
		measured = await measureArm(CYCLES);
	}, BUILD_TIMEOUT);

	it(`takes no more memory than its budgets, and after ${CYCLES} cycles no more than before`, () => {
		expectWithin("ARM image", { live: measured.live, growth: measured.growth }, arm);
	});

	it("leaves room on the chip", () => {
		const { image } = measured.compiled;
		expect(image.engine + image.builtIns + image.app).toBe(image.total);
		expectRoom(measured);
	});

	// Another compiler makes other code: its figures are only held to what there is room for.
	it.skipIf(!isCompiledAlike)(
		`has no more bytes and takes no more instructions than its budgets, by ${toolchain}`,
		() => {
			expectWithin("ARM image", { compiled: measured.compiled }, arm);
		},
	);
});
