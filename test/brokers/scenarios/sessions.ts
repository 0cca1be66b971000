import { expect } from "vitest";
import type { Verdict } from "../features.js";
import { eventually } from "../rig/eventually.js";
import type { Stage } from "../rig/stage.js";
import type { Scenario } from "../scenario.js";

const FENCE = "fence";

async function will(stage: Stage): Promise<Verdict> {
	const observer = await stage.observer("status", "fence");
	const status = { topic: stage.topic("status"), qos: 0, retain: true } as const;
	const polite = stage.client({ will: { ...status, payload: "not to be said" } });
	await polite.connect();
	polite.disconnect();
	const cut = stage.client({ will: { ...status, payload: "offline" } });
	await cut.connect();
	cut.cut();
	await observer.heard("offline");
	await observer.publish(stage.topic("fence"), FENCE);
	await observer.heard(FENCE);
	expect(observer.payloads).toEqual(["offline", FENCE]);
	const late = await stage.observer("status");
	expect(await late.heard("offline")).toMatchObject({ retain: true });
	return "yes";
}

/** What a client hears, and whether its session was present, after messages came while it was away. */
async function away(stage: Stage, cleanSession: boolean) {
	const topic = stage.topic("commands");
	const observer = await stage.observer("gone");
	const will = { topic: stage.topic("gone"), payload: "gone", qos: 0, retain: false } as const;
	const client = stage.client({ cleanSession, will });
	expect(await client.connect()).toBe(false);
	await client.subscribe(topic, 1);
	await observer.publish(topic, "here");
	await client.heard("here");
	// When this is answered, PUBACK is there.
	await client.unsubscribe(stage.topic("nothing"));
	client.cut();
	await observer.heard("gone");
	for (const payload of ["1", "2", "3"]) await observer.publish(topic, payload);
	const isPresent = await client.connect();
	if (!isPresent) await client.subscribe(topic, 1);
	await observer.publish(topic, FENCE);
	await client.heard(FENCE);
	return { isPresent, heard: client.payloads };
}

async function cleanSession(stage: Stage): Promise<Verdict> {
	const { isPresent, heard } = await away(stage, true);
	if (isPresent) return "no";
	expect(heard).toEqual(["here", FENCE]);
	return "yes";
}

async function persistentSession(stage: Stage): Promise<Verdict> {
	const { isPresent, heard } = await away(stage, false);
	if (!isPresent) return "no";
	expect(heard).toEqual(["here", "1", "2", "3", FENCE]);
	return "yes";
}

/** What was under way when the connection broke is sent again, before what came after it. */
async function unacknowledged(stage: Stage): Promise<Verdict> {
	const topic = stage.topic("commands");
	const observer = await stage.observer("gone");
	const will = { topic: stage.topic("gone"), payload: "gone", qos: 0, retain: false } as const;
	const client = stage.client({ cleanSession: false, will });
	await client.connect();
	await client.subscribe(topic, 1);
	client.onMessage = () => client.cut();
	await observer.publish(topic, "1");
	await observer.heard("gone");
	client.onMessage = () => {};
	await observer.publish(topic, "2");
	expect(await client.connect()).toBe(true);
	await client.heard("2");
	const isInOrder = client.payloads.join() === "1,1,2";
	await eventually(
		"what was not acknowledged",
		() => client.payloads.filter((one) => one === "1").length === 2,
	);
	return isInOrder ? "yes" : "comes late";
}

/** What lies between two connections. */
export const sessions: readonly Scenario[] = [
	{ features: ["will"], run: async (stage) => ({ will: await will(stage) }) },
	{ features: ["cleanSession"], run: async (stage) => ({ cleanSession: await cleanSession(stage) }) },
	{
		features: ["persistentSession"],
		run: async (stage) => ({ persistentSession: await persistentSession(stage) }),
	},
	{
		features: ["unacknowledged"],
		run: async (stage) => ({ unacknowledged: await unacknowledged(stage) }),
	},
];
