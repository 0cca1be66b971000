import type { Failure } from "./failures/failure.js";

/** What the client does where MQTT 3.1.1 leaves a choice, or says nothing. */
export const DECISIONS: readonly Failure[] = [
	{
		what: "SUBACK grants more than was asked for",
		answer: "accepted: no statement forbids it, and messages are answered by their own QoS",
		tests: {
			"mqtt/session-subscribe": ["subscribe > is granted with a higher QoS, which no statement forbids"],
		},
	},
	{
		what: "a message comes with a higher QoS than was granted",
		answer: "told, and answered by its own QoS: an answer of another kind would be a violation of ours",
		tests: {
			"mqtt/session-receive": [
				"a message > with QoS $qos is answered so, though less was granted [MQTT-3.8.4-6] [MQTT-4.5.0-2]",
			],
		},
	},
	{
		what: "a message comes on a topic never subscribed to",
		answer: "acknowledged and reported; the program does not get it",
		tests: {
			"connectivity/online": [
				"what arrives > is reported when it is on a topic never subscribed to, and acknowledged [MQTT-3.3.2-3] [MQTT-4.5.0-2]",
			],
		},
	},
	{
		what: "a Remaining Length in more bytes than it needs, up to four",
		answer: "accepted: only MQTT 5 asks for the shortest form; ours is the shortest",
		tests: {
			"mqtt/decode": ["decodes > PUBLISH with a Remaining Length longer than it needs be in one piece"],
			"mqtt/encode": ["encodes > a Remaining Length of $length in as few bytes as it takes"],
		},
	},
	{
		what: "PINGRESP without a PINGREQ",
		answer: "accepted: it may be late, and says that the server is alive",
		tests: {
			"mqtt/session-keep-alive": [
				"the keep-alive of a session, with $clock > survives an answer nobody asked for",
			],
		},
	},
	{
		what: "PUBACKs come in another order than the PUBLISHes",
		answer: "accepted: the order is the client's duty, and the server's only on an ordered topic",
		tests: { "mqtt/session-publish": ["publish with QoS 1 > is acknowledged in any order"] },
	},
	{
		what: "the session is present, and the client has nothing of it",
		answer: "goes on: it subscribes anyway, and answers what comes",
		tests: {
			"mqtt/session-connect": [
				"CONNACK > $line, clean session $cleanSession [MQTT-3.1.4-4] [MQTT-3.2.2-2] [MQTT-3.2.2-3]",
			],
		},
	},
	{
		what: "a message comes whose topic, or packet id behind it, does not fit the receive buffer",
		answer:
			"closed: it cannot be acknowledged without the id; a broker sends such a topic only to who asked for it",
		tests: {
			"mqtt/decode-oversize": [
				"a PUBLISH larger than the receive buffer > is malformed when one byte of its topic does not fit",
				"a PUBLISH larger than the receive buffer > is malformed with $name",
			],
		},
	},
	{
		what: "a message was recorded and never left before the connection went",
		answer: "goes out with DUP: the client does not know that nothing of it arrived",
		tests: { "mqtt/session-publish": ["a reconnect > sends what was taken and stored but never left"] },
	},
	{
		what: "PUBRECs came in another order than the PUBLISHes, and then the device restarts",
		answer:
			"PUBRELs go in the order of the PUBRECs, then too: each has a record of its own, stored before that of its PUBLISH is discarded; of two with one id, as a power cut leaves them, the later one counts",
		tests: {
			"mqtt/delivery": ["records > of both kinds go out in the order of their records"],
			"mqtt/session-qos2-send": [
				"after a loss > all goes out in order: PUBLISH as first sent, then PUBREL as PUBREC came [MQTT-4.6.0-1] [MQTT-4.6.0-4]",
			],
		},
	},
	{
		what: "a message cannot be sent again for ever",
		answer:
			"after `mqtt.attempts` connections that ended while it was the oldest it is set aside and reported; 0 means never",
		tests: {
			"mqtt/delivery": [
				"a message on which connections end > is given up after $attempts, and said, QoS $qos [MQTT-3.3.5-2]",
				"a message on which connections end > is never given up with `attempts` 0",
			],
		},
	},
];
