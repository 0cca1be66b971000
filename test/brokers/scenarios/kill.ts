import { expect } from "vitest";
import { eventually, pause } from "../rig/eventually.js";
import type { Stage } from "../rig/stage.js";
import type { Scenario, Verdicts } from "../scenario.js";

/** Milliseconds in which a broker that writes now and then has written. */
const SETTLED = 6000;

const WINDOW = ["1", "2", "3", "4"];

/** The broker is killed with a window full of messages that it has not answered, and started again. */
async function kill(stage: Stage): Promise<Verdicts> {
	const { broker } = stage;
	const before = await stage.observer();
	await before.publish(stage.topic("kept"), "kept", 1, true);
	const sleeper = stage.client({ cleanSession: false });
	await sleeper.connect();
	await sleeper.subscribe(stage.topic("commands"), 1);
	sleeper.disconnect();
	const gate = await stage.gate();
	const settings = { mqtt: { cleanSession: false, inFlight: WINDOW.length }, telemetry: { qos: 1 } } as const;
	const device = stage.device(settings, gate.port);
	await device.link("online");
	await pause(SETTLED);

	broker.freeze();
	for (const payload of WINDOW) expect(device.publish(payload)).toBe(true);
	expect(device.publish("one too many")).toBe(false);
	gate.shut();
	await broker.kill();
	await device.link("backoff");
	await broker.up();
	const after = await stage.observer("telemetry");
	gate.open();
	await after.heard("4");
	await eventually("a window that is open", () => device.publish("5"));
	await after.heard("5");
	expect(after.payloads).toEqual([...WINDOW, "5"]);

	const isPresent = await sleeper.connect();
	const late = await stage.observer("kept", "fence");
	await late.publish(stage.topic("fence"), "fence");
	await late.heard("fence");
	return {
		inFlight: "yes",
		sessionAfterKill: isPresent ? "yes" : "no",
		retainedAfterKill: late.payloads.includes("kept") ? "yes" : "no",
	};
}

/** What a broker's end does. */
export const kills: readonly Scenario[] = [
	{ features: ["inFlight", "sessionAfterKill", "retainedAfterKill"], run: kill },
];
