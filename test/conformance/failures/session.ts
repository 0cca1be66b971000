import type { FailureGroup } from "./failure.js";

export const SESSION: readonly FailureGroup[] = [
	{
		title: "Sessions that are lost or half known",
		failures: [
			{
				what: "the broker restarts, and subscriptions were made once only",
				answer: "subscribes on each connection",
				tests: {
					"connectivity/online": [
						"a broker that restarts > hears everything again on the new connection, from the same client id [MQTT-3.1.3-2]",
						"a broker that restarts > has its commands obeyed on the new connection",
					],
				},
			},
			{
				what: "the broker has lost the session, and with it what it had not acknowledged",
				answer: "sends it again all the same",
				tests: {
					"mqtt/session-publish": ["a new program > sends them though the broker has lost the session"],
					"connectivity/session": [
						"a power cut between PUBLISH and PUBACK > has them sent again though the broker has forgotten the session",
					],
				},
			},
			{
				what: "ids of QoS 2 that were kept swallow the messages of a new session",
				answer: "forgets them when the session is not present",
				tests: {
					"mqtt/session-qos2-receive": [
						"on another connection > without the session its id means nothing: a new message may have it [MQTT-3.2.2-3]",
					],
				},
			},
			{
				what: "the power goes between PUBLISH and its answer",
				answer: "sends again what it had recorded: in order, with the ids, marked",
				tests: {
					"connectivity/session": [
						"a power cut between PUBLISH and PUBACK > has the messages sent again, marked, in order, with their ids, before anything new",
						"a power cut between PUBLISH and PUBACK > has it sent again though it had not left yet",
					],
					"mqtt/session-qos2-send": [
						"a new program > goes on where the one before was; session present: $present [MQTT-4.1.0-1]",
					],
				},
			},
			{
				what: "after a restart PUBREL or PUBREC comes for what nobody knows any more",
				answer: "answers PUBCOMP or PUBREL, so that the broker gets on",
				tests: {
					"mqtt/session-qos2-receive": [
						"PUBREL for nothing > is answered with PUBCOMP: the record may have gone before PUBCOMP left",
					],
					"mqtt/session-qos2-send": [
						"an answer that does not fit > PUBREC for nothing is answered with PUBREL, whose PUBCOMP is taken once",
					],
				},
			},
			{
				what: "packet ids collide, or become 0 at the turn",
				answer: "gives out ids from 1 to 65,535 that nothing has, PUBLISH or request",
				tests: {
					"mqtt/session-publish": [
						"packet ids > are never 0 nor in use, over 70,000 messages [MQTT-2.3.1-1] [MQTT-2.3.1-2]",
						"packet ids > are shared with SUBSCRIBE",
						"packet ids > of what is in flight are not given to others after a reconnect",
					],
				},
			},
			{
				what: "ids of SUBSCRIBEs that were never answered are lost",
				answer: "ends the connection in time, and with it what was asked on it",
				tests: {
					"mqtt/session-subscribe": [
						"without SUBACK, with $clock > the connection is closed after the response timeout [MQTT-3.8.4-1]",
						"subscribe > is asked anew on each connection; what was awaited is not [MQTT-3.8.4-3]",
					],
				},
			},
		],
	},
	{
		title: "Messages",
		failures: [
			{
				what: "an empty payload",
				answer: "is a message",
				tests: {
					"mqtt/session-receive": [
						"a message > may be empty [MQTT-3.3.1-10]",
						"a message > may be empty with QoS 1",
					],
					"connectivity/online": [
						"what arrives > reaches the program, retained or not, once for each [MQTT-3.3.1-6] [MQTT-3.3.1-8] [MQTT-3.3.1-9]",
					],
				},
			},
			{
				what: "a retained command runs again after each reconnect",
				answer: "tells the program that a message was retained; the nightlight obeys the same one once",
				tests: {
					"mqtt/session-receive": ["a message > says all that the packet says"],
					"connectivity/online": [
						"what arrives > reaches the program, retained or not, once for each [MQTT-3.3.1-6] [MQTT-3.3.1-8] [MQTT-3.3.1-9]",
					],
					app: ["a command > that was retained is obeyed on the first connection and not on the next"],
				},
			},
			{
				what: "a topic that is no UTF-8",
				answer: "closes, and never throws",
				tests: {
					"mqtt/decode-malformed": [
						"a decoder that is given > PUBLISH to an overlong topic [MQTT-1.5.3-1] says so, and is silent ever after",
					],
					"mqtt/decode-fuzz": [
						"a decoder never throws, comes to an end, and finds the same however the stream is cut > in any bytes",
					],
				},
			},
			{
				what: "a message larger than the receive buffer",
				answer: "is skipped, acknowledged and told; the next packet is intact",
				tests: {
					"mqtt/decode-oversize": [
						"a PUBLISH larger than the receive buffer > comes in pieces, and the next packet is intact: $length bytes, QoS $qos",
					],
					"connectivity/online": ["what arrives > is reported and skipped when it is too large: %i bytes"],
				},
			},
			{
				what: "a message that the broker will not have, on which it closes again and again",
				answer:
					"refuses what is larger than allowed, and sets the oldest message aside after some connections",
				tests: {
					"mqtt/delivery": [
						"the largest packet > is bounded by `maximumPacket`, the fixed header included, QoS $qos",
						"a message on which connections end > is given up after $attempts, and said, QoS $qos [MQTT-3.3.5-2]",
					],
				},
			},
			{
				what: "more is published than the network takes",
				answer: "takes no more than a window and some outputs, and says so; memory is bounded",
				tests: {
					"mqtt/session-publish": [
						"what is under way is bounded > by a window of %i messages",
						"what is under way is bounded > by 16 outputs that a slow network has not taken",
					],
					"connectivity/session": [
						"what is under way > is at most what the configuration says; more is not taken",
					],
				},
			},
			{
				what: "more comes than the program takes",
				answer: "reads nothing while something waits to be written",
				tests: {
					"mqtt/session-receive": [
						"a message > is bounded in memory: a flood is taken at the pace of the program",
					],
					"connectivity/online": ["what arrives > is not read while the network takes nothing"],
				},
			},
			{
				what: "the storage fails, or a record is damaged",
				answer: "reports it, and goes on with what is there",
				tests: {
					"connectivity/session": [
						"a storage that fails > at $failing is reported, and the device lives",
						"a storage that fails > at reading one record is reported, and the others are sent again",
					],
					"mqtt/session-unacknowledged": ["a damaged record is thrown away, and the others are sent"],
				},
			},
		],
	},
];
