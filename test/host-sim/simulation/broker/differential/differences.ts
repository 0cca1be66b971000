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
