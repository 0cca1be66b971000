import type { Hub, JsonObject, JsonValue } from "../../azure-iot-hub/core/hub.js";
import type { Random } from "../random.js";

/** A message that somebody sends to a device. */
export interface ServiceMessage {
	/** Its message id, which commands have as their id too. */
	readonly id: string;
	readonly text: string;
	/** Milliseconds for which it waits; the hub's usual time if left out. */
	readonly ttl?: number;
}

/** What somebody wants of a device. */
export type ServiceAction =
	| { readonly does: "send"; readonly messages: readonly ServiceMessage[] }
	| { readonly does: "invoke"; readonly method: string; readonly payload?: JsonValue }
	| { readonly does: "desire"; readonly patch: JsonObject };

const INTERVALS = Object.freeze([1000, 2000, 3000, 5000]);
const THRESHOLDS = Object.freeze([100, 300, 512, 900]);

/** Draws what somebody wants. @param seed is in the ids of messages, so that each is another one */
export function drawAction(random: Random, seed: number): ServiceAction {
	const kind = random.next();
	if (kind < 0.4) {
		const count = random.between(1, 3);
		return {
			does: "send",
			messages: Array.from({ length: count }, (_, index) => draw(random, `m${seed}-${index}`)),
		};
	}
	if (kind < 0.75) return { does: "invoke", ...drawCall(random) };
	return { does: "desire", patch: drawPatch(random) };
}

function draw(random: Random, id: string): ServiceMessage {
	const kind = random.next();
	const ttl = random.chance(0.15) ? { ttl: random.between(1000, 60_000) } : {};
	const command = (member: string) => ({ id, text: `{"id":"${id}",${member}}`, ...ttl });
	if (kind < 0.4) return command(`"led_on":${random.chance(0.5)}`);
	if (kind < 0.5) return command('"sample":true');
	if (kind < 0.6) return command(`"configure":{"interval":${random.pick(INTERVALS)}}`);
	if (kind < 0.65) return command('"reboot":true');
	if (kind < 0.75) return command('"led_on":"yes"');
	return { id, text: random.pick(["", "{", '{"unknown":1}', "[1]", "x".repeat(5000)]), ...ttl };
}

function drawCall(random: Random): { readonly method: string; readonly payload?: JsonValue } {
	const kind = random.next();
	if (kind < 0.4) return { method: "setLed", payload: random.chance(0.5) };
	if (kind < 0.5) return random.chance(0.5) ? { method: "setLed", payload: "on" } : { method: "setLed" };
	if (kind < 0.65) return { method: "sample" };
	if (kind < 0.75) return { method: "configure", payload: { interval: random.pick(INTERVALS) } };
	if (kind < 0.85) return { method: "configure", payload: { threshold: random.pick(THRESHOLDS) } };
	if (kind < 0.9) return { method: "configure", payload: { interval: 5 } };
	return { method: random.chance(0.3) ? "reboot" : "explode" };
}

function drawPatch(random: Random): JsonObject {
	const patch: Record<string, JsonValue> = {};
	const count = random.between(1, 3);
	for (let index = 0; index < count; index++) {
		const name = random.pick(["telemetryInterval", "threshold", "ledOn", "colour"] as const);
		const isWrong = random.chance(0.2);
		if (random.chance(0.1)) patch[name] = null;
		else if (name === "telemetryInterval") patch[name] = isWrong ? "fast" : random.pick(INTERVALS);
		else if (name === "threshold") patch[name] = isWrong ? [300] : random.pick(THRESHOLDS);
		else if (name === "ledOn") patch[name] = isWrong ? { on: true } : random.chance(0.5);
		else patch[name] = "red";
	}
	return patch;
}

/** Has somebody do what he wants, at the hub. @param hubId whom it is for; a module has a slash in it */
export function act(hub: Hub, hubId: string, action: ServiceAction): void {
	switch (action.does) {
		case "send":
			for (const { id, text, ttl } of action.messages) {
				const input = hubId.includes("/") ? "in1" : undefined;
				hub.send(hubId, { body: Buffer.from(text), messageId: id, input, ttl });
			}
			return;
		case "invoke": {
			const { method, payload } = action;
			return hub.invoke(hubId, payload === undefined ? { method } : { method, payload }, () => {});
		}
		case "desire":
			hub.desire(hubId, action.patch);
	}
}
