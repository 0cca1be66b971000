import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { compiler, describeWith } from "../support/requires.js";
import { type Budgets, measureBudgets } from "./measure.js";

const committed = JSON.parse(readFileSync(new URL("./budgets.json", import.meta.url), "utf8")) as Budgets;

it("leave room on a chip", () => {
	expect(committed.live).toBeLessThanOrEqual(600);
	expect(committed.growth).toBe(0);
	expect(committed.growthOfStrangers).toBe(0);
	expect(committed.telemetryQos0.slots).toBeLessThanOrEqual(100);
	expect(committed.telemetryQos1.slots).toBeLessThanOrEqual(100);
});

describeWith([compiler], "the firmware on XS", () => {
	beforeAll(async () => {
		await xsWorker(() => {});
	}, 300_000);

	it("costs exactly what is committed; `npm run budgets` shows what has changed", async () => {
		expect(await measureBudgets()).toEqual(committed);
	}, 60_000);
});
