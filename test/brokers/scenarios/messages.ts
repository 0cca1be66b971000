import { expect } from "vitest";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import type { Feature, Verdict } from "../features.js";
import type { Stage } from "../rig/stage.js";
import type { Scenario } from "../scenario.js";

/** What the observer is to hear last: all that was sent before it has come by then. */
const FENCE = "fence";

async function send(stage: Stage, qos: QoS): Promise<Verdict> {
	const observer = await stage.observer();
	await observer.subscribe(stage.topic("telemetry"), qos);
	const client = stage.client();
	await client.connect();
	const message = { topic: stage.topic("telemetry"), payload: "21", qos, retain: false };
	// An answer that is not QoS 2's has our side close.
	if (!(await client.publish(message))) {
		return client.ended?.startsWith("PUBACK") ? "answers PUBACK" : "closes the connection";
	}
	const heard = await observer.heard("21");
	if (heard.qos === qos) return "yes";
	return heard.qos === 0 ? "comes with QoS 0" : "comes with QoS 1";
}

async function receive(stage: Stage, qos: QoS): Promise<Verdict> {
	const client = stage.client();
	await client.connect();
	const granted = await client.subscribe(stage.topic("commands"), qos);
	if (granted === undefined) return "closes the connection";
	const observer = await stage.observer();
	await observer.publish(stage.topic("commands"), "on", granted as QoS);
	const heard = await client.heard("on");
	expect(heard.qos).toBe(granted);
	if (granted === qos) return "yes";
	return granted === 0 ? "grants QoS 0" : "grants QoS 1";
}

const QOS: readonly (readonly [QoS, Feature, Feature])[] = [
	[0, "sendQos0", "receiveQos0"],
	[1, "sendQos1", "receiveQos1"],
	[2, "sendQos2", "receiveQos2"],
];

const qosScenarios: readonly Scenario[] = QOS.flatMap(([qos, sending, receiving]) => [
	{ features: [sending], run: async (stage) => ({ [sending]: await send(stage, qos) }) },
	{ features: [receiving], run: async (stage) => ({ [receiving]: await receive(stage, qos) }) },
]);

async function empty(stage: Stage): Promise<Verdict> {
	const client = stage.client();
	await client.connect();
	await client.subscribe(stage.topic("commands"), 1);
	const observer = await stage.observer();
	await observer.publish(stage.topic("commands"), "");
	await observer.publish(stage.topic("commands"), FENCE);
	await client.heard(FENCE);
	return client.payloads[0] === "" ? "yes" : "no";
}

async function unsubscribe(stage: Stage): Promise<Verdict> {
	const client = stage.client();
	await client.connect();
	await client.subscribe(stage.topic("a"), 1);
	await client.subscribe(stage.topic("b"), 1);
	const observer = await stage.observer();
	await observer.publish(stage.topic("a"), "before");
	await client.heard("before");
	if (!(await client.unsubscribe(stage.topic("a")))) return "closes the connection";
	await observer.publish(stage.topic("a"), "after");
	await observer.publish(stage.topic("b"), FENCE);
	await client.heard(FENCE);
	return client.payloads.includes("after") ? "no" : "yes";
}

async function dot(stage: Stage): Promise<Verdict> {
	const topic = `attic.${stage.id}/telemetry`;
	const observer = await stage.observer();
	await observer.subscribe(topic).catch(() => {});
	const client = stage.client();
	await client.connect();
	if (!(await client.publish({ topic, payload: "21", qos: 1, retain: false })))
		return "closes the connection";
	const heard = await observer.heard("21");
	if (heard.topic === topic.replace(".", "/")) return "comes with a slash";
	expect(heard.topic).toBe(topic);
	return "yes";
}

/** Whether a new subscriber is handed what was retained, flagged, and nothing after it was cleared. */
async function retainedBy(stage: Stage, filter: string): Promise<Verdict> {
	const observer = await stage.observer();
	const topic = stage.topic("commands");
	await observer.publish(topic, "kept", 1, true);
	const late = async () => {
		const client = stage.client();
		await client.connect();
		await client.subscribe(filter, 1);
		await observer.publish(topic, FENCE);
		await client.heard(FENCE);
		return client.messages.filter(({ retain }) => retain).map(({ payload }) => payload);
	};
	const kept = await late();
	await observer.publish(topic, "", 1, true);
	expect(await late()).toEqual([]);
	return kept.includes("kept") ? "yes" : "no";
}

/** Messages one by one. */
export const messages: readonly Scenario[] = [
	...qosScenarios,
	{ features: ["empty"], run: async (stage) => ({ empty: await empty(stage) }) },
	{ features: ["unsubscribe"], run: async (stage) => ({ unsubscribe: await unsubscribe(stage) }) },
	{ features: ["dot"], run: async (stage) => ({ dot: await dot(stage) }) },
	{
		features: ["retained"],
		run: async (stage) => ({ retained: await retainedBy(stage, stage.topic("commands")) }),
	},
	{
		features: ["retainedByWildcard"],
		run: async (stage) => ({ retainedByWildcard: await retainedBy(stage, stage.topic("+")) }),
	},
];
