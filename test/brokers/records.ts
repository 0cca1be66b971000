import { FEATURES, type Feature, type Verdict } from "./features.js";

/** What a broker was seen to do. */
export interface BrokerRecord {
	readonly name: string;
	/** The version that was seen. */
	readonly version: string;
	readonly verdicts: Readonly<Record<Feature, Verdict>>;
}

/** All that is asked of a broker. */
const ALL = Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, "yes"])) as Record<
	Feature,
	Verdict
>;

export type BrokerName = "aedes" | "mosquitto" | "nats" | "rabbitmq";

/** What each broker was seen to do, which `npm run test:brokers` sees again. */
export const RECORDS: Readonly<Record<BrokerName, BrokerRecord>> = Object.freeze({
	aedes: {
		name: "Aedes",
		version: "1.2.0",
		verdicts: { ...ALL, webSocket: "no", login: "taken", sessionAfterKill: "no", retainedAfterKill: "no" },
	},
	mosquitto: {
		name: "Mosquitto",
		version: "2.0.11",
		verdicts: { ...ALL, login: "CONNACK 5", sessionAfterKill: "no", retainedAfterKill: "no" },
	},
	nats: {
		name: "nats-server",
		version: "2.9.10",
		verdicts: {
			...ALL,
			login: "CONNACK 5",
			sendQos2: "closes the connection",
			receiveQos2: "grants QoS 1",
			dot: "closes the connection",
			unacknowledged: "comes late",
			persistentQos2: "given up",
			cleanQos2: "tried for ever",
		},
	},
	rabbitmq: {
		name: "RabbitMQ",
		version: "3.10.8",
		verdicts: {
			...ALL,
			login: "CONNACK 4",
			sendQos2: "answers PUBACK",
			receiveQos2: "grants QoS 1",
			dot: "comes with a slash",
			retainedByWildcard: "no",
			persistentQos2: "given up, yet came each time",
			cleanQos2: "tried for ever, yet comes each time",
		},
	},
});
