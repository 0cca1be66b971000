import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeWith } from "../support/requires.js";
import { FEATURES, type Feature } from "./features.js";
import { type BrokerName, RECORDS } from "./records.js";
import { Broker, type Recipe } from "./rig/broker.js";
import { Stage } from "./rig/stage.js";
import type { Scenario } from "./scenario.js";
import { devices } from "./scenarios/devices.js";
import { kills } from "./scenarios/kill.js";
import { messages } from "./scenarios/messages.js";
import { sessions } from "./scenarios/sessions.js";

/** All scenarios; those that kill the broker come last. */
export const SCENARIOS: readonly Scenario[] = [...devices, ...messages, ...sessions, ...kills];

/** Runs every scenario on one broker, and compares what it does with what its record says. */
export function describeBroker(name: BrokerName, recipe: Recipe): void {
	const record = RECORDS[name];
	describeWith(recipe.needs, record.name, () => {
		let broker: Broker;
		let stage: Stage | undefined;
		beforeAll(async () => {
			broker = await Broker.start(recipe);
		});
		afterEach(() => stage?.end());
		afterAll(() => broker?.end());

		SCENARIOS.forEach(({ features, run }, index) => {
			it(titleOf(features), async () => {
				stage = new Stage(broker, `lamp${index}`);
				const expected = Object.fromEntries(features.map((feature) => [feature, record.verdicts[feature]]));
				const hint = `test/brokers/records.ts says of ${record.name} ${record.version}, and here is ${broker.version}`;
				expect(await run(stage), hint).toEqual(expected);
			});
		});
	});
}

const titleOf = (features: readonly Feature[]): string =>
	features.map((feature) => FEATURES[feature]).join("; ");
