/** What is asked of a broker, in the order of the table, and what it is called there. */
export const FEATURES = Object.freeze({
	loop: "the nightlight",
	webSocket: "the same over a WebSocket",
	sendQos0: "to the broker, QoS 0",
	sendQos1: "to the broker, QoS 1",
	sendQos2: "to the broker, QoS 2",
	receiveQos0: "from the broker, QoS 0",
	receiveQos1: "from the broker, QoS 1",
	receiveQos2: "from the broker, QoS 2",
	empty: "an empty payload",
	unsubscribe: "UNSUBSCRIBE",
	dot: "a dot in a topic",
	login: "a wrong password",
	retained: "retained messages",
	retainedByWildcard: "retained messages by a wildcard",
	will: "the will",
	cleanSession: "a clean session forgets",
	persistentSession: "a persistent session keeps QoS 1",
	unacknowledged: "QoS 1 that was not acknowledged comes again",
	oversize: "a command of 100 kB is skipped",
	keepAlive: "a keep-alive of 1 s",
	takeOver: "two devices with one id",
	persistentQos2: "a device set to QoS 2, persistent session",
	cleanQos2: "a device set to QoS 2, clean session",
	inFlight: "QoS 1 in flight when it is killed",
	sessionAfterKill: "sessions 6 s old when it is killed",
	retainedAfterKill: "retained messages 6 s old when it is killed",
});

export type Feature = keyof typeof FEATURES;

/** What a broker did, in the words of the table. */
export type Verdict =
	| "yes"
	| "no"
	| "CONNACK 4"
	| "CONNACK 5"
	| "taken"
	| "closes the connection"
	| "answers PUBACK"
	| "comes with QoS 0"
	| "comes with QoS 1"
	| "grants QoS 0"
	| "grants QoS 1"
	| "comes with a slash"
	| "comes late"
	| "given up"
	| "given up, yet came each time"
	| "tried for ever"
	| "tried for ever, yet comes each time";
