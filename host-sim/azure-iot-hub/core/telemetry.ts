import { type Bag, bagBytes, type Properties, readBag } from "./property-bag.js";

/** A message to the hub. */
export interface Telemetry {
	readonly system: Properties;
	readonly application: Properties;
	readonly body: Uint8Array;
	/** Of body, names and values. */
	readonly bytes: number;
}

/**
 * Makes a message of what a client published to its events topic. A hub does not keep RETAIN: it becomes the property
 * `mqtt-retain`. A will gets `iothub-MessageType`.
 *
 * @param bag as it stands in the topic
 * @returns undefined if the bag's encoding is broken
 */
export function readTelemetry(
	bag: string,
	body: Uint8Array,
	retain: boolean,
	isWill: boolean,
): Telemetry | undefined {
	const read = readBag(bag);
	if (read === undefined) return undefined;
	const { system } = read;
	const application: Properties = {
		...read.application,
		...(retain && { "mqtt-retain": "true" }),
		...(isWill && { "iothub-MessageType": "Will" }),
	};
	const all: Bag = { system, application };
	return { ...all, body: Uint8Array.from(body), bytes: body.length + bagBytes(read) };
}
