import {
	type BrokerWays,
	MOSQUITTO_WAYS,
	STANDARD_WAYS,
} from "../../../../../host-sim/simulation/broker/broker.js";

/** What Mosquitto 2.0.11 does otherwise than the model broker with the standard's ways. */
export interface KnownDifference {
	readonly what: string;
	/** What the standard says about it. */
	readonly standard: string;
	/** The way that makes the model broker do as Mosquitto does. */
	readonly way: keyof BrokerWays;
}

/** All that the scripts bring to light. Each must show, and besides them nothing may. */
export const DIFFERENCES: readonly KnownDifference[] = [
	{
		what: "Of overlapping filters the first that it finds gives the QoS, not the one with the highest QoS.",
		standard: "[MQTT-3.3.5-1] wants the highest: Mosquitto departs from it.",
		way: "overlapping",
	},
	{
		what: "At a takeover the will is published only if the session of the old or of the new connection is clean.",
		standard: "[MQTT-3.1.2-8] has it published whenever the connection ends without DISCONNECT.",
		way: "takeoverWill",
	},
];

/** The model broker's ways in all of Mosquitto's but one. */
export const waysWithout = (way: keyof BrokerWays): BrokerWays => ({
	...MOSQUITTO_WAYS,
	[way]: STANDARD_WAYS[way],
});

/** Violations (`violations.ts`) for which Mosquitto 2.0.11 does not close the connection, and why it may not. */
export const TAKEN: ReadonlyMap<string, string> = new Map([
	["another protocol's name", "It speaks MQTT 3.1 too, which has that name: [MQTT-3.1.2-1] allows it."],
	["SUBACK", "Its bridges are clients, and are read by the same code; 2.2.1 has it from a server only."],
	["UNSUBACK", "As SUBACK."],
	["PINGRESP", "As SUBACK."],
	["PUBACK with flags", "It does not look at them: [MQTT-2.2.2-2] wants the connection closed."],
	["PINGREQ with a body", "It does not look at the length; 3.12 has none."],
	["PUBACK that is long", "It does not look at the length, which MQTT 5 lets vary; 3.4 has 2."],
	["PUBLISH with QoS 0 and DUP", "It does not look at DUP: [MQTT-3.3.1-2] binds the client."],
]);
